/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"
#include "job.h"

/**
 * FirnMemoryCut:
 *
 * RAM and disks of one instant: while the guest stands still the disks are cut, and RAM is taken.
 * Whoever drops one lets the guest go on, and takes away what is half written. All of it is for job
 * threads.
 */
typedef struct _FirnMemoryCut FirnMemoryCut;

/**
 * firn_memory_cut_new:
 * @check: a check without blockers, of a VM that is on; its record gets its memory
 * @cancellable: outlives it: when nobody wants it any more
 * @error: return location for a #GError
 *
 * All that can be done before the guest stands still.
 *
 * Errors: %FIRN_HOST_ERROR_NO_SPACE and the like of firn_save_image_begin();
 * %FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED if live is impossible after all, and nobody has accepted a
 * pause; %FIRN_HOST_ERROR_NOT_SUPPORTED if live was asked for and the host does not permit it.
 *
 * Returns: (transfer full): ready; %NULL with @error set
 */
FirnMemoryCut *firn_memory_cut_new(FirnCheck *check, GCancellable *cancellable, GError **error);

/**
 * firn_memory_cut_get_note:
 * @self: a new one
 *
 * Returns: (transfer none) (nullable): why RAM is going to be taken while the guest stands still,
 * if it might have been otherwise
 */
const char *firn_memory_cut_get_note(FirnMemoryCut *self);

/**
 * firn_memory_cut_take:
 * @self: a new one
 * @job: for progress
 * @out_is_begun: (out): some disk may have the snapshot
 * @error: return location for a #GError
 *
 * The guest stands still, all disks are cut, RAM is taken, and the guest goes on as it was. It can
 * be cancelled at any time: a guest that stands still goes on at once. Only QEMU's savevm, of a
 * guest that somebody else has stopped, comes to its end first.
 *
 * Errors: %G_IO_ERROR_CANCELLED; %FIRN_HOST_ERROR_BUSY if somebody else has let the guest go on
 * meanwhile; what QEMU says.
 *
 * Returns: %TRUE if all of it was taken
 */
gboolean firn_memory_cut_take(FirnMemoryCut *self,
                              FirnJob *job,
                              gboolean *out_is_begun,
                              GError **error);

/**
 * firn_memory_cut_free:
 * @self: (nullable): one in any state
 */
void firn_memory_cut_free(FirnMemoryCut *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMemoryCut, firn_memory_cut_free)
