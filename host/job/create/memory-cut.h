/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"
#include "job.h"

/**
 * firn_memory_cut_run:
 * @check: a check without blockers, of a VM that is on; its record gets its memory part
 * @job: for progress; gets the result "memory-note" (s): why RAM is saved with the guest paused, if
 * live was not ruled out
 * @out_is_begun: (out): set to %TRUE once a disk may have been touched
 *
 * Takes RAM and disks of one instant: pauses the guest, cuts all disks, saves RAM, and resumes the
 * guest if it was running. A failure leaves no save image. Can be cancelled at any time, which
 * resumes a paused guest at once; only QEMU's savevm, for a guest that another client has paused,
 * has to finish first. Job threads only.
 *
 * Errors: %G_IO_ERROR_CANCELLED; %FIRN_HOST_ERROR_NO_SPACE and the like of firn_save_image_begin();
 * %FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED if live turns out to be impossible and no pause was accepted;
 * %FIRN_HOST_ERROR_NOT_SUPPORTED if live was requested and the host does not permit it;
 * %FIRN_HOST_ERROR_BUSY if another client has resumed the guest in the meantime; QEMU's errors.
 *
 * Returns: %TRUE if disks and RAM were saved
 */
gboolean firn_memory_cut_run(FirnCheck *check,
                             FirnJob *job,
                             gboolean *out_is_begun,
                             GError **error);
