/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnDisk:
 * @target: the key of a disk within its VM, "vda"
 * @node_name: (nullable): root node in the running QEMU; %NULL when the VM is off
 * @device: (nullable): id or QOM path of the guest's device in the running QEMU
 * @path: (nullable): the image file; %NULL if it is no plain file or block device
 * @format: "qcow2", "raw" ...: as QEMU or the VM's definition says, never guessed
 * @backing_path: (nullable): backing file
 * @backing_format: (nullable): its format, if the image was read and says so
 * @size_bytes: virtual size
 * @is_writable: the guest can write to it
 * @is_remembered: known from when the VM ran, not from its definition: others may have come since
 * @is_transient: what the guest writes is gone when it ends
 * @is_left_out: its owner has said that it is to be in no snapshot
 * @is_unread: nobody could look at its image: of @snapshots nothing is known; @obstacle says why
 * @is_left_open: its image says that whoever wrote to it last has not closed it
 * @obstacle: (nullable): why its source knows that no snapshot of it can be taken
 * @remedy: (nullable): what to do about @obstacle
 * @bitmaps: (nullable) (array zero-terminated=1): names of dirty bitmaps in its image, which QEMU
 * or the image itself tells; %NULL: none
 * @snapshots: (element-type FirnImageSnapshot): its table of internal snapshots, as just read
 *
 * Facts about one disk at one moment.
 */
typedef struct {
    char *target;         /* (owned) */
    char *node_name;      /* (owned) (nullable) */
    char *device;         /* (owned) (nullable) */
    char *path;           /* (owned) (nullable) */
    char *format;         /* (owned) */
    char *backing_path;   /* (owned) (nullable) */
    char *backing_format; /* (owned) (nullable) */
    guint64 size_bytes;
    gboolean is_writable;
    gboolean is_remembered;
    gboolean is_transient;
    gboolean is_left_out;
    gboolean is_unread;
    gboolean is_left_open;
    char *obstacle;       /* (owned) (nullable) */
    char *remedy;         /* (owned) (nullable) with @obstacle */
    GStrv bitmaps;        /* (owned) (nullable) */
    GPtrArray *snapshots; /* (owned) (element-type FirnImageSnapshot) */
} FirnDisk;

/**
 * firn_disk_new:
 * @target: its key
 * @format: its format
 *
 * Returns: (transfer full): a writable disk without further facts and with an empty table
 */
FirnDisk *firn_disk_new(const char *target, const char *format);

/**
 * firn_disk_copy:
 * @self: a disk
 *
 * Returns: (transfer full): the same facts, with a table of its own
 */
FirnDisk *firn_disk_copy(const FirnDisk *self);

/**
 * firn_disk_obstruct:
 * @self: a disk
 * @remedy: what to do
 * @format: as for printf(): the obstacle
 *
 * Notes why no snapshot of it can be taken; the first obstacle stays.
 */
void firn_disk_obstruct(FirnDisk *self, const char *remedy, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/**
 * firn_disk_free:
 * @self: (nullable): a disk
 */
void firn_disk_free(FirnDisk *self);

/**
 * firn_disks_new:
 *
 * Returns: (transfer full) (element-type FirnDisk): an empty list that frees its elements
 */
GPtrArray *firn_disks_new(void);

/**
 * firn_disk_count_tag:
 * @self: a disk
 * @tag: a snapshot's tag
 *
 * Returns: how many snapshots of that tag its table has; more than one is an ambiguity
 */
guint firn_disk_count_tag(const FirnDisk *self, const char *tag);

/**
 * firn_disks_find:
 * @disks: (element-type FirnDisk): disks
 * @target: a key
 *
 * Returns: (transfer none) (nullable): the disk of that key
 */
FirnDisk *firn_disks_find(GPtrArray *disks, const char *target);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDisk, firn_disk_free)
