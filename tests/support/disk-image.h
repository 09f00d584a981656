/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_disk_image_create:
 * @dir: folder
 * @name: name without extension, as "a"
 * @format: "qcow2" or "raw"
 * @mib: size
 * @with_backing: make it an empty qcow2 overlay on the real image, @name-base
 *
 * Makes an image with an ext4 file system; needs no privileges. A failure ends the test.
 *
 * Returns: (transfer full): its path, @dir/@name.@format
 */
char *firn_test_disk_image_create(const char *dir,
                                  const char *name,
                                  const char *format,
                                  guint mib,
                                  gboolean with_backing);

/**
 * firn_test_disk_image_list_snapshots:
 * @path: of a qcow2 image, or an LV; may be in use
 *
 * Returns: (transfer full) (array zero-terminated=1): tags of its internal snapshots, as listed by
 *   qemu-img; of an LV, those of firn's snapshots of it
 */
char **firn_test_disk_image_list_snapshots(const char *path);

/**
 * firn_test_disk_image_run:
 * @program: first word; more words up to %NULL
 *
 * Runs a program that must succeed.
 *
 * Returns: (transfer full): its standard output
 */
char *firn_test_disk_image_run(const char *program, ...) G_GNUC_NULL_TERMINATED;

/**
 * firn_test_disk_image_extract:
 * @path: of a qcow2 image; may be in use
 * @tag: of one of its snapshots
 *
 * Returns: (transfer full): path of a raw file beside it, with the contents of the snapshot
 */
char *firn_test_disk_image_extract(const char *path, const char *tag);

/**
 * firn_test_disk_image_needs_recovery:
 * @path: of a raw file with ext4
 *
 * Returns: whether its journal must be replayed, because it was in use and not frozen
 */
gboolean firn_test_disk_image_needs_recovery(const char *path);

/**
 * firn_test_disk_image_is_device:
 * @path: of an image
 *
 * Returns: whether it is a block device
 */
gboolean firn_test_disk_image_is_device(const char *path);
