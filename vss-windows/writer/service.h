/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_service_run:
 *
 * Runs as the Windows service firn-vss until it is asked to stop. Only the service control manager
 * may start it.
 *
 * Returns: exit status for main()
 */
int firn_service_run(void);
