/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "jobs.h"
#include "vm-source.h"

/**
 * firn_event_log_watch_jobs:
 * @jobs: the jobs; those that run already are not watched
 *
 * Has the end of each job logged as an event, and the damage that it has found.
 */
void firn_event_log_watch_jobs(FirnJobs *jobs);

/**
 * firn_event_log_watch_vms:
 * @source: a source that is not started yet
 *
 * Has each catalogue that cannot be read logged as an event.
 */
void firn_event_log_watch_vms(FirnVmSource *source);
