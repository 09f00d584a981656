/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* More than any firmware has; OVMF's variables are 528 KiB. */
#define FIRN_NVRAM_BYTES_MAX ((gsize)64 << 20)

/**
 * The file that a VM's pflash is in, as QEMU has it: the bytes of the flash themselves. QEMU writes
 * each change of a variable through at once, and the firmware bears it when the power fails
 * anywhere in it; so what is read while the guest runs is as good as after a power failure. Source:
 * QEMU 7.2, hw/block/pflash_cfi01.c (pflash_update).
 *
 * It lies where QEMU's user may write: a symbolic link in its place is never followed.
 */

/**
 * firn_nvram_file_read:
 * @path: of such a file
 * @error: return location for a #GError
 *
 * Blocks.
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND if it is not there; %FIRN_ENGINE_ERROR_INVALID if it is
 * something that cannot be copied like this: no regular file, a qcow2 image, empty, longer than
 * %FIRN_NVRAM_BYTES_MAX; %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: (transfer full): all of it; %NULL with @error set
 */
GBytes *firn_nvram_file_read(const char *path, GError **error);

/**
 * firn_nvram_file_write:
 * @path: of such a file, which no QEMU has open
 * @bytes: its new contents, as long as the old
 * @error: return location for a #GError
 *
 * In place, so that it stays whose it is; whoever is interrupted in it has to do it again. Blocks
 * for a flush.
 *
 * Errors: as firn_nvram_file_read(); also %FIRN_ENGINE_ERROR_INVALID if it has another length.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_nvram_file_write(const char *path, GBytes *bytes, GError **error);
