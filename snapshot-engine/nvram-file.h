/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* More than any firmware uses; OVMF's variables are 528 KiB. */
#define FIRN_NVRAM_BYTES_MAX ((gsize)64 << 20)

/**
 * The file of a VM's UEFI variables: of its pflash, or of its uefi-vars device.
 *
 * A pflash has the plain bytes of the flash. QEMU writes each change of a variable through at once,
 * and firmware tolerates a power failure at any point of one. So a copy that is read while the
 * guest runs is like one after a power failure. Source: QEMU 7.2, hw/block/pflash_cfi01.c
 * (pflash_update).
 *
 * A uefi-vars device has a document in JSON, whose length changes. QEMU writes it again with each
 * change, in place, so it is complete or not JSON. Source: QEMU 10.0, hw/uefi/var-service-json.c
 * (uefi_vars_json_save).
 *
 * It is in a folder where QEMU's user may write, so a symbolic link in its place is never followed.
 */

/**
 * firn_nvram_file_is_document:
 * @bytes: contents of such a file
 *
 * Returns: whether it is of a uefi-vars device
 */
gboolean firn_nvram_file_is_document(GBytes *bytes);

/**
 * firn_nvram_file_read:
 * @path: of such a file
 *
 * Blocks.
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND if it does not exist; %FIRN_ENGINE_ERROR_INVALID if it
 * cannot be copied byte by byte: not a regular file, a qcow2 image, empty, longer than
 * %FIRN_NVRAM_BYTES_MAX, a document that is not complete; %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: (transfer full): its contents; %NULL with @error set
 */
GBytes *firn_nvram_file_read(const char *path, GError **error);

/**
 * firn_nvram_file_write:
 * @path: of such a file, which no QEMU has open
 * @bytes: its new contents: a document, or as long as the old ones
 *
 * Writes in place, so that owner, mode and labels do not change; not atomic: after an interruption
 * it must be written again. Blocks for a flush.
 *
 * Errors: as firn_nvram_file_read(); also %FIRN_ENGINE_ERROR_INVALID if it has another length, or
 * is of the other kind.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_nvram_file_write(const char *path, GBytes *bytes, GError **error);
