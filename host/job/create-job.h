/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"
#include "knobs.h"

/**
 * FirnMemoryWish:
 * @FIRN_MEMORY_WISH_NONE: disks alone
 * @FIRN_MEMORY_WISH_ANY: RAM, too, in the way that lets the guest stand still the least
 * @FIRN_MEMORY_WISH_LIVE: while the guest goes on, or not at all
 * @FIRN_MEMORY_WISH_PAUSED: while the guest stands still
 *
 * Whether RAM is to be taken.
 */
typedef enum {
    FIRN_MEMORY_WISH_NONE,
    FIRN_MEMORY_WISH_ANY,
    FIRN_MEMORY_WISH_LIVE,
    FIRN_MEMORY_WISH_PAUSED,
} FirnMemoryWish;

/**
 * FirnCreateParams:
 * @vm: the VM
 * @backend: stores the disks
 * @name: (nullable): a name; %NULL: the default name
 * @comment: text for people, "" for none
 * @exclude: (array zero-terminated=1) (nullable): targets of disks to be left out
 * @knobs: how patient to be
 * @memory: whether RAM is to be taken; then the guest is not frozen
 * @is_to_register: let the VM's source list the snapshot, if it keeps a list
 * @accepts_unclean: also take the disks of a VM that is off without having been shut down
 * @accepts_pause: with %FIRN_MEMORY_WISH_ANY: pause the guest for its RAM, however long it takes
 * @leave_guest_alone: do not talk to the guest: a job works on it
 *
 * What is asked for.
 */
typedef struct {
    FirnVm *vm;           /* (owned) */
    FirnBackend *backend; /* (owned) */
    char *name;           /* (owned) (nullable) */
    char *comment;        /* (owned) */
    GStrv exclude;        /* (owned) (nullable) */
    FirnKnobs knobs;
    FirnMemoryWish memory;
    gboolean is_to_register;
    gboolean accepts_unclean;
    gboolean accepts_pause;
    gboolean leave_guest_alone;
} FirnCreateParams;

/**
 * firn_create_params_new:
 * @vm: the VM
 * @backend: stores the disks
 *
 * Returns: (transfer full): a request with all defaults
 */
FirnCreateParams *firn_create_params_new(FirnVm *vm, FirnBackend *backend);

/**
 * firn_create_params_free:
 * @self: (nullable): a request
 */
void firn_create_params_free(FirnCreateParams *self);

/**
 * firn_create_job_start:
 * @jobs: the jobs
 * @params: (transfer full): what is asked for
 * @started_by: uid of the caller
 * @error: return location for a #GError
 *
 * Checks name and comment at once; everything else is the job's. Main loop only. Its result:
 * "snapshot" (s, UUID), "name" (s), "verdict" (s), "indications" (as), "frozen-for" (t,
 * microseconds from freeze sent to thaw confirmed; 0: not frozen), "warnings" (as, sentences about
 * what went wrong beside the snapshot).
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
