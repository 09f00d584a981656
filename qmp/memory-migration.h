/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnMemoryMigration:
 *
 * Writes RAM and device state of a guest to a file, as a QEMU migration. All calls are for job
 * threads. There are two ways:
 *
 * - plain: the caller pauses the guest first, and it stays paused until QEMU has finished. QEMU is
 *   in "postmigrate" then and has released all disks: only "cont" takes them back, and no command
 *   leads from there to "paused". So this way is not for a guest that must stay paused afterwards.
 *   It can be cancelled: the guest is then paused as before, and QEMU has never released its disks.
 *   Seen with QEMU 7.2.
 *
 * - in the background: with the capability "background-snapshot" (since 6.0). QEMU write-protects
 *   the RAM by userfaultfd at one instant, the guest continues at once, and QEMU streams the RAM of
 *   that instant. Once begun it must be completed: QEMU 7.2 lifts the protection only at the end.
 *   After migrate_cancel, or when the file cannot be written, the guest was observed to hang
 *   without limit at its next write to RAM, while QEMU reports it as running. So firn never cancels
 *   it, freeing the object waits for its end, and it is streamed into a pipe that never blocks QEMU
 *   (stream-pipe.h).
 */
typedef struct _FirnMemoryMigration FirnMemoryMigration;

/**
 * FIRN_MEMORY_MIGRATION_REMEDY:
 *
 * Permits QEMU processes of any user, however they are started, to write-protect a guest's RAM.
 */
#define FIRN_MEMORY_MIGRATION_REMEDY "sysctl vm.unprivileged_userfaultfd=1"

/**
 * FirnMigrationProgress:
 * @done_bytes: RAM migrated so far
 * @total_bytes: of RAM, estimated by QEMU
 * @user_data: as given to firn_memory_migration_wait()
 */
typedef void (*FirnMigrationProgress)(guint64 done_bytes, guint64 total_bytes, gpointer user_data);

/**
 * firn_memory_migration_new:
 * @monitor: of a running QEMU
 * @file: where the stream goes: the write end of a pipe that is read until QEMU has finished
 * @is_background: whether the guest runs meanwhile
 *
 * Passes the file to QEMU and sets the capability: all that can be done before the guest is paused.
 *
 * Errors: %FIRN_QMP_ERROR_REFUSED, with the remedy if the host does not permit it; those of
 * firn_channel_call().
 *
 * Returns: (transfer full): a migration that is ready to begin; %NULL with @error set
 */
FirnMemoryMigration *firn_memory_migration_new(FirnChannel *monitor,
                                               int file,
                                               gboolean is_background,
                                               GError **error);

/**
 * firn_memory_migration_check_background:
 * @monitor: of a running QEMU without an active migration
 * @cancellable: (nullable): ends the asking
 *
 * Checks whether QEMU can migrate in the background, and changes nothing. The capability is set
 * together with another one that is incompatible with it, so that QEMU refuses in any case. QEMU
 * checks the host and the guest's RAM before it checks the other capability. So this is done with
 * two others: if QEMU gives the same reason twice, it is the host or the RAM; if it gives two
 * different ones, only the combination was wrong. Seen with QEMU 7.2. Setting the capability alone
 * and resetting it would leave it set if firnd died in between, which would break the next
 * migration by another program.
 *
 * Errors: %FIRN_QMP_ERROR_REFUSED with QEMU's reason, and the remedy if the host does not permit
 * it; those of firn_channel_call(), if it is unknown.
 *
 * Returns: %TRUE if QEMU can do it
 */
gboolean firn_memory_migration_check_background(FirnChannel *monitor,
                                                GCancellable *cancellable,
                                                GError **error);

/**
 * firn_memory_migration_begin:
 * @self: one that has not begun yet
 *
 * In the background, QEMU first touches all RAM and writes the first bytes of the stream, and only
 * then pauses the guest, if it is not paused already. When the RAM is protected, QEMU before 9
 * resumes the guest by itself, even if the caller had paused it; later versions return to the state
 * they found, and a caller that had paused the guest must resume it.
 *
 * Returns: %TRUE if QEMU has begun
 */
gboolean firn_memory_migration_begin(FirnMemoryMigration *self, GError **error);

/**
 * firn_memory_migration_has_ended:
 * @self: one that has begun
 *
 * Returns: whether QEMU reports that it has ended, or does not answer
 */
gboolean firn_memory_migration_has_ended(FirnMemoryMigration *self);

/**
 * firn_memory_migration_look_for_pages:
 * @self: one that has begun
 * @out_has_pages: (out): whether the first page was sent, or QEMU has ended
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
 *
 * QEMU sends no page of RAM before it has protected all of it: once the first page is seen, the RAM
 * is captured.
 *
 * Errors: those of firn_channel_call().
 *
 * Returns: %TRUE once the first page was sent, or QEMU has ended
 */
gboolean firn_memory_migration_wait_for_pages(FirnMemoryMigration *self, GError **error);

/**
 * firn_memory_migration_wait:
 * @self: one that has begun
 * @progress: (nullable): called repeatedly
 * @user_data: for @progress
 * @out_bytes: (out): length of the stream
 *
 * Errors: %FIRN_QMP_ERROR_REFUSED with QEMU's reason if it failed or was cancelled.
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
 * Makes QEMU end a plain migration soon; one in the background is not touched.
 */
void firn_memory_migration_cancel(FirnMemoryMigration *self);

/**
 * firn_memory_migration_free:
 * @self: (nullable): one in any state
 *
 * Waits for the end of a migration that is still active, after cancelling it if it is a plain one;
 * closes the file in QEMU and restores QEMU's migration settings.
 */
void firn_memory_migration_free(FirnMemoryMigration *self);

/**
 * firn_memory_migration_wait_leftover:
 * @monitor: of a running QEMU
 *
 * Waits for the end of a migration that an earlier process left active, closes the file in QEMU and
 * resets the capability. Harmless if there is none.
 *
 * Errors: those of firn_channel_call().
 *
 * Returns: %TRUE if no migration is active
 */
gboolean firn_memory_migration_wait_leftover(FirnChannel *monitor, GError **error);

/**
 * firn_memory_migration_release:
 * @monitor: of a QEMU
 *
 * Waits until the guest may be resumed, in case an earlier process left a migration active. One in
 * the background is waited for until the RAM is protected, which the first page shows; it may
 * continue to stream after that. A plain one of a paused guest is cancelled, and its end is waited
 * for. Harmless if none is active. A caller that has resumed the guest must then call
 * firn_memory_migration_wait_leftover().
 *
 * This must not be skipped: at the end of a plain migration QEMU would pause the guest again. And
 * QEMU 7.2 was observed to hang without limit while it paused the guest for a background snapshot
 * (bg_migration_thread(), pause_all_vcpus()), when "cont" arrived at that moment. QEMU reports
 * "paused" by then, so this is before the first page.
 *
 * Errors: those of firn_channel_call().
 *
 * Returns: %TRUE if the guest may be resumed
 */
gboolean firn_memory_migration_release(FirnChannel *monitor, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMemoryMigration, firn_memory_migration_free)
