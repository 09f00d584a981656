/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnDisk:
 * @target: the key of a disk within its VM, "vda"
 * @node_name: (nullable): root node in the running QEMU; %NULL when the VM is off
 * @device: (nullable): id or QOM path of the guest's device in the running QEMU
 * @path: (nullable): the image file; %NULL if it is not a plain file or block device
 * @format: "qcow2", "raw" ...: as QEMU or the VM's definition states, never guessed
 * @backend: (nullable): the backend of its snapshots, if that does not follow from the format: a
 * disk on a logical volume; %NULL: qcow2
 * @backing_path: (nullable): backing file
 * @backing_format: (nullable): its format, if the image was read and states it
 * @size_bytes: virtual size
 * @is_writable: the guest can write to it
 * @is_remembered: known from when the VM ran, not from its definition: disks may have been added
 * since
 * @is_transient: what the guest writes is discarded when the VM is powered off
 * @is_left_out: the user has excluded it from all snapshots
 * @is_unread: its image could not be read, so @snapshots is unknown; @blocker says why
 * @is_left_open: according to its image, the last program that wrote to it did not close it
 * @blocker: (nullable): why no snapshot of it is possible, if its source knows a reason
 * @remedy: (nullable): what to do about @blocker
 * @bitmaps: (nullable) (array zero-terminated=1): names of dirty bitmaps in its image, as reported
 * by QEMU or the image; %NULL: none
 * @snapshots: (element-type FirnImageSnapshot): its table of snapshots, wherever they are stored
 *
 * What is known about one disk at one time.
 */
typedef struct {
    char *target;         /* (owned) */
    char *node_name;      /* (owned) (nullable) */
    char *device;         /* (owned) (nullable) */
    char *path;           /* (owned) (nullable) */
    char *format;         /* (owned) */
    char *backend;        /* (owned) (nullable) */
    char *backing_path;   /* (owned) (nullable) */
    char *backing_format; /* (owned) (nullable) */
    guint64 size_bytes;
    gboolean is_writable;
    gboolean is_remembered;
    gboolean is_transient;
    gboolean is_left_out;
    gboolean is_unread;
    gboolean is_left_open;
    char *blocker;        /* (owned) (nullable) */
    char *remedy;         /* (owned) (nullable) with @blocker */
    GStrv bitmaps;        /* (owned) (nullable) */
    GPtrArray *snapshots; /* (owned) (element-type FirnImageSnapshot) */
} FirnDisk;

/**
 * firn_disk_init:
 * @self: (out): set to a writable disk without facts, with an empty table
 */
void firn_disk_init(FirnDisk *self);

/**
 * firn_disk_new:
 * @target: its key
 *
 * Returns: (transfer full): a writable disk without other facts, with an empty table
 */
FirnDisk *firn_disk_new(const char *target, const char *format);

/**
 * firn_disk_copy:
 *
 * Returns: (transfer full): the same facts, with a table of its own
 */
FirnDisk *firn_disk_copy(const FirnDisk *self);

/**
 * firn_disk_get_backend:
 *
 * Returns: (transfer none): the name of the backend of its snapshots
 */
const char *firn_disk_get_backend(const FirnDisk *self);

/**
 * firn_disk_obstruct:
 * @remedy: what to do
 * @format: as for printf(): the reason
 *
 * Records why no snapshot of it is possible; the first reason is kept.
 */
void firn_disk_obstruct(FirnDisk *self, const char *remedy, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

void firn_disk_free(FirnDisk *self);

/**
 * firn_disks_new:
 *
 * Returns: (transfer full) (element-type FirnDisk): an empty list that frees its elements
 */
GPtrArray *firn_disks_new(void);

/**
 * firn_disk_count_tag:
 * @tag: a snapshot's tag
 *
 * Returns: how many snapshots in its table have that tag; more than one is ambiguous
 */
guint firn_disk_count_tag(const FirnDisk *self, const char *tag);

/**
 * firn_disks_find:
 * @disks: (element-type FirnDisk): disks
 * @target: a key
 *
 * Returns: (transfer none) (nullable): the disk with that target
 */
FirnDisk *firn_disks_find(GPtrArray *disks, const char *target);

/**
 * firn_disks_find_path:
 * @disks: (element-type FirnDisk): disks
 * @path: (nullable): of an image
 *
 * Returns: (transfer none) (nullable): the disk with that image
 */
FirnDisk *firn_disks_find_path(GPtrArray *disks, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDisk, firn_disk_free)
