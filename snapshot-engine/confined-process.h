/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnToolLimits:
 * @memory_bytes: address space of the program; 0: unlimited
 * @cpu_s: CPU time of the program; 0: unlimited
 * @wall_ms: time limit; 1 to G_MAXINT ms
 * @output_bytes: maximal length of its output
 * @is_left_running: a program that is out of time is not killed but left alone: one that changes
 * what others rely on is worse half done than late
 * @cancellable: (nullable): kills it early
 *
 * The limits of a program that firn starts.
 */
typedef struct {
    guint64 memory_bytes;
    guint cpu_s;
    guint wall_ms;
    gsize output_bytes;
    gboolean is_left_running;
    GCancellable *cancellable; /* (unowned) (nullable) */
} FirnToolLimits;

/**
 * FirnToolResult:
 * @succeeded: it exited with status 0
 * @exit_status: its exit status; -1: a signal ended it
 * @output: standard output, ends with a NUL byte
 * @length: bytes of @output
 * @complaint: the last line of standard error, printable, at most 256 characters, and the signal
 * that ended it, if any; for messages
 * @complaints: standard error; only its end if it is long
 *
 * How a program ended.
 */
typedef struct {
    gboolean succeeded;
    int exit_status;
    char *output; /* (owned) */
    gsize length;
    char *complaint;  /* (owned) */
    char *complaints; /* (owned) */
} FirnToolResult;

/**
 * FirnConfinedProcess:
 *
 * A program that was started, and reads its standard input. Used by one thread at a time.
 */
typedef struct _FirnConfinedProcess FirnConfinedProcess;

/**
 * firn_confined_process_start:
 * @argv: (array zero-terminated=1): as for firn_confined_process_run()
 * @limits: those of the time do not begin before firn_confined_process_end()
 *
 * As firn_confined_process_run(), but does not wait for its end. Its input is a pipe, which also
 * ends when firnd does.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: (transfer full): the program; %NULL with @error set
 */
FirnConfinedProcess *firn_confined_process_start(const char *const *argv,
                                                 const FirnToolLimits *limits,
                                                 GError **error);

/**
 * firn_confined_process_write:
 * @text: for its standard input; at most PIPE_BUF bytes at once, so that it gets all or none
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED if it has ended, or does not read.
 *
 * Returns: %TRUE if it can read @text
 */
gboolean firn_confined_process_write(FirnConfinedProcess *self, const char *text, GError **error);

/**
 * firn_confined_process_end:
 * @wall_ms: how long to wait; 1 to G_MAXINT ms
 *
 * Ends its input, and waits until it ends.
 *
 * Errors: as firn_confined_process_run().
 *
 * Returns: (transfer full): how it ended; %NULL with @error set
 */
FirnToolResult *firn_confined_process_end(FirnConfinedProcess *self, guint wall_ms, GError **error);

/**
 * firn_confined_process_free:
 * @self: (nullable): a program
 *
 * Ends its input. One that has not ended is killed with what it has started, or left running.
 */
void firn_confined_process_free(FirnConfinedProcess *self);

/**
 * firn_confined_process_dismiss:
 * @self: (transfer full): a program that was told nothing, and ends with its input
 *
 * As firn_confined_process_free(), but the program has ended afterwards, unless that takes it more
 * than 10 s.
 */
void firn_confined_process_dismiss(FirnConfinedProcess *self);

/**
 * firn_confined_process_run:
 * @argv: (array zero-terminated=1): program, searched in the system folders, and arguments
 *
 * Runs a program until it ends: in the C locale with a clean environment, without input, in a
 * session of its own so that an interrupt from a terminal does not reach it. Blocks: for threads
 * other than the main loop's.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED if it cannot be started, takes too long or prints too much (it
 * is killed then with what it has started, or left running); %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): how it ended; %NULL with @error set
 */
FirnToolResult *firn_confined_process_run(const char *const *argv,
                                          const FirnToolLimits *limits,
                                          GError **error);

void firn_tool_result_free(FirnToolResult *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnToolResult, firn_tool_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnConfinedProcess, firn_confined_process_free)
