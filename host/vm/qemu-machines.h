/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_qemu_machines_find_name:
 * @launch: the command line of a machine, as a machine file has it under "launch"
 *
 * Returns: (transfer full) (nullable): the machine type that it asks for, perhaps by an alias:
 * "q35"; %NULL if it asks for none
 */
char *firn_qemu_machines_find_name(const char *launch);

/**
 * firn_qemu_machines_resolve:
 * @program: a QEMU
 * @name: a machine type, or an alias of one
 * @out_type: (out) (transfer full) (nullable): the machine type, "pc-q35-7.2"; %NULL if this QEMU
 * does not know @name
 * @error: return location for a #GError
 *
 * Asks a program of this host for the machines that it knows, which starts no VM. Blocks, 10 s at
 * most: for job threads.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED; %FIRN_HOST_ERROR_FAILED if it is no QEMU.
 * Source: "q35  Standard PC (Q35 + ICH9, 2009) (alias of pc-q35-7.2)", a line of -machine help.
 *
 * Returns: %TRUE if it has told
 */
gboolean firn_qemu_machines_resolve(const char *program,
                                    const char *name,
                                    char **out_type,
                                    GError **error);
