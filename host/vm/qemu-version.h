/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_qemu_version_find_program:
 * @launch: the command line of a machine, as a machine file has it under "launch"
 *
 * Returns: (transfer full) (nullable): the first word that names a QEMU, as programs before it may
 * start it; %NULL if none does
 */
char *firn_qemu_version_find_program(const char *launch);

/**
 * firn_qemu_version_ask:
 * @program: a QEMU
 * @error: return location for a #GError
 *
 * Asks a program of this host for its version, which starts no VM. Blocks, 10 s at most: for job
 * threads.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED; %FIRN_HOST_ERROR_FAILED if it is no QEMU.
 * Source: "QEMU emulator version 7.2.22 (Debian ...)", the first line of --version.
 *
 * Returns: (transfer full): "7.2.22"; %NULL with @error set
 */
char *firn_qemu_version_ask(const char *program, GError **error);

/**
 * firn_qemu_version_is_older:
 * @version: "7.2.22"
 * @than: "8.0.0"
 *
 * Compares what decides which machines a QEMU knows: the first two numbers.
 *
 * Returns: whether @version is an older one than @than; %FALSE if one of them is no version
 */
gboolean firn_qemu_version_is_older(const char *version, const char *than);
