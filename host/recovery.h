/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"
#include "retry-timer.h"
#include "vm-source.h"

/**
 * FirnRecoverySetup:
 * @jobs: the jobs
 * @backend: stores the disks
 * @leases: where leases are
 * @journal: what jobs have begun and not ended
 * @memory: where save images are
 * @nvram: where copies of UEFI variables are
 * @clock: (nullable): when it is time to try again; %NULL: by the main loop
 *
 * What recovery works with.
 */
typedef struct {
    FirnJobs *jobs;              /* (unowned) outlives the source */
    FirnBackend *backend;        /* (unowned) */
    FirnStateDir *leases;        /* (unowned) */
    FirnJournal *journal;        /* (unowned) */
    FirnStateDir *memory;        /* (unowned) */
    FirnStateDir *nvram;         /* (unowned) */
    const FirnRetryClock *clock; /* (unowned) (nullable) constant */
} FirnRecoverySetup;

/**
 * firn_recovery_watch:
 * @source: a source that has not been started
 * @setup: copied, with references
 *
 * Gives every VM of the source its notes, and starts a job for each that an earlier firnd has left
 * in the middle of something: first its guest is thawed, then its interrupted jobs are ended. What
 * could not be ended is tried again when QEMU comes or goes, and now and then.
 */
void firn_recovery_watch(FirnVmSource *source, const FirnRecoverySetup *setup);
