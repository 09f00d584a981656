/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_command_status:
 *
 * Prints what the writer has recorded of the last snapshot: "firn-vss status --json".
 *
 * Returns: exit status for main()
 */
int firn_command_status(void);
