/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"

/**
 * FirnListedDisk:
 * @target: target of the disk
 * @how: "internal": in the disk's image; "external": in an overlay; "no": not on this disk;
 * "manual"
 * @overlay: (nullable): file of the overlay
 *
 * One disk of a listed snapshot.
 */
typedef struct {
    char *target;  /* (owned) */
    char *how;     /* (owned) */
    char *overlay; /* (owned) (nullable) */
} FirnListedDisk;

/**
 * FirnListedSnapshot:
 * @name: its name, which is its tag on disks where it is internal
 * @parent: (nullable): name of its parent
 * @description: "" if none
 * @created_s: seconds since the epoch
 * @state: of the VM at the snapshot: "running", "paused", "shutoff", "disk-snapshot" ...
 * @has_memory: it has RAM, in an image or a file
 * @is_external: part of it is outside the disks' images: an overlay, or RAM in a file
 * @disks: (element-type FirnListedDisk): its disks
 * @definition: (nullable): what the VM starts with
 * @live_definition: (nullable): what it ran with
 *
 * A snapshot as the VM's source lists it, which is not proof of what is on a disk.
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
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full): the parsed snapshot; %NULL with @error set
 */
FirnListedSnapshot *firn_listed_snapshot_parse(const char *xml, GError **error);

void firn_listed_snapshot_free(FirnListedSnapshot *self);

/**
 * firn_listed_snapshot_find_overlay:
 * @disks: (element-type FirnDisk): the disks of its VM
 *
 * If this returns a disk, a snapshot that is not found on the disks may still exist.
 *
 * Returns: (transfer none) (nullable): a disk of the snapshot whose image is an overlay now: the
 * snapshot may be in an image below it
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
 * Returns: (transfer none) (nullable): the snapshot with that name
 */
FirnListedSnapshot *firn_listed_snapshots_find(GPtrArray *snapshots, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnListedSnapshot, firn_listed_snapshot_free)
