/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_qemu_version_find_program:
 * @launch: the command line in launch= of a machine file
 *
 * Returns: (transfer full) (nullable): the first word that names a QEMU binary, since a wrapper may
 * be before it; %NULL if there is none
 */
char *firn_qemu_version_find_program(const char *launch);

/**
 * firn_qemu_version_ask:
 * @program: a QEMU binary
 *
 * Runs the binary with --version, which starts no VM. Blocks, 10 s at most: for job threads.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED; %FIRN_HOST_ERROR_FAILED if it is not QEMU.
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
 * Compares only major and minor version, which decide the machine types that a QEMU supports.
 *
 * Returns: whether @version is older than @than; %FALSE if one of them is not a version
 */
gboolean firn_qemu_version_is_older(const char *version, const char *than);
