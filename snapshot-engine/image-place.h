/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* An empty file beside where an image was says that it is gone for ever. */
#define FIRN_IMAGE_PLACE_GONE_SUFFIX ".gone"

/**
 * FirnImagePlace:
 * @FIRN_IMAGE_PLACE_THERE: something is there, on the file system that was noted
 * @FIRN_IMAGE_PLACE_GONE: nothing is there, and the file system that was noted is, or somebody has
 * said so
 * @FIRN_IMAGE_PLACE_UNREACHABLE: its file system may not be mounted, so nothing is known
 *
 * What can be told of an image by looking at its path.
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
 * Names the file system on which it is, or would be: the number that statfs(2) tells, and where it
 * is mounted. Blocks as the file system does.
 *
 * Returns: (transfer full) (nullable): its name; %NULL for a device, or if its folder cannot be
 * looked at
 */
char *firn_image_place_dup_file_system(const char *path);

/**
 * firn_image_place_look:
 * @path: of an image
 * @file_system: (nullable): what firn_image_place_dup_file_system() said when it was there; %NULL:
 * nobody asked
 *
 * Without @file_system an image that is not there is never called gone: an empty folder may be
 * where its file system is to be mounted. Blocks as the file system does.
 *
 * Returns: what can be told
 */
FirnImagePlace firn_image_place_look(const char *path, const char *file_system);
