/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnImageSnapshot:
 * @id: the number that QEMU gave it, as text; "" if the reply has none
 * @tag: its name in the image; any bytes that are valid UTF-8; "" if the reply has none
 * @created_s: seconds since the epoch
 * @clock_ns: how long the guest had run by then, by QEMU's clock; 0 if it was not made by QEMU
 * @vm_state_bytes: size of the RAM state; 0 if there is none
 *
 * One entry of an image's table of internal snapshots.
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
 * Reads the table of internal snapshots, which query-block and `qemu-img info` print alike.
 *
 * Returns: (transfer full) (element-type FirnImageSnapshot): empty if there are none; frees its
 * elements
 */
GPtrArray *firn_image_snapshots_parse(JsonArray *array);

/**
 * FirnBlockDevice:
 * @device: drive id; "" if the disk was defined with -blockdev
 * @qdev: (nullable): id or QOM path of the guest's device
 * @node_name: root node: what transactions and jobs take as "device"
 * @filter: (nullable): driver of a filter between the guest's device and the image, "throttle"
 * @driver: format driver of the image: "qcow2"; "raw" also for a raw image without a format node.
 * For a filter that firn cannot see through: the filter's driver
 * @path: (nullable): the image, if it is a plain file or block device with an absolute path
 * @other: (nullable): if @path is %NULL: what the image is, as in #FirnBlockFile
 * @is_relative: @other is a relative path
 * @backing_path: (nullable): backing file
 * @size_bytes: virtual size
 * @is_writable: the guest can write to it
 * @is_removable: the medium of the guest's drive can be changed: a CD or floppy drive
 * @is_flash: the board's pflash: firmware or its variables, not a disk
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
 *
 * Lists what else is working on the disks: block jobs, other jobs, a migration.
 * Source: query-jobs, query-migrate.
 *
 * Errors: as firn_channel_call(); %FIRN_QMP_ERROR_MALFORMED if a reply is not of their form.
 *
 * Returns: (transfer full) (array zero-terminated=1): for example "mirror job \"backup0\""; empty
 * if there are none
 */
GStrv firn_block_jobs_query(FirnChannel *monitor,
                            guint deadline_ms,
                            GCancellable *cancellable,
                            GError **error);
