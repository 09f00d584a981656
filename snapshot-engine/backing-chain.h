/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"

/**
 * firn_backing_chain_has:
 * @disk: a disk with path and format
 * @path: an image that exists
 * @out_has: (out): whether @path is below the image of @disk; untouched on failure
 * @error: return location for a #GError
 *
 * Follows what each image names as its backing file, by reading its header alone: nothing that an
 * image names is opened as a part of it. What is neither file nor block device of this host ends
 * the chain. For threads other than the main loop's.
 *
 * Errors: those of firn_image_tool_inspect(); %FIRN_ENGINE_ERROR_CORRUPT for a chain that does not
 * end, or that goes on in an image whose format nobody tells.
 *
 * Returns: %TRUE if that can be told
 */
gboolean firn_backing_chain_has(const FirnDisk *disk,
                                const char *path,
                                gboolean *out_has,
                                GError **error);
