/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnMemoryMigration:
 *
 * RAM and devices of a guest on their way into a file, as QEMU migrates them. All calls are for job
 * threads. There are two ways:
 *
 * - plain: the guest is stopped by whoever begins, and stands still until QEMU has ended. Then QEMU
 *   is in "postmigrate", and has let go of all disks: only a "cont" takes them back, and nothing
 *   leads from there to "paused". So it is nothing for a guest that is to stand still afterwards.
 *   It may be cancelled: the guest is stopped as before, and its disks were never let go of. Seen
 *   with QEMU 7.2.
 *
 * - in the background: the capability "background-snapshot" (since 6.0). RAM is write-protected by
 *   userfaultfd at one instant, the guest goes on at once, and RAM is streamed as it was then. Once
 *   begun it has to come to its end: QEMU 7.2 lifts the protection only then. After migrate_cancel,
 *   or when the file could not be written, the guest was seen to stand still for ever at its next
 *   write to RAM, while QEMU calls it running. So nobody cancels it, whoever drops one waits for
 *   its end, and it is streamed into a pipe that always takes it (stream-pipe.h).
 */
typedef struct _FirnMemoryMigration FirnMemoryMigration;

/**
 * FIRN_MEMORY_MIGRATION_REMEDY:
 *
 * What lets a QEMU of any user protect a guest's RAM, whatever it is started by.
 */
#define FIRN_MEMORY_MIGRATION_REMEDY "sysctl vm.unprivileged_userfaultfd=1"

/**
 * FirnMigrationProgress:
 * @done_bytes: of RAM, so far
 * @total_bytes: of RAM, estimated by QEMU
 * @user_data: as given to firn_memory_migration_wait()
 */
typedef void (*FirnMigrationProgress)(guint64 done_bytes, guint64 total_bytes, gpointer user_data);

/**
 * firn_memory_migration_new:
 * @monitor: of a running QEMU
 * @file: where the stream goes: the end of a pipe that somebody empties until QEMU has come to its
 * end
 * @is_background: whether the guest is to go on meanwhile
 * @error: return location for a #GError
 *
 * Hands the file over and sets the capability: all that can be done before the guest stands still.
 *
 * Errors: %FIRN_QMP_ERROR_REFUSED, with the remedy if the host does not permit it; those of
 * firn_channel_call().
 *
 * Returns: (transfer full): ready to begin; %NULL with @error set
 */
FirnMemoryMigration *firn_memory_migration_new(FirnChannel *monitor,
                                               int file,
                                               gboolean is_background,
                                               GError **error);

/**
 * firn_memory_migration_check_background:
 * @monitor: of a running QEMU in which no migration goes on
 * @cancellable: (nullable): ends the asking
 * @error: return location for a #GError
 *
 * Asks whether RAM can be taken in the background, and changes nothing: the capability is asked for
 * together with another that does not go with it, so QEMU refuses in any case. It looks at the host
 * and at the guest's RAM before it looks at the other one; so if it says the same of two others,
 * that is the reason, and it says something else of each if nothing but the other one is wrong.
 * Seen with QEMU 7.2. A capability that was set and taken back could stay if firnd died in
 * between, and would spoil somebody's next migration.
 *
 * Errors: %FIRN_QMP_ERROR_REFUSED with QEMU's reason, and the remedy if the host does not permit
 * it; those of firn_channel_call(), if nobody knows.
 *
 * Returns: %TRUE if QEMU would take it
 */
gboolean firn_memory_migration_check_background(FirnChannel *monitor,
                                                GCancellable *cancellable,
                                                GError **error);

/**
 * firn_memory_migration_begin:
 * @self: a new one
 * @error: return location for a #GError
 *
 * In the background QEMU touches all RAM, writes its first bytes, and only then stops the guest,
 * unless that was done before. When it has protected its RAM, QEMU before 9 lets the guest go on by
 * itself, whoever has stopped it; later ones put it back to what they found, and who has stopped it
 * lets it go on.
 *
 * Returns: %TRUE if QEMU has begun
 */
gboolean firn_memory_migration_begin(FirnMemoryMigration *self, GError **error);

/**
 * firn_memory_migration_has_ended:
 * @self: one that has begun
 *
 * Returns: whether QEMU says that it goes on no more, or says nothing
 */
gboolean firn_memory_migration_has_ended(FirnMemoryMigration *self);

/**
 * firn_memory_migration_look_for_pages:
 * @self: one that has begun
 * @out_has_pages: (out): whether the first page is on its way, or QEMU has ended
 * @error: return location for a #GError
 *
 * As firn_memory_migration_wait_for_pages(), without waiting.
 *
 * Errors: those of firn_channel_call().
 *
 * Returns: %FALSE with @error set if QEMU does not answer
 */
gboolean firn_memory_migration_look_for_pages(FirnMemoryMigration *self,
                                              gboolean *out_has_pages,
                                              GError **error);

/**
 * firn_memory_migration_wait_for_pages:
 * @self: one that has begun
 * @error: return location for a #GError
 *
 * QEMU sends no page of RAM before it has protected all of it: when the first is seen the instant
 * of the RAM is over.
 *
 * Errors: those of firn_channel_call().
 *
 * Returns: %TRUE once the first page is on its way, or QEMU has ended
 */
gboolean firn_memory_migration_wait_for_pages(FirnMemoryMigration *self, GError **error);

/**
 * firn_memory_migration_wait:
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
gboolean firn_memory_migration_wait(FirnMemoryMigration *self,
                                    FirnMigrationProgress progress,
                                    gpointer user_data,
                                    guint64 *out_bytes,
                                    GError **error);

/**
 * firn_memory_migration_cancel:
 * @self: one that has begun
 *
 * Tells QEMU to end a plain one soon; one in the background is left alone.
 */
void firn_memory_migration_cancel(FirnMemoryMigration *self);

/**
 * firn_memory_migration_free:
 * @self: (nullable): one in any state
 *
 * Waits for its end if it is still going on, a plain one is cancelled first; takes the file back
 * from QEMU, and puts its migration settings back.
 */
void firn_memory_migration_free(FirnMemoryMigration *self);

/**
 * firn_memory_migration_outlive:
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
gboolean firn_memory_migration_outlive(FirnChannel *monitor, GError **error);

/**
 * firn_memory_migration_release:
 * @monitor: of a QEMU
 * @error: return location for a #GError
 *
 * Waits until the guest may be told to go on, whatever an earlier process has left going on: in the
 * background until RAM is protected, which the first page shows, so that what streams then may take
 * as long as it likes; a plain one of a stopped guest is cancelled, and its end is waited for.
 * Harmless if none goes on. Whoever has let the guest go on calls firn_memory_migration_outlive().
 *
 * Not to be left out: QEMU would stop the guest once more at the end of a plain one. And QEMU 7.2
 * was seen to hang for ever in its own stop of the guest for a background snapshot
 * (bg_migration_thread(), pause_all_vcpus()) when a "cont" came in that moment, in which it says
 * "paused" already: that is before the first page.
 *
 * Errors: those of firn_channel_call().
 *
 * Returns: %TRUE if the guest can be told to go on
 */
gboolean firn_memory_migration_release(FirnChannel *monitor, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMemoryMigration, firn_memory_migration_free)
