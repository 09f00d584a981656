/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

/**
 * FirnPipeWriter:
 * @pid: of the process
 * @file: the pipe's file descriptor in that process
 *
 * Another process that has a pipe open. Source: proc(5), /proc/PID/fd and
 * /proc/PID/task/TID/syscall.
 */
typedef struct {
    pid_t pid;
    int file;
} FirnPipeWriter;

/**
 * firn_pipe_writer_find:
 * @self: (out): the first one found
 * @file: the same pipe in this process
 *
 * Checks every process that this one has access to.
 *
 * Returns: whether there is one
 */
gboolean firn_pipe_writer_find(FirnPipeWriter *self, int file);

/**
 * firn_pipe_writer_is_waiting:
 * @self: one that was found
 *
 * Returns: whether one of its threads is in write() or writev() on the pipe right now
 */
gboolean firn_pipe_writer_is_waiting(const FirnPipeWriter *self);
