/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "firn-bus.h"

/**
 * firn_progress_text:
 * @done_bytes: transferred so far
 * @total_bytes: to be transferred
 * @left_us: estimated time left; 0: unknown
 *
 * Returns: (transfer full): for people: "120 MiB of 2.0 GiB, 12 s left"
 */
char *firn_progress_text(guint64 done_bytes, guint64 total_bytes, guint64 left_us);

/**
 * firn_progress_text_of_job:
 * @job: a job, with its properties
 *
 * Returns: (transfer full) (nullable): its progress; %NULL if it transfers nothing
 */
char *firn_progress_text_of_job(FirnDBusJob *job);
