/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "memory-migration.h"
#include "vm.h"

/**
 * FirnMemoryStream:
 *
 * RAM of a guest on its way from QEMU into a file, through a pipe (stream-pipe.h). All calls are
 * for job threads.
 *
 * In the background, what takes longer the more RAM there is, is done with the guest running: QEMU
 * comes to the gate of the pipe, the guest is stopped and its disks are cut, and the gate opens. A
 * plain one needs no gate: its guest stands still until all is done.
 *
 * QEMU from 9 on holds its big lock when it comes to the gate, and could not be told to stop: there
 * it begins after the stop.
 */
typedef struct _FirnMemoryStream FirnMemoryStream;

/**
 * firn_memory_stream_new:
 * @vm: a running VM
 * @monitor: its QEMU's
 * @uuid: of the snapshot
 * @qemu_version: QEMU's
 * @is_background: whether the guest goes on meanwhile
 * @cancellable: when nobody wants it any more
 * @error: return location for a #GError
 *
 * Errors: those of firn_memory_migration_new() and firn_stream_pipe_new().
 *
 * Returns: (transfer full): one that has not begun; %NULL with @error set
 */
FirnMemoryStream *firn_memory_stream_new(FirnVm *vm,
                                         FirnChannel *monitor,
                                         const char *uuid,
                                         const char *qemu_version,
                                         gboolean is_background,
                                         GCancellable *cancellable,
                                         GError **error);

/**
 * firn_memory_stream_approach:
 * @self: a new one
 * @error: return location for a #GError
 *
 * Before the stop: whatever QEMU can do ahead of it.
 *
 * Errors: %G_IO_ERROR_CANCELLED; those of firn_memory_migration_begin().
 *
 * Returns: %TRUE if the guest can be stopped now
 */
gboolean firn_memory_stream_approach(FirnMemoryStream *self, GError **error);

/**
 * firn_memory_stream_begin:
 * @self: one that has approached
 * @file: where it goes, from its offset on
 * @error: return location for a #GError
 *
 * After the cut. In the background QEMU takes the state of the devices, and protects RAM; the guest
 * can go on then.
 *
 * Returns: %TRUE if the stream has begun
 */
gboolean firn_memory_stream_begin(FirnMemoryStream *self, int file, GError **error);

/**
 * firn_memory_stream_wait_for_pages:
 * @self: one that has begun
 * @error: return location for a #GError
 *
 * See firn_memory_migration_wait_for_pages().
 *
 * Returns: %TRUE once the instant of the RAM is over
 */
gboolean firn_memory_stream_wait_for_pages(FirnMemoryStream *self, GError **error);

/**
 * firn_memory_stream_look_for_pages:
 * @self: one that has begun
 * @out_has_pages: (out): whether firn_memory_stream_wait_for_pages() would return at once
 * @error: return location for a #GError
 *
 * See firn_memory_migration_look_for_pages().
 *
 * Returns: %FALSE with @error set if QEMU does not answer
 */
gboolean firn_memory_stream_look_for_pages(FirnMemoryStream *self,
                                           gboolean *out_has_pages,
                                           GError **error);

/**
 * firn_memory_stream_wait:
 * @self: one that has begun
 * @progress: (nullable): called now and then
 * @user_data: for @progress
 * @error: return location for a #GError
 *
 * When it is cancelled, a plain one ends soon, and one in the background is streamed to its end,
 * into nowhere.
 *
 * Errors: %G_IO_ERROR_CANCELLED, %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED; those of
 * firn_memory_migration_wait().
 *
 * Returns: %TRUE once all of it is in the file
 */
gboolean firn_memory_stream_wait(FirnMemoryStream *self,
                                 FirnMigrationProgress progress,
                                 gpointer user_data,
                                 GError **error);

/**
 * firn_memory_stream_free:
 * @self: (nullable): one in any state
 *
 * Opens the gate, waits for QEMU's end of what still goes on, a plain one is cancelled, and drops
 * it.
 */
void firn_memory_stream_free(FirnMemoryStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMemoryStream, firn_memory_stream_free)
