/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "create-job.h"

/**
 * FirnMemoryWay:
 * @FIRN_MEMORY_WAY_UNKNOWN: a job works on the VM, or QEMU does not say
 * @FIRN_MEMORY_WAY_LIVE: the guest runs meanwhile
 * @FIRN_MEMORY_WAY_PAUSED: firn pauses the guest until RAM is written
 * @FIRN_MEMORY_WAY_STOPPED: the guest was paused before, and stays paused
 */
typedef enum {
    FIRN_MEMORY_WAY_UNKNOWN,
    FIRN_MEMORY_WAY_LIVE,
    FIRN_MEMORY_WAY_PAUSED,
    FIRN_MEMORY_WAY_STOPPED,
} FirnMemoryWay;

/**
 * FirnMemoryPlan:
 * @way: how RAM would be saved
 * @why_not_live: (nullable): why it cannot be live; %NULL: it can, or live was not requested, or it
 * is unknown
 * @paused_us: an estimate: for how long firn would pause the guest until its RAM is written
 * @live_us: an estimate: for how long the guest would be paused by a live snapshot
 * @ram_bytes: the largest number of bytes to write; 0: QEMU does not say
 * @place: (nullable): where RAM would be written
 * @has_free: whether @free_bytes is known: for a block device it is not
 * @free_bytes: the free space of the file system of @place
 *
 * How RAM would be saved, and what that would cost the guest.
 */
typedef struct {
    FirnMemoryWay way;
    char *why_not_live; /* (owned) (nullable) */
    guint64 paused_us;
    guint64 live_us;
    guint64 ram_bytes;
    char *place; /* (owned) (nullable) */
    gboolean has_free;
    guint64 free_bytes;
} FirnMemoryPlan;

/**
 * firn_memory_plan_new:
 * @params: the request, for a VM that is on
 * @monitor: of its QEMU
 * @place: (nullable): where RAM goes
 *
 * Queries QEMU and the file system, and changes nothing. Job threads only.
 *
 * Returns: (transfer full): what is known
 */
FirnMemoryPlan *firn_memory_plan_new(const FirnCreateParams *params,
                                     FirnChannel *monitor,
                                     const char *place,
                                     GCancellable *cancellable);

/**
 * firn_memory_plan_may_pause:
 *
 * The only rule about pauses: a pause is accepted if the caller requested it, if the caller was
 * told of it and agreed, or if the policy's pause-max is not less than the estimate.
 *
 * Returns: whether firn may pause the guest until its RAM is written
 */
gboolean firn_memory_plan_may_pause(const FirnMemoryPlan *self, const FirnCreateParams *params);

/**
 * firn_memory_plan_get_pause:
 *
 * Returns: for how long firn would pause the guest in the planned way, an estimate in microseconds;
 * 0 if the guest is paused already
 */
guint64 firn_memory_plan_get_pause(const FirnMemoryPlan *self);

/**
 * firn_memory_plan_describe_pause:
 * @why_not_live: why it is not live
 *
 * Returns: (transfer full): a sentence about the pause
 */
char *firn_memory_plan_describe_pause(const FirnMemoryPlan *self, const char *why_not_live);

/**
 * firn_memory_plan_describe_remedy:
 *
 * Returns: (transfer full): how to accept a pause
 */
char *firn_memory_plan_describe_remedy(const FirnCreateParams *params);

void firn_memory_plan_free(FirnMemoryPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMemoryPlan, firn_memory_plan_free)
