/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-end.h"
#include "state-dir.h"

/**
 * FirnImageStamp:
 * @path: of an image
 * @inode: inode number of the file
 * @size_bytes: size of the file
 * @changed_ns: time of the last write; -1: a block device, which has none
 *
 * Shows whether an image was written to since.
 */
typedef struct {
    char *path; /* (owned) */
    guint64 inode;
    gint64 size_bytes;
    gint64 changed_ns;
} FirnImageStamp;

/**
 * FirnRunNote:
 * @end: how the last run ended
 * @has_gone_back: firn has reverted the images since then, so that only this note describes them
 * @is_own: made by this process, not read from a file: it saw the end of the run itself
 * @images: (element-type FirnImageStamp): state of the images when the note was made; empty:
 * unknown
 *
 * What is recorded about the last run of a VM, one file for each VM. Valid as long as no process
 * writes to the images.
 */
typedef struct {
    FirnRunEnd end;
    gboolean has_gone_back;
    gboolean is_own;
    GPtrArray *images; /* (owned) (element-type FirnImageStamp) */
} FirnRunNote;

/**
 * firn_run_note_new:
 * @end: how the last run ended
 *
 * Returns: (transfer full): a note of this process, without images
 */
FirnRunNote *firn_run_note_new(FirnRunEnd end);

void firn_run_note_free(FirnRunNote *self);

/**
 * firn_run_note_stamp:
 * @paths: (array zero-terminated=1) (nullable): images that the guest could write to; "" for an
 * unknown path; %NULL: all are unknown
 *
 * Reads the metadata of the images, and opens none. Blocks as the file system does.
 */
void firn_run_note_stamp(FirnRunNote *self, const char *const *paths);

/**
 * firn_run_note_are_of_this_boot:
 * @paths: (nullable): images; "" for an unknown path
 *
 * Block devices and unreadable files have no known time of their last write.
 *
 * Returns: whether @paths has files, and all of them were written to since this host booted
 */
gboolean firn_run_note_are_of_this_boot(const char *const *paths);

/**
 * firn_run_note_holds:
 *
 * Blocks as the file system does.
 *
 * Returns: whether its images are unchanged since it was made
 */
gboolean firn_run_note_holds(const FirnRunNote *self);

/**
 * firn_run_note_write:
 * @directory: folder of the notes
 *
 * Returns: %TRUE once it is stored
 */
gboolean firn_run_note_write(const FirnRunNote *self,
                             FirnStateDir *directory,
                             const char *vm_uuid,
                             GError **error);

/**
 * firn_run_note_read:
 * @directory: folder of the notes
 * @vm_uuid: of a VM
 *
 * An unusable file yields a note that only says that there was a run.
 *
 * Returns: (transfer full) (nullable): the note; %NULL if there is none
 */
FirnRunNote *firn_run_note_read(FirnStateDir *directory, const char *vm_uuid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnRunNote, firn_run_note_free)
