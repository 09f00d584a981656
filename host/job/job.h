/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "failed-job.h"
#include "host-hooks.h"
#include "transfer.h"
#include "vm.h"

/**
 * FirnJobState:
 * @FIRN_JOB_STATE_PENDING: it begins when another job of its VM has ended
 * @FIRN_JOB_STATE_IN_PROGRESS: its thread runs
 * @FIRN_JOB_STATE_COMPLETED: ended as asked
 * @FIRN_JOB_STATE_FAILED: ended with an error; what it had begun is rolled back
 * @FIRN_JOB_STATE_CANCELLED: ended on request; what it had begun is rolled back
 */
typedef enum {
    FIRN_JOB_STATE_PENDING,
    FIRN_JOB_STATE_IN_PROGRESS,
    FIRN_JOB_STATE_COMPLETED,
    FIRN_JOB_STATE_FAILED,
    FIRN_JOB_STATE_CANCELLED,
} FirnJobState;

/**
 * FirnJob:
 *
 * One operation on one VM, in a thread of its own. Getters may be called from any thread.
 *
 * Signal "changed" (): phase, progress, transfer, holders or cancelability; on the main loop.
 * Signal "completed" (): on the main loop, once; state, error and result are final.
 */
#define FIRN_TYPE_JOB (firn_job_get_type())
G_DECLARE_FINAL_TYPE(FirnJob, firn_job, FIRN, JOB, GObject)

/**
 * FirnJobFunc:
 * @job: the job, for phases, progress and the result
 * @params: the params given to firn_jobs_start()
 *
 * A job as straight-line code, run in a thread.
 *
 * Returns: %TRUE if it has done what was requested
 */
typedef gboolean (*FirnJobFunc)(FirnJob *job, gpointer params, GError **error);

/**
 * firn_job_get_id:
 *
 * Returns: its number, from 1; unique while firnd runs, and different from those of failed jobs of
 * an earlier firnd. A job that was interrupted gets a new number
 */
guint firn_job_get_id(FirnJob *self);

/**
 * firn_job_get_operation:
 *
 * Returns: (transfer none): "create", "delete", "quiesce" ...
 */
const char *firn_job_get_operation(FirnJob *self);

/**
 * firn_job_get_vm:
 *
 * Returns: (transfer none) (nullable): its VM; %NULL: it failed before firnd was started. A job's
 * own thread always has it
 */
FirnVm *firn_job_get_vm(FirnJob *self);

/**
 * firn_job_get_vm_uuid:
 *
 * Returns: (transfer none): of its VM
 */
const char *firn_job_get_vm_uuid(FirnJob *self);

/**
 * firn_job_get_started_by:
 *
 * Returns: uid of the caller
 */
guint firn_job_get_started_by(FirnJob *self);

/**
 * firn_job_works_on_disks:
 *
 * Returns: whether it changes images of the VM, with qemu-img if no QEMU runs
 */
gboolean firn_job_works_on_disks(FirnJob *self);

/**
 * firn_job_is_own:
 *
 * Returns: whether firnd has started it by itself, and others wait for it
 */
gboolean firn_job_is_own(FirnJob *self);

/**
 * firn_job_get_state:
 *
 * Returns: its state
 */
FirnJobState firn_job_get_state(FirnJob *self);

/**
 * firn_job_get_phase:
 *
 * Returns: (transfer none): "pending", "check", "freeze" ...; "unknown" of an interrupted job; a
 * constant
 */
const char *firn_job_get_phase(FirnJob *self);

/**
 * firn_job_get_progress:
 *
 * Returns: how much of the whole is done, 0.0 to 1.0
 */
double firn_job_get_progress(FirnJob *self);

/**
 * firn_job_get_transfer:
 * @out_transfer: (out caller-allocates): the progress of its bulk transfer; all zero if the phase
 * has none
 */
void firn_job_get_transfer(FirnJob *self, FirnTransfer *out_transfer);

/**
 * firn_job_is_cancelable:
 *
 * Returns: whether firn_job_cancel() would have an effect
 */
gboolean firn_job_is_cancelable(FirnJob *self);

