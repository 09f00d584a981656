/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"
#include "vm-source.h"

/**
 * firn_recovery_watch:
 * @source: where VMs come from; not started yet
 * @jobs: the jobs
 * @runtime_dir: where leases are kept, below "leases"
 *
 * Gives each VM its place for a lease, and thaws at once whatever an earlier firnd has left a lease
 * of.
 */
void firn_recovery_watch(FirnVmSource *source, FirnJobs *jobs, const char *runtime_dir);
