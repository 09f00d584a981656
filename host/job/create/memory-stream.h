/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "memory-migration.h"
#include "vm.h"

/**
 * FirnMemoryStream:
 *
 * Streams the RAM of a guest from QEMU into a file, through a pipe (stream-pipe.h). Job threads
 * only.
 *
 * In the background mode the part that takes longer the more RAM there is happens while the guest
 * runs: QEMU comes to the gate of the pipe, the guest is paused and its disks are cut, and the gate
 * opens. A plain migration needs no gate: its guest is paused until everything is written.
 *
 * QEMU from 9 on holds its big lock while it waits at the gate, and could not be told to stop:
 * there the stream begins after the pause.
 */
typedef struct _FirnMemoryStream FirnMemoryStream;

/**
 * firn_memory_stream_new:
 * @vm: a running VM
 * @monitor: of its QEMU
 * @uuid: of the snapshot
 * @qemu_version: of its QEMU
 * @is_background: whether the guest runs meanwhile
 * @cancellable: of the job
 *
 * Errors: those of firn_memory_migration_new() and firn_stream_pipe_new().
 *
 * Returns: (transfer full): a stream that has not begun; %NULL with @error set
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
 *
 * Before the pause: lets QEMU do what it can do ahead of it.
 *
 * Errors: %G_IO_ERROR_CANCELLED; those of firn_memory_migration_begin().
 *
 * Returns: %TRUE if the guest can be paused now
 */
gboolean firn_memory_stream_approach(FirnMemoryStream *self, GError **error);

/**
 * firn_memory_stream_begin:
 * @self: one that has approached
 * @file: the file to write, from its offset on
 *
 * After the cut. In the background mode QEMU saves the state of the devices and protects RAM; then
 * the guest can be resumed.
 *
 * Returns: %TRUE if the stream has begun
 */
gboolean firn_memory_stream_begin(FirnMemoryStream *self, int file, GError **error);

/**
 * firn_memory_stream_wait_for_pages:
 * @self: one that has begun
 *
 * See firn_memory_migration_wait_for_pages().
 *
 * Returns: %TRUE once the instant of the saved RAM is over
 */
gboolean firn_memory_stream_wait_for_pages(FirnMemoryStream *self, GError **error);

/**
 * firn_memory_stream_look_for_pages:
 * @self: one that has begun
 * @out_has_pages: (out): whether firn_memory_stream_wait_for_pages() would return at once
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
 *
 * If it is cancelled, a plain migration ends soon, and a background one is read to its end and
 * discarded.
 *
 * Errors: %G_IO_ERROR_CANCELLED, %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED; those of
 * firn_memory_migration_wait().
 *
 * Returns: %TRUE once everything is in the file
 */
gboolean firn_memory_stream_wait(FirnMemoryStream *self,
                                 FirnMigrationProgress progress,
                                 gpointer user_data,
                                 GError **error);

/**
 * firn_memory_stream_free:
 * @self: (nullable): one in any state
 *
 * Opens the gate, waits for the end of QEMU's migration (a plain one is cancelled), and frees the
 * stream.
 */
void firn_memory_stream_free(FirnMemoryStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMemoryStream, firn_memory_stream_free)
