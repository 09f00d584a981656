/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"

/**
 * firn_disk_table_read:
 * @disk: a disk that no running VM has; gets its table
 *
 * Reads which snapshots a disk has, in the way of its backend. A disk on a logical volume without a
 * backend is read as an image, unless it has no device. Blocks.
 *
 * Errors: those of firn_image_tool_inspect() and firn_lvm_look_inspect().
 *
 * Returns: %TRUE if @disk has its table
 */
gboolean firn_disk_table_read(FirnDisk *disk, GError **error);
