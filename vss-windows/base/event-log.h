/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "run-record.h"

/**
 * firn_event_log_report_run:
 * @record: a run that has ended
 * @outcome: how
 *
 * Writes to the Application log: each hook that failed, a folder that was refused, and how the run
 * ended. Must not be called while VSS holds writes.
 */
void firn_event_log_report_run(const FirnRunRecord *record, FirnCycleOutcome outcome);

/**
 * firn_event_log_report_full:
 *
 * Writes to the Application log that qemu-ga makes full backups from now on.
 */
void firn_event_log_report_full(void);

/**
 * firn_event_log_report_recovery:
 *
 * Writes to the Application log that this service thawed what an earlier one had left.
 */
void firn_event_log_report_recovery(void);
