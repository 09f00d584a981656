/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"
#include "job.h"

/**
 * FirnMemoryCut:
 *
 * RAM and disks of one instant: the disks are cut while the guest is paused, and RAM is saved.
 * Freeing it resumes the guest and removes an incomplete save image. Job threads only.
 */
typedef struct _FirnMemoryCut FirnMemoryCut;

/**
 * firn_memory_cut_new:
 * @check: a check without blockers, of a VM that is on; its record gets its memory part
 * @cancellable: of the job; outlives it
 *
 * Does everything that can be done before the guest is paused.
 *
 * Errors: %FIRN_HOST_ERROR_NO_SPACE and the like of firn_save_image_begin();
 * %FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED if live turns out to be impossible and no pause was accepted;
 * %FIRN_HOST_ERROR_NOT_SUPPORTED if live was requested and the host does not permit it.
 *
 * Returns: (transfer full): ready; %NULL with @error set
 */
FirnMemoryCut *firn_memory_cut_new(FirnCheck *check, GCancellable *cancellable, GError **error);

/**
 * firn_memory_cut_get_note:
 *
 * Returns: (transfer none) (nullable): why RAM is going to be saved with the guest paused, if live
 * was not ruled out
 */
const char *firn_memory_cut_get_note(FirnMemoryCut *self);

/**
 * firn_memory_cut_take:
 * @job: for progress
 * @out_is_begun: (out): some disk may have the snapshot
 *
 * Pauses the guest, cuts all disks, saves RAM, and resumes the guest if it was running. Can be
 * cancelled at any time, which resumes a paused guest at once; only QEMU's savevm, for a guest that
 * another client has paused, has to finish first.
 *
 * Errors: %G_IO_ERROR_CANCELLED; %FIRN_HOST_ERROR_BUSY if another client has resumed the guest in
 * the meantime; QEMU's errors.
 *
 * Returns: %TRUE if disks and RAM were saved
 */
gboolean firn_memory_cut_take(FirnMemoryCut *self,
                              FirnJob *job,
                              gboolean *out_is_begun,
                              GError **error);

void firn_memory_cut_free(FirnMemoryCut *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMemoryCut, firn_memory_cut_free)
