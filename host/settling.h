/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"
#include "vm-source.h"

/**
 * firn_settling_watch:
 * @source: a source that has not been started
 * @jobs: (transfer none): outlives the source
 *
 * Sees to what others do to VMs beside firn, as soon as no job works on the VM: a guest that goes
 * on from saved RAM is thawed if it woke up frozen, and the current mark follows it; a domain that
 * was undefined and is defined again gets its list of snapshots back.
 */
void firn_settling_watch(FirnVmSource *source, FirnJobs *jobs);
