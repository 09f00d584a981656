/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FIRN_STREAM_PIPE_SUFFIX:
 *
 * How the names of these FIFOs end: firn-thaw-all looks for them beside the leases.
 */
#define FIRN_STREAM_PIPE_SUFFIX ".ram"

/**
 * FirnStreamPipe:
 *
 * A FIFO into which QEMU streams RAM, and a thread that copies it to a file.
 *
 * QEMU 7.2 makes a guest hang without limit when a background snapshot's file cannot be written
 * (memory-migration.h). This pipe can always be written: when the file accepts no more, the rest is
 * discarded, and QEMU gets no EPIPE even if firnd is killed, because QEMU has the pipe open for
 * reading, too. The FIFO has a name, so that the next firnd, or firn-thaw-all, can drain it.
 *
 * With a gate the pipe is full from the start. QEMU first touches every page of RAM, which takes
 * longer the more RAM there is, and then blocks at its first write while the guest runs. So the
 * guest need not be paused before that. Source: QEMU 7.2, bg_migration_thread().
 */
typedef struct _FirnStreamPipe FirnStreamPipe;

/**
 * firn_stream_pipe_new:
 * @path: a path where nothing exists yet; its folder is made with mode 0700 if missing
 * @is_gated: whether the writer has to wait for firn_stream_pipe_open()
 *
 * The thread is started here, so that opening cannot fail later.
 *
 * Errors: of %G_FILE_ERROR; %G_THREAD_ERROR_AGAIN.
 *
 * Returns: (transfer full): a pipe, of mode 0600; %NULL with @error set
 */
FirnStreamPipe *firn_stream_pipe_new(const char *path, gboolean is_gated, GError **error);

/**
 * firn_stream_pipe_reopen:
 * @path: of a pipe whose firnd may have ended
 * @quiet_ms: after how long without a byte the thread stops; -1: never
 *
 * Begins to drain the pipe and discards what it reads.
 *
 * Returns: (transfer full) (nullable): the pipe; %NULL if there is none, another process reads it,
 * or no thread could be started
 */
FirnStreamPipe *firn_stream_pipe_reopen(const char *path, int quiet_ms);

/**
 * firn_stream_pipe_get_end:
 * @self: one that was not opened yet
 *
 * Returns: the end to pass to QEMU; belongs to @self
 */
int firn_stream_pipe_get_end(FirnStreamPipe *self);

/**
 * firn_stream_pipe_find_writer:
 * @self: one whose end was passed to QEMU
 *
 * Returns: whether firn_stream_pipe_has_waiting() can be used
 */
gboolean firn_stream_pipe_find_writer(FirnStreamPipe *self);

/**
 * firn_stream_pipe_has_waiting:
 * @self: one whose writer was found
 *
 * Returns: whether QEMU waits at the gate
 */
gboolean firn_stream_pipe_has_waiting(FirnStreamPipe *self);

/**
 * firn_stream_pipe_open:
 * @self: one that was not opened yet; else nothing happens
 * @file: where the stream goes, from its current offset; -1: discard it
 *
 * Opens the gate and begins to copy.
 */
void firn_stream_pipe_open(FirnStreamPipe *self, int file);

/**
 * firn_stream_pipe_discard:
 * @self: one in any state
 *
 * Discards what is still to come; what is already in the file stays.
 */
void firn_stream_pipe_discard(FirnStreamPipe *self);

/**
 * firn_stream_pipe_has_failed:
 *
 * Returns: whether a write to the file has failed
 */
gboolean firn_stream_pipe_has_failed(FirnStreamPipe *self);

/**
 * firn_stream_pipe_finish:
 *
 * Waits until no process has the other end open. Job threads only.
 *
 * Errors: of %G_FILE_ERROR if a write to the file failed.
 *
 * Returns: %TRUE if the whole stream is in the file
 */
gboolean firn_stream_pipe_finish(FirnStreamPipe *self, GError **error);

/**
 * firn_stream_pipe_free:
 * @self: (nullable): one in any state
 *
 * Discards what is still to come. The FIFO is deleted as soon as no process writes to it.
 */
void firn_stream_pipe_free(FirnStreamPipe *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnStreamPipe, firn_stream_pipe_free)
