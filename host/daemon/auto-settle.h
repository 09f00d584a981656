/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"
#include "vm-source.h"

/**
 * firn_auto_settle_watch:
 * @source: a source that is not started yet
 * @jobs: (transfer none): outlives the source
 *
 * Reacts to changes that other programs make to VMs, as soon as no job works on the VM: a guest
 * that was resumed from saved RAM is thawed if it was saved frozen, and the current snapshot is
 * updated; a domain that was undefined and is defined again gets its snapshot list back.
 */
void firn_auto_settle_watch(FirnVmSource *source, FirnJobs *jobs);
