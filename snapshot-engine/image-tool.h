/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image-info.h"

/**
 * The only file that starts qemu-img: explicit format, clean environment, resource limits, a time
 * limit. For threads other than the main loop's. An operand is JSON that names driver, file and no
 * backing file, so no name is ever read as an option or as a protocol, and no part is opened.
 */

/**
 * firn_image_tool_examine:
 * @disk: as for firn_image_tool_inspect()
 * @out_facts: (out): what else there is to know; untouched on failure
 * @error: return location for a #GError
 *
 * As firn_image_tool_inspect(), with more to tell.
 *
 * Returns: %TRUE if @disk and @out_facts were filled in
 */
gboolean firn_image_tool_examine(FirnDisk *disk, FirnImageFacts *out_facts, GError **error);

/**
 * firn_image_tool_inspect:
 * @disk: a disk with path and format; its size, backing file and table are filled in
 * @error: return location for a #GError
 *
 * `qemu-img info`; works beside a running QEMU (-U), then the answer is advisory.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED, %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: %TRUE if @disk was filled in
 */
gboolean firn_image_tool_inspect(FirnDisk *disk, GError **error);

/**
 * firn_image_tool_check_unused:
 * @disk: a disk with a path
 * @error: return location for a #GError
 *
 * Proves that nobody has the image open as QEMU does: looks for QEMU's lock bytes (OFD locks, bytes
 * 100 to 299). Source: QEMU block/file-posix.c, RAW_LOCK_PERM_BASE and RAW_LOCK_SHARED_BASE.
 *
 * Errors: %FIRN_ENGINE_ERROR_IN_USE.
 *
 * Returns: %TRUE if nobody has
 */
gboolean firn_image_tool_check_unused(const FirnDisk *disk, GError **error);

/**
 * firn_image_tool_take:
 * @disk: an unused qcow2 disk
 * @tag: name of the snapshot
 * @error: return location for a #GError
 *
 * `qemu-img snapshot -c`. Errors: %FIRN_ENGINE_ERROR_IN_USE, %FIRN_ENGINE_ERROR_NO_SPACE,
 * %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE if the image has it
 */
gboolean firn_image_tool_take(const FirnDisk *disk, const char *tag, GError **error);

/**
 * firn_image_tool_delete:
 * @disk: an unused qcow2 disk
 * @tag: name of a snapshot that its table has exactly once
 * @error: return location for a #GError
 *
 * `qemu-img snapshot -d`, by @tag, firn's or an adopted one's, once the image is found unused and
 * to have @tag exactly once.
 *
 * Errors: as firn_image_tool_take(); %FIRN_ENGINE_ERROR_NOT_FOUND, %FIRN_ENGINE_ERROR_AMBIGUOUS.
 *
 * Returns: %TRUE if the image has it no more
 */
gboolean firn_image_tool_delete(const FirnDisk *disk, const char *tag, GError **error);

/**
 * firn_image_tool_drop_bitmaps:
 * @disk: an unused qcow2 disk
 * @error: return location for a #GError
 *
 * `qemu-img bitmap --remove` of every dirty bitmap that the image has, in whatever state. Harmless
 * if it has none.
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
 * @error: return location for a #GError
 *
 * `qemu-img snapshot -a`: the image is again as it was then, its size included; what had been
 * written since is gone, unless another snapshot has it. Once more is as good as once.
 *
 * Errors: as firn_image_tool_delete().
 *
 * Returns: %TRUE if the image is as it was
 */
gboolean firn_image_tool_revert(const FirnDisk *disk, const char *tag, GError **error);
