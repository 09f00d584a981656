/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FIRN_STREAM_PIPE_SUFFIX:
 *
 * How the name of one ends: firn-thaw-all looks for them beside the leases.
 */
#define FIRN_STREAM_PIPE_SUFFIX ".ram"

/**
 * FirnStreamPipe:
 *
 * A FIFO that QEMU streams RAM into, and a thread that carries it into a file.
 *
 * QEMU 7.2 lets a guest hang for ever when a background snapshot's file cannot be written
 * (memory-migration.h). Into this pipe it always can: when the file takes no more, the rest goes
 * nowhere, and QEMU, which has the pipe open for reading, too, gets no EPIPE even if firnd is
 * killed. The FIFO has a name, so that the next firnd, or firn-thaw-all, can empty it.
 *
 * With a gate the pipe is full from the start: QEMU touches every page of RAM, which takes the
 * longer the more there is, and then stands still at its first write, with the guest running. So
 * the guest need not be stopped before that. Source: QEMU 7.2, bg_migration_thread().
 */
typedef struct _FirnStreamPipe FirnStreamPipe;

/**
 * firn_stream_pipe_new:
 * @path: where nothing is yet; its folder is made with mode 0700 if missing
 * @is_gated: whether whoever writes has to wait for firn_stream_pipe_open()
 * @error: return location for a #GError
 *
 * Its thread is there from the start, so that opening it cannot fail.
 *
 * Errors: of %G_FILE_ERROR; %G_THREAD_ERROR_AGAIN.
 *
 * Returns: (transfer full): a pipe, of mode 0600; %NULL with @error set
 */
FirnStreamPipe *firn_stream_pipe_new(const char *path, gboolean is_gated, GError **error);

/**
 * firn_stream_pipe_reopen:
 * @path: of a pipe whose firnd has perhaps ended
 * @quiet_ms: after how long without a byte nobody is waited for; -1: never
 *
 * Begins to empty it into nowhere.
 *
 * Returns: (transfer full) (nullable): it; %NULL if there is none, somebody else reads it, or no
 * thread is to be had
 */
FirnStreamPipe *firn_stream_pipe_reopen(const char *path, int quiet_ms);

/**
 * firn_stream_pipe_get_end:
 * @self: one that was not opened yet
 *
 * Returns: the end to be given to QEMU; of @self
 */
int firn_stream_pipe_get_end(FirnStreamPipe *self);

/**
 * firn_stream_pipe_find_writer:
 * @self: one whose end QEMU has
 *
 * Returns: whether firn_stream_pipe_has_waiting() can be told
 */
gboolean firn_stream_pipe_find_writer(FirnStreamPipe *self);

/**
 * firn_stream_pipe_has_waiting:
 * @self: one whose writer was found
 *
 * Returns: whether QEMU stands at the gate
 */
gboolean firn_stream_pipe_has_waiting(FirnStreamPipe *self);

/**
 * firn_stream_pipe_open:
 * @self: one that was not opened yet, else nothing is done
 * @file: where the stream goes, from its offset on; -1: nowhere
 *
 * Opens the gate, and begins to carry.
 */
void firn_stream_pipe_open(FirnStreamPipe *self, int file);

/**
 * firn_stream_pipe_discard:
 * @self: one in any state
 *
 * What is still to come goes nowhere; what is in the file already stays.
 */
void firn_stream_pipe_discard(FirnStreamPipe *self);

/**
 * firn_stream_pipe_has_failed:
 * @self: an open one
 *
 * Returns: whether the file has not taken something
 */
gboolean firn_stream_pipe_has_failed(FirnStreamPipe *self);

/**
 * firn_stream_pipe_finish:
 * @self: an open one
 * @error: return location for a #GError
 *
 * Waits until no process has its other end any more. Job threads only.
 *
 * Errors: of %G_FILE_ERROR if the file did not take everything.
 *
 * Returns: %TRUE if all of it is in the file
 */
gboolean firn_stream_pipe_finish(FirnStreamPipe *self, GError **error);

/**
 * firn_stream_pipe_free:
 * @self: (nullable): one in any state
 *
 * What is still to come goes nowhere. The FIFO goes as soon as nobody writes to it.
 */
void firn_stream_pipe_free(FirnStreamPipe *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnStreamPipe, firn_stream_pipe_free)
