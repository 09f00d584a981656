/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "snapshot.h"

/**
 * FirnUndoPoint:
 * @snapshot: (owned): the state of the disks before the restore: a record that is in no tree and
 * does not count against the limit; its parent is the snapshot that was current before
 * @restored: UUID of the snapshot that was restored
 * @run_state: the VM's run state before the restore: "running", "paused" or "off"
 * @ran_us: for how long the VM was seen running since then, in microseconds of a clock that cannot
 * be set
 *
 * What is needed to undo a restore. Immutable, shared by reference.
 */
typedef struct {
    gatomicrefcount references;
    FirnSnapshot *snapshot;
    char *restored;  /* (owned) */
    char *run_state; /* (owned) */
    gint64 ran_us;
} FirnUndoPoint;

/* The member "undo" of a catalogue. */
extern const FirnRecordSchema firn_undo_point_schema;

/**
 * firn_undo_point_new:
 * @snapshot: (transfer none): a record; must not be changed afterwards
 * @restored: UUID
 * @run_state: "running", "paused" or "off"
 *
 * Returns: (transfer full): an undo point
 */
FirnUndoPoint *firn_undo_point_new(FirnSnapshot *snapshot,
                                   const char *restored,
                                   const char *run_state);

FirnUndoPoint *firn_undo_point_ref(FirnUndoPoint *self);

void firn_undo_point_unref(FirnUndoPoint *self);

/**
 * firn_undo_point_move:
 * @parent: (nullable): UUID of the new parent of its snapshot
 *
 * Returns: (transfer full): a copy with that parent
 */
FirnUndoPoint *firn_undo_point_move(const FirnUndoPoint *self, const char *parent);

/**
 * firn_undo_point_add_run:
 * @us: for how long the VM was seen running beyond what is already counted
 *
 * Returns: (transfer full): a copy with that time added
 */
FirnUndoPoint *firn_undo_point_add_run(const FirnUndoPoint *self, gint64 us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnUndoPoint, firn_undo_point_unref)
