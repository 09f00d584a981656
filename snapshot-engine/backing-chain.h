/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"

/**
 * firn_backing_chain_has:
 * @disk: a disk with path and format
 * @path: an image that exists
 * @out_has: (out): whether @path is in the backing chain of @disk; untouched on failure
 *
 * Follows the backing file names from image to image and reads only their headers: no image is
 * opened as a part of another. The chain ends at a name that is neither a file nor a block device
 * of this host. For threads other than the main loop's.
 *
 * Errors: those of firn_image_tool_inspect(); %FIRN_ENGINE_ERROR_CORRUPT for a chain that does not
 * end, or that has an image of unknown format.
 *
 * Returns: %TRUE if @out_has is known
 */
gboolean firn_backing_chain_has(const FirnDisk *disk,
                                const char *path,
                                gboolean *out_has,
                                GError **error);
