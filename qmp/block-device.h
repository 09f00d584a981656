/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnImageSnapshot:
 * @id: the number that QEMU gave it, as text; "" if a peer does not tell one
 * @tag: its name in the image; any bytes that are valid UTF-8; "" if a peer does not tell one
 * @created_s: seconds since the epoch
 * @clock_ns: how long the guest had run then, by QEMU's clock; 0 if no QEMU ran it
 * @vm_state_bytes: size of the RAM state; 0 if there is none
 *
 * One line of an image's table of internal snapshots.
 * Source: qapi/block-core.json, SnapshotInfo.
 */
typedef struct {
    char *id;  /* (owned) */
    char *tag; /* (owned) */
    gint64 created_s;
    gint64 clock_ns;
    guint64 vm_state_bytes;
} FirnImageSnapshot;

/**
 * firn_image_snapshots_parse:
 * @array: (nullable): the "snapshots" array of an ImageInfo
 *
 * Reads the table of internal snapshots as query-block and `qemu-img info` print it alike.
 *
 * Returns: (transfer full) (element-type FirnImageSnapshot): empty if there are none; frees its
 * elements
 */
GPtrArray *firn_image_snapshots_parse(JsonArray *array);

/**
 * FirnBlockDevice:
 * @device: drive id; "" when made with -blockdev
 * @qdev: (nullable): id or QOM path of the guest's device
 * @node_name: root node: what transactions and jobs want as "device"
 * @filter: (nullable): driver of a filter between the guest's device and the image, "throttle"
 * @driver: format driver of the image, "qcow2", "raw", also if a raw one has none; of a filter that
 * cannot be looked through its name
 * @path: (nullable): the image file, when it is a plain file or block device with an absolute path
 * @other: (nullable): if @path is %NULL: what it is, as #FirnBlockFile has it
 * @is_relative: @other is a relative path
 * @backing_path: (nullable): backing file
 * @size_bytes: virtual size
 * @is_writable: the guest can write to it
 * @is_removable: the guest's drive lets its medium be changed: a CD or floppy
 * @is_flash: it is the board's pflash: firmware or its variables, no disk
 * @bitmaps: (array zero-terminated=1): names of dirty bitmaps that QEMU keeps in the image
 * @has_io_error: the guest's last write failed ("failed" or "nospace")
 * @snapshots: (element-type FirnImageSnapshot): its table of internal snapshots
 *
 * One block device of a running QEMU with a medium in it.
 * Source: query-block, qapi/block-core.json BlockInfo.
 */
typedef struct {
    char *device;       /* (owned) */
    char *qdev;         /* (owned) (nullable) */
    char *node_name;    /* (owned) */
    char *filter;       /* (owned) (nullable) */
    char *driver;       /* (owned) */
    char *path;         /* (owned) (nullable) */
    char *other;        /* (owned) (nullable) */
    char *backing_path; /* (owned) (nullable) */
    guint64 size_bytes;
    gboolean is_relative;
    gboolean is_writable;
    gboolean is_removable;
    gboolean is_flash;
    gboolean has_io_error;
    GStrv bitmaps;        /* (owned) */
    GPtrArray *snapshots; /* (owned) (element-type FirnImageSnapshot) */
} FirnBlockDevice;

/**
 * firn_block_devices_query:
 * @monitor: monitor of a running QEMU
 * @deadline_ms: how long to wait
 * @cancellable: (nullable): ends the waiting
 * @error: return location for a #GError
 *
 * Errors: as firn_channel_call(); %FIRN_QMP_ERROR_MALFORMED if the reply is not of query-block's
 * form.
 *
 * Returns: (transfer full) (element-type FirnBlockDevice): devices with a medium, in QEMU's order;
 * frees its elements
 */
GPtrArray *firn_block_devices_query(FirnChannel *monitor,
                                    guint deadline_ms,
                                    GCancellable *cancellable,
                                    GError **error);

/**
 * firn_block_jobs_query:
 * @monitor: monitor of a running QEMU
 * @deadline_ms: how long to wait
 * @cancellable: (nullable): ends the waiting
 * @error: return location for a #GError
 *
 * Lists what works on the disks besides the guest: block jobs, other jobs, a migration.
 * Source: query-jobs, query-migrate.
 *
 * Errors: as firn_channel_call(); %FIRN_QMP_ERROR_MALFORMED if a reply is not of their form.
 *
 * Returns: (transfer full) (array zero-terminated=1): words such as "mirror job \"backup0\"", empty
 * if nothing works
 */
GStrv firn_block_jobs_query(FirnChannel *monitor,
                            guint deadline_ms,
                            GCancellable *cancellable,
                            GError **error);