/**
 * firn_job_get_started_us:
 *
 * Returns: microseconds since the epoch
 */
gint64 firn_job_get_started_us(FirnJob *self);

/**
 * firn_job_get_finished_us:
 *
 * Returns: microseconds since the epoch; 0: still in progress
 */
gint64 firn_job_get_finished_us(FirnJob *self);

/**
 * firn_job_get_error:
 *
 * Returns: (transfer none) (nullable): why it failed or was cancelled; %NULL before its end and if
 * it succeeded
 */
const GError *firn_job_get_error(FirnJob *self);

/**
 * firn_job_dup_result:
 *
 * Returns: (transfer full): "a{sv}": the outcome for the caller: "snapshot" (s, UUID), "verdict"
 * (s) ...
 */
GVariant *firn_job_dup_result(FirnJob *self);

/**
 * firn_job_dup_holders:
 *
 * Returns: (transfer full): the clients that keep the guest frozen, for people: "process 17 of uid
 * 0"; "" if there are none
 */
char *firn_job_dup_holders(FirnJob *self);

/**
 * firn_job_set_holders:
 * @holders: see firn_job_dup_holders()
 *
 * Any thread.
 */
void firn_job_set_holders(FirnJob *self, const char *holders);

/**
 * firn_job_cancel:
 *
 * Asks it to stop; it does so before its point of no return, or not at all. A job that waits for a
 * source whose last call has no known outcome gives up, and leaves the rest to the journal.
 *
 * Returns: %FALSE if it can no longer be cancelled
 */
gboolean firn_job_cancel(FirnJob *self);

/* For the job's own thread. */

/**
 * firn_job_enter:
 * @phase: (transfer none): a string constant
 * @progress: how much of the whole is done, 0.0 to 1.0
 */
void firn_job_enter(FirnJob *self, const char *phase, double progress);

/**
 * firn_job_tell_bytes:
 * @done_bytes: transferred so far
 * @total_bytes: to be transferred in this phase
 */
void firn_job_tell_bytes(FirnJob *self, guint64 done_bytes, guint64 total_bytes);

/**
 * firn_job_commit:
 *
 * From here on the job cannot be cancelled.
 *
 * Returns: %FALSE if it has been cancelled already
 */
gboolean firn_job_commit(FirnJob *self, GError **error);

/**
 * firn_job_get_cancellable:
 *
 * Returns: (transfer none): fires when it has been cancelled or its deadline has passed
 */
GCancellable *firn_job_get_cancellable(FirnJob *self);

/**
 * firn_job_get_backend:
 *
 * Returns: (transfer none) (nullable): stores the disks of its VM; %NULL if it needs none
 */
FirnBackend *firn_job_get_backend(FirnJob *self);

/**
 * firn_job_get_hooks:
 *
 * Returns: (transfer none) (nullable): the host's hooks; %NULL: there are none
 */
FirnHostHooks *firn_job_get_hooks(FirnJob *self);

/**
 * firn_job_set_deadline:
 * @deadline_ms: from now on; 0: none
 *
 * Cancels it with %FIRN_HOST_ERROR_TIMED_OUT when the time is over, unless it has committed by
 * then. Call it once.
 */
void firn_job_set_deadline(FirnJob *self, guint deadline_ms);

/**
 * firn_job_set_result:
 * @key: a word
 * @value: its value; floating references are taken
 */
void firn_job_set_result(FirnJob *self, const char *key, GVariant *value);

/**
 * firn_job_set_evidence:
 * @evidence: what it has found about its VM; copied
 *
 * Adds "evidence" (s, JSON) and "indications" (as) to the result. If the job fails later, they are
 * kept for 24 h.
 */
void firn_job_set_evidence(FirnJob *self, const FirnEvidence *evidence);

/**
 * firn_job_keep_interrupted:
 * @self: a job that has ended what an earlier firnd was interrupted in
 * @interrupted: (transfer full): the interrupted job, without a number
 *
 * Keeps and shows it like a failed job. Only once: if a kept job of the same VM covers the time at
 * which it began, nothing is added.
 */
void firn_job_keep_interrupted(FirnJob *self, FirnFailedJob *interrupted);
