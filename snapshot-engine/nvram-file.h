/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* More than any firmware uses; OVMF's variables are 528 KiB. */
#define FIRN_NVRAM_BYTES_MAX ((gsize)64 << 20)

/**
 * The file of a VM's pflash, in QEMU's format: the plain bytes of the flash. QEMU writes each
 * change of a variable through at once, and firmware tolerates a power failure at any point of one.
 * So a copy that is read while the guest runs is like one after a power failure. Source: QEMU 7.2,
 * hw/block/pflash_cfi01.c (pflash_update).
 *
 * It is in a folder where QEMU's user may write, so a symbolic link in its place is never followed.
 */

/**
 * firn_nvram_file_read:
 * @path: of such a file
 *
 * Blocks.
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND if it does not exist; %FIRN_ENGINE_ERROR_INVALID if it
 * cannot be copied byte by byte: not a regular file, a qcow2 image, empty, longer than
 * %FIRN_NVRAM_BYTES_MAX; %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: (transfer full): its contents; %NULL with @error set
 */
GBytes *firn_nvram_file_read(const char *path, GError **error);

/**
 * firn_nvram_file_write:
 * @path: of such a file, which no QEMU has open
 * @bytes: its new contents, as long as the old ones
 *
 * Writes in place, so that owner, mode and labels do not change; not atomic: after an interruption
 * it must be written again. Blocks for a flush.
 *
 * Errors: as firn_nvram_file_read(); also %FIRN_ENGINE_ERROR_INVALID if it has another length.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_nvram_file_write(const char *path, GBytes *bytes, GError **error);
