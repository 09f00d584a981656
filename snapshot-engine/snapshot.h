/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"
#include "memory-record.h"
#include "nvram-record.h"

/**
 * FirnSnapshotPhase:
 * @FIRN_SNAPSHOT_PHASE_READY: every disk has it
 * @FIRN_SNAPSHOT_PHASE_UNAVAILABLE: a disk does not have it, or an overlay is above the image
 *
 * Whether a recorded snapshot can be used.
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
 * @file_system: (nullable): the file system of the image at that time (image-place.h); %NULL in
 * older records
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
 * The record of one snapshot of one VM. Immutable and shared by reference once it is in a
 * catalogue: edits make a copy.
 */
typedef struct {
    gatomicrefcount references;
    char *uuid;        /* (owned) */
    char *parent;      /* (owned) (nullable) UUID of the snapshot that was current before it */
    char *name;        /* (owned) */
    char *comment;     /* (owned) "" if none */
    char *tag;         /* (owned) its name on every disk */
    gint64 created_us; /* the instant of the cut, microseconds since the epoch */
    FirnVerdict verdict;
    FirnSnapshotPhase phase;
    FirnEvidence *evidence;  /* (owned) */
    GPtrArray *disks;        /* (owned) (element-type FirnSnapshotDisk) */
    GPtrArray *excluded;     /* (owned) (element-type utf8) targets left out: by name, or because
                                they are transient */
    char *definition;        /* (owned) (nullable) the VM's persistent definition from its source */
    char *live_definition;   /* (owned) (nullable) the definition of the running VM */
    char *launch;            /* (owned) (nullable) QEMU's command line, if the source has no
                                definitions */
    gboolean is_to_register; /* to be registered with the VM's source, for its other users */
    gboolean is_adopted;     /* made by another program, which chose its tag */
    gboolean has_vm_state;   /* RAM is in one of its images, as QEMU's savevm stores it */
    FirnMemoryRecord
        *memory;            /* (owned) (nullable) of RAM that firn has saved, there or elsewhere */
    FirnNvramRecord *nvram; /* (owned) (nullable) of UEFI variables that firn has stored */
} FirnSnapshot;

/* An element of a catalogue's "snapshots". */
extern const FirnRecordSchema firn_snapshot_schema;

/**
 * firn_snapshot_new:
 * @name: a checked name
 * @parent: (nullable): UUID of its parent
 * @evidence: (transfer full): its evidence
 *
 * Returns: (transfer full): a record with a new UUID and its tag, phase READY, verdict CRASH,
 * without disks
 */
FirnSnapshot *firn_snapshot_new(const char *name, const char *parent, FirnEvidence *evidence);

/**
 * firn_snapshot_note_file_systems:
 * @self: a record that is not in a catalogue yet
 *
 * Records on which file systems the images of its disks are now. Blocks like the file systems.
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

FirnSnapshot *firn_snapshot_ref(FirnSnapshot *self);

void firn_snapshot_unref(FirnSnapshot *self);

/**
 * firn_snapshot_copy:
 *
 * Returns: (transfer full): a deep copy that may be changed until it is in a catalogue
 */
FirnSnapshot *firn_snapshot_copy(const FirnSnapshot *self);

/**
 * firn_snapshot_check:
 *
 * Checks that name, comment, tag, UUIDs (lower case), time and disks are valid, so that the record
 * can be stored and read back. The tag of an adopted one needs only pass firn_adopted_tag_check().
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID.
 *
 * Returns: %TRUE if they are valid
 */
gboolean firn_snapshot_check(const FirnSnapshot *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSnapshot, firn_snapshot_unref)
