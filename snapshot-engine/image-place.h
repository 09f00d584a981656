/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* An empty file of this name beside an image's path states that the image is lost. */
#define FIRN_IMAGE_PLACE_GONE_SUFFIX ".gone"

/**
 * FirnImagePlace:
 * @FIRN_IMAGE_PLACE_THERE: the path exists, on the recorded file system
 * @FIRN_IMAGE_PLACE_GONE: the path does not exist but its recorded file system is mounted, or an
 * administrator has stated that the image is lost
 * @FIRN_IMAGE_PLACE_UNREACHABLE: its file system may not be mounted, so nothing is known
 *
 * What an image's path says about the image.
 */
typedef enum {
    FIRN_IMAGE_PLACE_THERE,
    FIRN_IMAGE_PLACE_GONE,
    FIRN_IMAGE_PLACE_UNREACHABLE,
} FirnImagePlace;

/**
 * firn_image_place_dup_file_system:
 * @path: of an image
 *
 * Names the file system that contains it, or would contain it: the number from statfs(2), and the
 * mount point. Blocks like the file system.
 *
 * Returns: (transfer full) (nullable): its name; %NULL for a device, or if its folder cannot be
 * accessed
 */
char *firn_image_place_dup_file_system(const char *path);

/**
 * firn_image_place_look:
 * @path: of an image
 * @file_system: (nullable): the result of firn_image_place_dup_file_system() when it existed;
 * %NULL: not recorded
 *
 * Without @file_system a missing image is never reported as gone: an empty folder may be the mount
 * point of its file system. Blocks like the file system.
 *
 * Returns: the image's state
 */
FirnImagePlace firn_image_place_look(const char *path, const char *file_system);
