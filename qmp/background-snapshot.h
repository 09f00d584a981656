/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnBackgroundSnapshot:
 *
 * QEMU's migration capability "background-snapshot" (since 6.0): RAM is write-protected by
 * userfaultfd at one instant, the guest goes on at once, and RAM is streamed into a file as it was
 * then. All calls are for job threads.
 *
 * Once begun it has to come to its end: QEMU 7.2 lifts the protection only then. After
 * migrate_cancel, or when the file could not be written, the guest was seen to stand still for ever
 * at its next write to RAM, while QEMU calls it running. So nobody cancels it, whoever drops one
 * waits for its end, and it is streamed into a pipe that always takes it (stream-pipe.h).
 */
typedef struct _FirnBackgroundSnapshot FirnBackgroundSnapshot;

/**
 * FirnBackgroundProgress:
 * @done_bytes: of RAM, so far
 * @total_bytes: of RAM, estimated by QEMU
 * @user_data: as given to firn_background_snapshot_wait()
 */
typedef void (*FirnBackgroundProgress)(guint64 done_bytes, guint64 total_bytes, gpointer user_data);

/**
 * firn_background_snapshot_new:
 * @monitor: of a running QEMU
 * @file: where the stream goes: the end of a pipe that somebody empties until QEMU has come to its
 * end
 * @error: return location for a #GError
 *
 * Hands the file over and switches the capability on: all that can be done before the guest stands
 * still.
 *
 * Errors: %FIRN_QMP_ERROR_REFUSED, with the remedy if the host does not permit it; those of
 * firn_channel_call().
 *
 * Returns: (transfer full): ready to begin; %NULL with @error set
 */
FirnBackgroundSnapshot *firn_background_snapshot_new(FirnChannel *monitor,
                                                     int file,
                                                     GError **error);

/**
 * firn_background_snapshot_begin:
 * @self: a new one
 * @error: return location for a #GError
 *
 * QEMU touches all RAM, writes its first bytes, and only then stops the guest, unless that was done
 * before; when it has protected its RAM it lets the guest go on by itself.
 *
 * Returns: %TRUE if QEMU has begun
 */
gboolean firn_background_snapshot_begin(FirnBackgroundSnapshot *self, GError **error);

/**
 * firn_background_snapshot_has_ended:
 * @self: one that has begun
 *
 * Returns: whether QEMU says that it goes on no more, or says nothing
 */
gboolean firn_background_snapshot_has_ended(FirnBackgroundSnapshot *self);

/**
 * firn_background_snapshot_wait:
 * @self: one that has begun
 * @progress: (nullable): called now and then
 * @user_data: for @progress
 * @out_bytes: (out): what was written
 * @error: return location for a #GError
 *
 * Errors: %FIRN_QMP_ERROR_REFUSED with QEMU's words if it failed or was cancelled.
 *
 * Returns: %TRUE once the stream is complete
 */
gboolean firn_background_snapshot_wait(FirnBackgroundSnapshot *self,
                                       FirnBackgroundProgress progress,
                                       gpointer user_data,
                                       guint64 *out_bytes,
                                       GError **error);

/**
 * firn_background_snapshot_free:
 * @self: (nullable): one in any state
 *
 * Waits for its end if it is still going on, takes the file back from QEMU, and puts its migration
 * settings back.
 */
void firn_background_snapshot_free(FirnBackgroundSnapshot *self);

/**
 * firn_background_snapshot_outlive:
 * @monitor: of a running QEMU
 * @error: return location for a #GError
 *
 * Waits for the end of what an earlier process has left going on, takes the file back, and switches
 * the capability off. Harmless if nothing is.
 *
 * Errors: those of firn_channel_call().
 *
 * Returns: %TRUE if no migration goes on
 */
gboolean firn_background_snapshot_outlive(FirnChannel *monitor, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnBackgroundSnapshot, firn_background_snapshot_free)
