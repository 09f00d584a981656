/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "jobs.h"
#include "retry-timer.h"
#include "vm-source.h"

/**
 * FirnAutoRecoverSetup:
 * @jobs: the jobs
 * @backend: stores the disks
 * @leases: the folder of the leases
 * @journal: the intents of jobs that have begun and not ended
 * @memory: the folder of the save images
 * @nvram: the folder of the copies of UEFI variables
 * @hooks: (nullable): the host's hooks
 * @clock: (nullable): determines when to try again; %NULL: the main loop's
 *
 * What recovery depends on.
 */
typedef struct {
    FirnJobs *jobs;              /* (unowned) outlives the source */
    FirnBackend *backend;        /* (unowned) */
    FirnStateDir *leases;        /* (unowned) */
    FirnJournal *journal;        /* (unowned) */
    FirnStateDir *memory;        /* (unowned) */
    FirnStateDir *nvram;         /* (unowned) */
    FirnHostHooks *hooks;        /* (unowned) (nullable) */
    const FirnRetryClock *clock; /* (unowned) (nullable) constant */
} FirnAutoRecoverSetup;

/**
 * firn_auto_recover_watch:
 * @source: a source that is not started yet
 * @setup: copied, with references
 *
 * Tells every VM of the source where leases, journal and copies are, and starts a job `recover` for
 * each VM that an earlier firnd left with a lease, an intent or hooks that were started: first its
 * guest is thawed, then its interrupted jobs are completed or rolled back, and the hooks run that
 * come after a job. What fails is tried again when QEMU starts or ends, and at growing intervals.
 */
void firn_auto_recover_watch(FirnVmSource *source, const FirnAutoRecoverSetup *setup);
