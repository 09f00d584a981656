/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "freeze-limits.h"
#include "jobs.h"

/**
 * FirnMemoryMode:
 * @FIRN_MEMORY_WISH_NONE: disks only
 * @FIRN_MEMORY_WISH_ANY: with RAM, in the way with the shortest pause
 * @FIRN_MEMORY_WISH_LIVE: with RAM, while the guest runs, or not at all
 * @FIRN_MEMORY_WISH_PAUSED: with RAM, while the guest is paused
 *
 * Whether and how RAM is saved.
 */
typedef enum {
    FIRN_MEMORY_WISH_NONE,
    FIRN_MEMORY_WISH_ANY,
    FIRN_MEMORY_WISH_LIVE,
    FIRN_MEMORY_WISH_PAUSED,
} FirnMemoryMode;

/**
 * FirnCreateParams:
 * @vm: the VM
 * @backend: stores the disks
 * @name: (nullable): a name; %NULL: the default name
 * @comment: a description for people, "" for none
 * @exclude: (array zero-terminated=1) (nullable): targets of disks to exclude
 * @limits: timeouts and quiesce mode of the freeze
 * @memory: whether RAM is saved; with RAM the guest is not frozen
 * @is_to_register: register the snapshot with the VM's source, if that keeps a list
 * @accepts_unclean: also accept the disks of a VM that is off but was not shut down
 * @pauses: pause the guest while its disks are cut, if it is not frozen
 * @accepts_pause: with %FIRN_MEMORY_WISH_ANY: pause the guest for its RAM, however long it takes
 * @trim_ms: how long the guest may take to discard unused blocks, before; 0: it is not asked to
 * @leave_guest_alone: do not query the guest: another job works on it
 *
 * A request for a snapshot.
 */
typedef struct {
    FirnVm *vm;           /* (owned) */
    FirnBackend *backend; /* (owned) */
    char *name;           /* (owned) (nullable) */
    char *comment;        /* (owned) */
    GStrv exclude;        /* (owned) (nullable) */
    FirnFreezeLimits limits;
    FirnMemoryMode memory;
    gboolean is_to_register;
    gboolean accepts_unclean;
    gboolean pauses;
    gboolean accepts_pause;
    guint trim_ms;
    gboolean leave_guest_alone;
} FirnCreateParams;

/**
 * firn_create_params_new:
 * @backend: stores the disks
 *
 * Returns: (transfer full): a request with all defaults
 */
FirnCreateParams *firn_create_params_new(FirnVm *vm, FirnBackend *backend);

void firn_create_params_free(FirnCreateParams *self);

/**
 * firn_create_job_start:
 * @params: (transfer full): the request
 * @started_by: uid of the caller
 *
 * Checks name and comment at once, and everything else in the job. Main loop only. Its result:
 * "snapshot" (s, UUID), "name" (s), "verdict" (s), "indications" (as), "frozen-for" (t,
 * microseconds from freeze sent to thaw confirmed; 0: not frozen), "warnings" (as, sentences about
 * failures that do not invalidate the snapshot).
 *
 * Errors: %FIRN_ENGINE_ERROR_INVALID, %FIRN_HOST_ERROR_BUSY.
 *
 * Returns: (transfer none): the job; %NULL with @error set
 */
FirnJob *firn_create_job_start(FirnJobs *jobs,
                               FirnCreateParams *params,
                               guint started_by,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCreateParams, firn_create_params_free)
