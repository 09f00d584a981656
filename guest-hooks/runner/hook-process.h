/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hook-output.h"
#include "reason.h"
#include "user.h"
#include "waiter.h"

/**
 * FirnLaunch:
 * @file: the program, opened; its descriptor is 4 in the process
 * @name: what it sees as its own name
 * @argument: its only argument
 * @environment: (array zero-terminated=1): all of its environment
 * @user: (nullable): who runs it; NULL: unchanged
 * @credential: becomes descriptor 3; -1: none
 * @has_input: whether its standard input is a pipe; else /dev/null
 *
 * How a hook is started.
 */
typedef struct FirnLaunch {
    int file;
    const char *name;
    const char *argument;
    char *const *environment;
    const FirnUser *user;
    int credential;
    bool has_input;
} FirnLaunch;

/**
 * FirnProcess:
 * @pid: 0: never started, or its end is known or matters no longer
 * @input: pipe to its standard input, or -1
 * @output: pipe from its standard output and standard error, or -1
 * @status: of wait(), once it has ended
 *
 * A hook that runs, in a session and process group of its own.
 */
typedef struct FirnProcess {
    pid_t pid;
    int input;
    int output;
    int status;
} FirnProcess;

typedef enum {
    FIRN_PROCESS_ENDED,
    FIRN_PROCESS_SAID,
    FIRN_PROCESS_TIMEOUT,
    FIRN_PROCESS_CANCELLED,
} FirnProcessResult;

/**
 * firn_process_start:
 * @self: zeros, or a process that was stopped
 * @reason: why it cannot be started
 *
 * Starts it. It is the caller of exec() itself who fails in the child: exit status 127.
 */
bool firn_process_start(FirnProcess *self, const FirnLaunch *launch, FirnReason *reason);

/**
 * firn_process_run:
 * @work: runs in a child process; what it returns is the child's exit status
 *
 * Starts a copy of this process, which may block where this one must not.
 */
bool firn_process_run(FirnProcess *self, int (*work)(void *data), void *data, FirnReason *reason);

/**
 * firn_process_wait:
 * @waiter: what waits
 * @word: (nullable): of @output: the wait also ends when it is true
 * @output: what it prints is added to this
 * @end_ms: until when, of firn_clock_ms()
 *
 * Waits for the end of the process itself, whatever its children still do with its output.
 */
FirnProcessResult firn_process_wait(FirnProcess *self,
                                    FirnWaiter *waiter,
                                    const bool *word,
                                    FirnHookOutput *output,
                                    int64_t end_ms);

/**
 * firn_process_stop:
 * @waiter: waits for a second between SIGTERM and SIGKILL
 *
 * Ends its process group, and closes its pipes. Does not wait for what SIGKILL cannot end.
 */
void firn_process_stop(FirnProcess *self, FirnWaiter *waiter);
