/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "evidence.h"
#include "memory-record.h"
#include "nvram-record.h"

/**
 * FirnSnapshotPhase:
 * @FIRN_SNAPSHOT_PHASE_READY: every disk has it
 * @FIRN_SNAPSHOT_PHASE_UNAVAILABLE: a disk does not have it, or an overlay is above it
 *
 * Where a recorded snapshot stands.
 */
typedef enum {
    FIRN_SNAPSHOT_PHASE_READY,
    FIRN_SNAPSHOT_PHASE_UNAVAILABLE,
} FirnSnapshotPhase;

/**
 * FirnSnapshotDisk:
 * @target: key of the disk within the VM
 * @backend: how it is stored: "qcow2"
 * @path: the image file at the time of the cut
 * @size_bytes: virtual size at the time of the cut
 * @file_system: (nullable): on which file system the image was then (image-place.h); %NULL in
 * records that were written before that was noted
 *
 * One disk of a snapshot.
 */
typedef struct {
    char *target;  /* (owned) */
    char *backend; /* (owned) */
    char *path;    /* (owned) */
    guint64 size_bytes;
    char *file_system; /* (owned) (nullable) */
} FirnSnapshotDisk;

/**
 * FirnSnapshot:
 *
 * The record of one VM at one instant. Immutable once it is in a catalogue, and shared by
 * reference: edits make a copy.
 */
typedef struct {
    gatomicrefcount references;
    char *uuid;        /* (owned) */
    char *parent;      /* (owned) (nullable) UUID of the snapshot from which the VM had gone on */
    char *name;        /* (owned) */
    char *comment;     /* (owned) "" if none */
    char *tag;         /* (owned) its name on every disk */
    gint64 created_us; /* the instant of the cut, microseconds since the epoch */
    FirnVerdict verdict;
    FirnSnapshotPhase phase;
    FirnEvidence *evidence;  /* (owned) */
    GPtrArray *disks;        /* (owned) (element-type FirnSnapshotDisk) */
    GPtrArray *excluded;     /* (owned) (element-type utf8) targets left out: by name, or because
                                nothing stays on them */
    char *definition;        /* (owned) (nullable) how the VM starts, in the words of its source */
    char *live_definition;   /* (owned) (nullable) how it ran */
    gboolean is_to_register; /* its source's other users are to see the snapshot, too */
    gboolean is_adopted;     /* others have made it, and chosen its tag */
    gboolean has_vm_state;   /* RAM is in one of its images, as QEMU's savevm puts it there */
    FirnMemoryRecord
        *memory;            /* (owned) (nullable) of RAM that firn has taken, there or elsewhere */
    FirnNvramRecord *nvram; /* (owned) (nullable) of UEFI variables that firn has kept */
} FirnSnapshot;

/**
 * firn_snapshot_new:
 * @name: a checked name
 * @parent: (nullable): UUID of its parent
 * @evidence: (transfer full): what was seen
 *
 * Returns: (transfer full): a record with a new UUID and its tag, phase READY, verdict CRASH,
 * without disks
 */
FirnSnapshot *firn_snapshot_new(const char *name, const char *parent, FirnEvidence *evidence);

/**
 * firn_snapshot_note_file_systems:
 * @self: a record that is not in a catalogue yet
 *
 * Notes on which file systems the images of its disks are now. Blocks as these do.
 */
void firn_snapshot_note_file_systems(FirnSnapshot *self);

/**
 * firn_snapshot_add_disk:
 * @self: a record that is not in a catalogue yet
 * @target: key of the disk
 * @backend: how it is stored
 * @path: the image file
 * @size_bytes: virtual size
 */
void firn_snapshot_add_disk(FirnSnapshot *self,
                            const char *target,
                            const char *backend,
                            const char *path,
                            guint64 size_bytes);

/**
 * firn_snapshot_ref:
 * @self: a record
 *
 * Returns: (transfer full): @self
 */
FirnSnapshot *firn_snapshot_ref(FirnSnapshot *self);

/**
 * firn_snapshot_unref:
 * @self: (nullable): a record
 */
void firn_snapshot_unref(FirnSnapshot *self);

/**
 * firn_snapshot_copy:
 * @self: a record
 *
 * Returns: (transfer full): a deep copy that may be changed until it is in a catalogue
 */
FirnSnapshot *firn_snapshot_copy(const FirnSnapshot *self);

/**
 * firn_snapshot_check:
 * @self: a record
 * @error: return location for a #GError
 *
 * Tells whether name, comment, tag, UUIDs (lower case), time and disks are such that the record can
 * be kept and read again. The tag of an adopted one is only what firn_adopted_tag_check() takes.
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID.
 *
 * Returns: %TRUE if they are
 */
gboolean firn_snapshot_check(const FirnSnapshot *self, GError **error);

/**
 * firn_snapshot_to_json:
 * @self: a record
 *
 * Returns: (transfer full): one member of a catalogue's "snapshots"
 */
JsonNode *firn_snapshot_to_json(const FirnSnapshot *self);

/**
 * firn_snapshot_from_json:
 * @node: what firn_snapshot_to_json() made
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: (transfer full): a record; %NULL with @error set
 */
FirnSnapshot *firn_snapshot_from_json(JsonNode *node, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSnapshot, firn_snapshot_unref)
