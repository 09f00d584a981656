/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FIRN_WAITER_ABANDONED_MAX 64

/**
 * FirnWaiter:
 * @signals: a signalfd for SIGCHLD, SIGTERM and SIGINT, which are blocked
 * @listener: becomes readable when a client connects; -1: none
 * @on_client: then called
 * @data: for @on_client
 * @client: the connection whose end cancels; -1: none
 * @is_cancellable: whether a wait ends when it is cancelled
 * @is_cancelled: by @on_client, by the end of @client, or by a signal
 * @is_ending: SIGTERM or SIGINT came
 * @abandoned: children that could not be killed in time, whose end is awaited by the way
 *
 * The only place where the guard's main thread waits: whatever it waits for, it serves its socket.
 */
typedef struct FirnWaiter {
    int signals;
    int listener;
    void (*on_client)(void *data);
    void *data;
    int client;
    bool is_cancellable;
    bool is_cancelled;
    bool is_ending;
    pid_t abandoned[FIRN_WAITER_ABANDONED_MAX];
    unsigned n_abandoned;
} FirnWaiter;

typedef enum {
    FIRN_WAIT_EVENT,
    FIRN_WAIT_CANCELLED,
    FIRN_WAIT_TIMEOUT,
} FirnWaitResult;

/**
 * firn_clock_ms:
 *
 * Returns: time since boot, with that in suspend where the kernel has such a clock; milliseconds
 */
int64_t firn_clock_ms(void);

/**
 * firn_waiter_init:
 *
 * Blocks the signals, and takes them.
 *
 * Returns: false, with errno, if that is impossible
 */
bool firn_waiter_init(FirnWaiter *self);

/**
 * firn_waiter_clear:
 *
 * Frees what firn_waiter_init() made; the signals stay blocked.
 */
void firn_waiter_clear(FirnWaiter *self);

/**
 * firn_waiter_wait:
 * @fd: a descriptor that is to become readable, or -1
 * @end_ms: until when, of firn_clock_ms(); INT64_MAX: without limit
 *
 * Waits for @fd, the end of any child, or a client that was served: the caller checks again what it
 * waits for. Time is checked first, so that a source that never ends cannot hold it.
 */
FirnWaitResult firn_waiter_wait(FirnWaiter *self, int fd, int64_t end_ms);

/**
 * firn_waiter_abandon:
 * @pid: a child, whose end matters no longer
 */
void firn_waiter_abandon(FirnWaiter *self, pid_t pid);
