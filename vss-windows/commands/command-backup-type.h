/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_command_get_backup_type:
 *
 * Prints which backup type qemu-ga asks for: "firn-vss backup-type get".
 *
 * Returns: exit status for main()
 */
int firn_command_get_backup_type(void);

/**
 * firn_command_set_backup_type:
 * @name: "copy" or "full"
 *
 * Tells qemu-ga which backup type to ask for from the next freeze on, and prints the one before it.
 * "full" is reported in the event log.
 *
 * Returns: exit status for main(); 2 if @name is another one
 */
int firn_command_set_backup_type(const char *name);
