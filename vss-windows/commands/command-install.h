/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_command_install:
 *
 * Registers this program as the service firn-vss (LocalSystem, started with Windows, restarted if
 * it ends unasked), its events, and its folders. Run again, it repairs what is there. It does not
 * start the service.
 *
 * Returns: exit status for main()
 */
int firn_command_install(void);

/**
 * firn_command_uninstall:
 *
 * Stops and removes the service and its events. Hooks, and what was recorded, are kept.
 *
 * Returns: exit status for main()
 */
int firn_command_uninstall(void);
