/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"

/**
 * FirnListedDisk:
 * @target: key of the disk within the VM
 * @how: "internal": in the disk's image; "external": in an overlay; "no": not at all; "manual"
 * @overlay: (nullable): the overlay's file, if it is one
 *
 * What a listed snapshot is on one disk.
 */
typedef struct {
    char *target;  /* (owned) */
    char *how;     /* (owned) */
    char *overlay; /* (owned) (nullable) */
} FirnListedDisk;

/**
 * FirnListedSnapshot:
 * @name: its name, which is its tag on the disks where it is internal
 * @parent: (nullable): name of its parent
 * @description: "" if none
 * @created_s: seconds since the epoch
 * @state: of the VM then: "running", "paused", "shutoff", "disk-snapshot" ...
 * @has_memory: it has RAM, wherever that is
 * @is_external: some of it is not in the disks' images: an overlay, or RAM in a file
 * @disks: (element-type FirnListedDisk): its disks
 * @definition: (nullable): what the VM started with
 * @live_definition: (nullable): what it ran with
 *
 * A snapshot as the source of its VM lists it: its word, not what is on any disk.
 * Source: https://libvirt.org/formatsnapshot.html
 */
typedef struct {
    char *name;        /* (owned) */
    char *parent;      /* (owned) (nullable) */
    char *description; /* (owned) */
    gint64 created_s;
    char *state; /* (owned) */
    gboolean has_memory;
    gboolean is_external;
    GPtrArray *disks;      /* (owned) (element-type FirnListedDisk) */
    char *definition;      /* (owned) (nullable) */
    char *live_definition; /* (owned) (nullable) */
} FirnListedSnapshot;

/**
 * firn_listed_snapshot_parse:
 * @xml: a `<domainsnapshot>`
 * @error: return location for a #GError
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full): what is in it; %NULL with @error set
 */
FirnListedSnapshot *firn_listed_snapshot_parse(const char *xml, GError **error);

/**
 * firn_listed_snapshot_free:
 * @self: (nullable): a snapshot
 */
void firn_listed_snapshot_free(FirnListedSnapshot *self);

/**
 * firn_listed_snapshot_find_overlay:
 * @self: a snapshot
 * @disks: (element-type FirnDisk): the disks of its VM
 *
 * Whoever does not find it on the disks may conclude nothing while there is such a one.
 *
 * Returns: (transfer none) (nullable): a disk on which it should be, and whose image is an overlay:
 * it may be below that
 */
const FirnDisk *firn_listed_snapshot_find_overlay(const FirnListedSnapshot *self, GPtrArray *disks);

/**
 * firn_listed_snapshots_new:
 *
 * Returns: (transfer full) (element-type FirnListedSnapshot): an empty list that frees its elements
 */
GPtrArray *firn_listed_snapshots_new(void);

/**
 * firn_listed_snapshots_find:
 * @snapshots: (nullable) (element-type FirnListedSnapshot): a list
 * @name: (nullable): a name
 *
 * Returns: (transfer none) (nullable): the one of that name
 */
FirnListedSnapshot *firn_listed_snapshots_find(GPtrArray *snapshots, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnListedSnapshot, firn_listed_snapshot_free)
