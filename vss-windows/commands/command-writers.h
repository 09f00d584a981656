/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_command_writers:
 *
 * Asks VSS for all writers and their states, and prints them: "firn-vss writers --json".
 *
 * Returns: exit status for main(): 1 if VSS did not answer; the document tells with which HRESULT
 */
int firn_command_writers(void);
