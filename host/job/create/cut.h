/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "check.h"

/**
 * firn_cut_prepare:
 * @check: a check without blockers
 *
 * Prepares the cut before the freeze window opens. Job threads only.
 *
 * Returns: %TRUE if the window may be opened
 */
gboolean firn_cut_prepare(FirnCheck *check, GError **error);

/**
 * firn_cut_check:
 * @check: a check without blockers
 *
 * Lists the disks once more. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY if they are no longer the disks that were checked.
 *
 * Returns: %TRUE if they are
 */
gboolean firn_cut_check(FirnCheck *check, GError **error);

/**
 * firn_cut_take_now:
 * @check: a check without blockers
 * @out_is_begun: (out): set to %TRUE once a disk may have been touched
 *
 * Takes the disks' snapshots, without checking the disks again. Job threads only.
 *
 * Returns: %TRUE if every disk is reported to have the snapshot
 */
gboolean firn_cut_take_now(FirnCheck *check, gboolean *out_is_begun, GError **error);

/**
 * firn_cut_take:
 * @check: a check without blockers; its evidence gets the times
 * @out_is_begun: (out): set to %TRUE just before the first disk is touched; untouched otherwise
 *
 * Takes the snapshots of all disks at one instant, if they are still the disks that were checked.
 * Once @out_is_begun is set, a failure must be followed by firn_delete_snapshot_run(), after the
 * thaw. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_BUSY if the disks have changed; those of firn_backend_take().
 *
 * Returns: %TRUE if every disk is reported to have the snapshot
 */
gboolean firn_cut_take(FirnCheck *check, gboolean *out_is_begun, GError **error);

/**
 * firn_cut_dismiss:
 * @check: what was to be cut
 *
 * Ends the programs that wait for the cut and were not needed. Call it after the thaw, and before
 * the snapshot is deleted, which takes them for a cut that still runs.
 */
void firn_cut_dismiss(FirnCheck *check);

/**
 * firn_cut_take_paused:
 * @check: a check without blockers of a VM whose guest runs and is not frozen
 * @out_is_begun: (out): as for firn_cut_take()
 *
 * As firn_cut_take(), while the guest is paused.
 *
 * Errors: those of firn_cut_take() and of firn_guest_pause_begin(); %FIRN_HOST_ERROR_BUSY if
 * another client has resumed the guest meanwhile.
 *
 * Returns: %TRUE if every disk is reported to have the snapshot, and the guest is resumed
 */
gboolean firn_cut_take_paused(FirnCheck *check, gboolean *out_is_begun, GError **error);

/**
 * firn_cut_judge_instants:
 * @check: what was cut, with its verdict
 *
 * Images are cut at one instant, and LVs one after another: if the guest was neither frozen nor
 * paused meanwhile, that is indicated. How far apart they can be is in the evidence: the time from
 * the begin to the end of the cut.
 */
void firn_cut_judge_instants(FirnCheck *check);

/**
 * firn_cut_verify:
 * @check: what was cut
 *
 * Reads every disk's table again: through the monitor that the VM has now, or, once QEMU has ended,
 * in the images. Waits up to 5 s for a QEMU that is exiting. Job threads only.
 *
 * Returns: %TRUE if every disk has it exactly once
 */
gboolean firn_cut_verify(FirnCheck *check, GError **error);
