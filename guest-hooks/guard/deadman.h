/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "mounts.h"
#include "reason.h"

/**
 * FirnDeadman:
 *
 * Thaws every file system once its time has passed, each in a thread of its own, because FITHAW
 * waits in the kernel while that file system is being frozen. All it needs is there before it is
 * armed: descriptors, threads, memory.
 */
typedef struct FirnDeadman FirnDeadman;

/**
 * FirnThawer:
 * @mountinfo: "/proc/self/mountinfo"
 * @open: opens a mount point for @thaw; -1 and errno if it cannot
 * @thaw: as ioctl(@fd, FITHAW): 0 if it was frozen; -1 and errno, EINVAL if it was not
 * @stack_bytes: of each thread
 *
 * The border to the kernel. firn_thawer_kernel is the real one.
 */
typedef struct FirnThawer {
    const char *mountinfo;
    int (*open)(const FirnMount *mount);
    int (*thaw)(int fd);
    size_t stack_bytes;
} FirnThawer;

extern const FirnThawer firn_thawer_kernel;

/**
 * FirnThawState:
 * @FIRN_THAW_IDLE: never tried
 * @FIRN_THAW_THAWED: was frozen, and was thawed
 * @FIRN_THAW_NOT_FROZEN: answered that it is not frozen, each time
 * @FIRN_THAW_UNSUPPORTED: of a kind that cannot be frozen
 * @FIRN_THAW_BLOCKED: the thread waits in the kernel
 * @FIRN_THAW_FAILED: another error
 */
typedef enum {
    FIRN_THAW_IDLE,
    FIRN_THAW_THAWED,
    FIRN_THAW_NOT_FROZEN,
    FIRN_THAW_UNSUPPORTED,
    FIRN_THAW_BLOCKED,
    FIRN_THAW_FAILED,
} FirnThawState;

/**
 * FirnThawResult:
 * @path: its mount point
 * @device: "MAJOR:MINOR"
 *
 * What the dead-man did with one file system.
 */
typedef struct FirnThawResult {
    char path[256];
    char device[24];
    char type[32];
    FirnThawState state;
} FirnThawResult;

/**
 * firn_thaw_state_get_name:
 *
 * Returns: as in the report
 */
const char *firn_thaw_state_get_name(FirnThawState state);

/**
 * firn_deadman_arm:
 * @mounts: all mounts
 * @timeout_ms: from now; 0: at once
 * @thawer: (unowned): outlives every thread
 * @reason: why it cannot be armed
 *
 * Opens one mount point of each device, starts the threads, and then the time.
 *
 * Returns: the dead-man, or NULL
 */
FirnDeadman *firn_deadman_arm(const FirnMounts *mounts,
                              int64_t timeout_ms,
                              const FirnThawer *thawer,
                              FirnReason *reason);

/**
 * firn_deadman_get_timer:
 *
 * Returns: a descriptor that is readable once it has expired; never read from it
 */
int firn_deadman_get_timer(const FirnDeadman *self);

/**
 * firn_deadman_has_expired:
 *
 * Returns: whether its time has passed
 */
bool firn_deadman_has_expired(const FirnDeadman *self);

/**
 * firn_deadman_expire:
 *
 * Ends its time now.
 */
void firn_deadman_expire(FirnDeadman *self);

/**
 * firn_deadman_wait_answers:
 * @end_ms: until when, of firn_clock_ms()
 *
 * Waits until FITHAW has returned for each file system.
 *
 * Returns: whether it has
 */
bool firn_deadman_wait_answers(FirnDeadman *self, int64_t end_ms);

/**
 * firn_deadman_get_result:
 * @index: 0 for the first one that was armed
 * @out: (out): what was done
 *
 * Returns: false if there is no such file system
 */
bool firn_deadman_get_result(const FirnDeadman *self, size_t index, FirnThawResult *out);

/**
 * firn_deadman_disarm:
 * @self: (transfer full) (nullable): the dead-man; not to be used afterwards
 *
 * Ends the threads, and closes their descriptors. Waits at most half a second: a thread that the
 * kernel blocks ends, and frees what is left, when it returns.
 */
void firn_deadman_disarm(FirnDeadman *self);
