/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-end.h"
#include "state-dir.h"

/**
 * FirnImageStamp:
 * @path: of an image
 * @inode: of its file
 * @size_bytes: of its file
 * @changed_ns: when it was last written to; -1: it is a block device, of which no time tells that
 *
 * By what is seen whether an image was written to.
 */
typedef struct {
    char *path; /* (owned) */
    guint64 inode;
    gint64 size_bytes;
    gint64 changed_ns;
} FirnImageStamp;

/**
 * FirnRunNote:
 * @end: how the last run has ended
 * @has_gone_back: firn has reverted the images since, so that nothing else tells what they hold
 * @is_own: made by this process and not read from a file: it saw itself how the run has ended
 * @images: (element-type FirnImageStamp): as they were when the note was made; empty: unknown
 *
 * What is remembered of the last run of a VM, one file for each. It describes what the images hold
 * for as long as nobody has written to them.
 */
typedef struct {
    FirnRunEnd end;
    gboolean has_gone_back;
    gboolean is_own;
    GPtrArray *images; /* (owned) (element-type FirnImageStamp) */
} FirnRunNote;

/**
 * firn_run_note_new:
 * @end: how the last run has ended
 *
 * Returns: (transfer full): a note of this process, without images
 */
FirnRunNote *firn_run_note_new(FirnRunEnd end);

/**
 * firn_run_note_free:
 * @self: (nullable): a note
 */
void firn_run_note_free(FirnRunNote *self);

/**
 * firn_run_note_stamp:
 * @self: a note
 * @paths: (array zero-terminated=1) (nullable): of the images that the guest could write to; "" for
 * one that is unknown; %NULL: all are
 *
 * Looks at them, and opens none. Blocks as the file system does.
 */
void firn_run_note_stamp(FirnRunNote *self, const char *const *paths);

/**
 * firn_run_note_are_of_this_boot:
 * @paths: (nullable): of images; "" for one that is unknown
 *
 * Block devices, and what cannot be looked at, do not tell when they were written to.
 *
 * Returns: whether some of @paths are files, and all of these were written to since this host was
 * booted
 */
gboolean firn_run_note_are_of_this_boot(const char *const *paths);

/**
 * firn_run_note_holds:
 * @self: a note
 *
 * Blocks as the file system does.
 *
 * Returns: whether its images are as they were when it was made
 */
gboolean firn_run_note_holds(const FirnRunNote *self);

/**
 * firn_run_note_write:
 * @self: a note
 * @directory: where the notes are
 * @vm_uuid: of which VM it is
 * @error: return location for a #GError
 *
 * Returns: %TRUE once it is there
 */
gboolean firn_run_note_write(const FirnRunNote *self,
                             FirnStateDir *directory,
                             const char *vm_uuid,
                             GError **error);

/**
 * firn_run_note_read:
 * @directory: where the notes are
 * @vm_uuid: of a VM
 *
 * A file that cannot be used tells that there was a run, and no more.
 *
 * Returns: (transfer full) (nullable): the note; %NULL if there is none
 */
FirnRunNote *firn_run_note_read(FirnStateDir *directory, const char *vm_uuid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnRunNote, firn_run_note_free)
