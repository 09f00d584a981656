/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_command_check:
 *
 * Prints what an administrator may have to correct: services, qemu-ga's backup type, who can change
 * hooks, volumes that VSS cannot freeze: "firn-vss check --json". Changes nothing.
 *
 * Returns: exit status for main()
 */
int firn_command_check(void);
