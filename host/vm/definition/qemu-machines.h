/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_qemu_machines_find_name:
 * @launch: the command line in launch= of a machine file
 *
 * Returns: (transfer full) (nullable): the machine type it requests, which may be an alias: "q35";
 * %NULL if it requests none
 */
char *firn_qemu_machines_find_name(const char *launch);

/**
 * firn_qemu_machines_resolve:
 * @program: a QEMU binary
 * @name: a machine type or alias
 * @out_type: (out) (transfer full) (nullable): the machine type, "pc-q35-7.2"; %NULL if this QEMU
 * does not support @name
 *
 * Runs the binary with -machine help, which starts no VM. Blocks, 10 s at most: for job threads.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED; %FIRN_HOST_ERROR_FAILED if it is not QEMU.
 * Source: "q35 Standard PC (Q35 + ICH9, 2009) (alias of pc-q35-7.2)", a line of -machine help.
 *
 * Returns: %TRUE if it listed its machine types
 */
gboolean firn_qemu_machines_resolve(const char *program,
                                    const char *name,
                                    char **out_type,
                                    GError **error);
