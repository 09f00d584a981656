/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTestFakeDisk:
 * @device: "vda" ...
 * @node: "node-vda" ...
 * @file: path of an image that need not exist
 * @driver: "qcow2" or "raw"
 * @is_read_only: whether it is
 * @tags: (element-type utf8): internal snapshots in order; the id of each is its position, from 1
 *
 * One disk of a #FirnTestFakeMonitor.
 */
typedef struct {
    char *device;
    char *node;
    char *file;
    char *driver;
    gboolean is_read_only;
    GPtrArray *tags;
} FirnTestFakeDisk;

/**
 * firn_test_fake_disk_new:
 * @index: 0 for vda
 *
 * Returns: (transfer full): a writable qcow2 disk without snapshots
 */
FirnTestFakeDisk *firn_test_fake_disk_new(guint index);

/**
 * firn_test_fake_disk_has_tag:
 * @tag: of a snapshot
 * @out_index: (out) (optional): its position in the list, from 0
 *
 * Returns: %TRUE if there is one
 */
gboolean firn_test_fake_disk_has_tag(FirnTestFakeDisk *disk, const char *tag, guint *out_index);

/**
 * firn_test_fake_disk_describe_snapshot:
 * @tag: of a snapshot
 * @index: its position, from 0
 *
 * Returns: (transfer full): JSON text of a SnapshotInfo
 */
char *firn_test_fake_disk_describe_snapshot(const char *tag, guint index);

/**
 * firn_test_fake_disk_describe_node:
 *
 * Returns: (transfer full): JSON text of a BlockDeviceInfo
 */
char *firn_test_fake_disk_describe_node(FirnTestFakeDisk *disk);

/**
 * firn_test_fake_disk_describe:
 *
 * Returns: (transfer full): JSON text of a BlockInfo
 */
char *firn_test_fake_disk_describe(FirnTestFakeDisk *disk);

/**
 * firn_test_fake_disk_free:
 * @disk: a disk
 */
void firn_test_fake_disk_free(FirnTestFakeDisk *disk);
