/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image-info.h"

/**
 * The only file that starts qemu-img: with explicit format, clean environment, resource limits and
 * a time limit. For threads other than the main loop's. The image is passed as JSON that names
 * driver and file, and no backing file. So no name can be read as an option or a protocol, and no
 * other image is opened.
 */

/**
 * firn_image_tool_examine:
 * @disk: as for firn_image_tool_inspect()
 * @out_facts: (out): the other facts; untouched on failure
 *
 * As firn_image_tool_inspect(), with more facts.
 *
 * Returns: %TRUE if @disk and @out_facts were filled in
 */
gboolean firn_image_tool_examine(FirnDisk *disk, FirnImageFacts *out_facts, GError **error);

/**
 * firn_image_tool_inspect:
 * @disk: a disk with path and format; its size, backing file and table are filled in
 *
 * Runs `qemu-img info`; also while QEMU has the image open (-U), but then the result may be stale.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED, %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: %TRUE if @disk was filled in
 */
gboolean firn_image_tool_inspect(FirnDisk *disk, GError **error);

/**
 * firn_image_tool_check_unused:
 * @disk: a disk with a path
 *
 * Checks that no process has the image open through QEMU's block layer, by testing QEMU's lock
 * bytes (OFD locks, bytes 100 to 299). Source: QEMU block/file-posix.c, RAW_LOCK_PERM_BASE and
 * RAW_LOCK_SHARED_BASE.
 *
 * Errors: %FIRN_ENGINE_ERROR_IN_USE.
 *
 * Returns: %TRUE if no process has
 */
gboolean firn_image_tool_check_unused(const FirnDisk *disk, GError **error);

/**
 * firn_image_tool_take:
 * @disk: an unused qcow2 disk
 * @tag: name of the snapshot
 *
 * `qemu-img snapshot -c`. Errors: %FIRN_ENGINE_ERROR_IN_USE, %FIRN_ENGINE_ERROR_NO_SPACE,
 * %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE if the image has the snapshot
 */
gboolean firn_image_tool_take(const FirnDisk *disk, const char *tag, GError **error);

/**
 * firn_image_tool_delete:
 * @disk: an unused qcow2 disk
 * @tag: name of a snapshot that its table has exactly once
 *
 * `qemu-img snapshot -d` by @tag, after checking that the image is unused and has @tag exactly
 * once.
 * @tag may be firn's or an adopted one.
 *
 * Errors: as firn_image_tool_take(); %FIRN_ENGINE_ERROR_NOT_FOUND, %FIRN_ENGINE_ERROR_AMBIGUOUS.
 *
 * Returns: %TRUE if the snapshot is deleted
 */
gboolean firn_image_tool_delete(const FirnDisk *disk, const char *tag, GError **error);

/**
 * firn_image_tool_drop_bitmaps:
 * @disk: an unused qcow2 disk
 *
 * `qemu-img bitmap --remove` for every dirty bitmap of the image, in whatever state. Harmless if
 * there is none.
 *
 * Errors: %FIRN_ENGINE_ERROR_IN_USE, %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE if the image has none
 */
gboolean firn_image_tool_drop_bitmaps(const FirnDisk *disk, GError **error);

/**
 * firn_image_tool_revert:
 * @disk: an unused qcow2 disk
 * @tag: name of a snapshot that its table has exactly once
 *
 * `qemu-img snapshot -a`: the image has the contents and the size of the snapshot again; what was
 * written since is lost, unless another snapshot has it. Repeating it is harmless.
 *
 * Errors: as firn_image_tool_delete().
 *
 * Returns: %TRUE if the image was reverted
 */
gboolean firn_image_tool_revert(const FirnDisk *disk, const char *tag, GError **error);
