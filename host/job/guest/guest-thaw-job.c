/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-thaw-job.h"

#include "crash-point.h"
#include "host-error.h"
#include "thaw.h"

static gboolean
check_running(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    g_autofree char *run_state = NULL;

    if (!firn_vm_look(vm, cancellable, error))
        return FALSE;
    if (firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING)
        return TRUE;
    run_state = firn_vm_dup_run_state(vm);
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_AGENT_UNAVAILABLE,
        firn_vm_is_off(vm) ? "the VM is off, so no file system is frozen"
                           : "the agent cannot answer while the VM is paused (%s); resume it first",
        run_state);
}

static gboolean
run_thaw(FirnJob *job, FirnThaw *thaw, gboolean is_own, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (is_own) {
        if (!firn_job_commit(job, error))
            return FALSE;
        firn_thaw_run(thaw);
        return TRUE;
    }
    if (firn_thaw_attempt(thaw, firn_job_get_cancellable(job), &failure))
        return TRUE;
    /* The job's own error says whether it was cancelled or timed out. */
    if (!firn_job_commit(job, error))
        g_prefix_error(error, "the guest may still be frozen (%s): ", failure->message);
    return FALSE;
}

static void
report(FirnJob *job, FirnThaw *thaw)
{
    g_autoptr(FirnEvidence) evidence = firn_evidence_new(FIRN_QUIESCE_NEVER);

    firn_thaw_report(thaw, evidence);
    firn_job_set_result(job, "thawed", g_variant_new_uint32(evidence->thawed));
    if (evidence->thaw_error != NULL)
        firn_job_set_result(job, "complaint", g_variant_new_string(evidence->thaw_error));
}

static gboolean
thaw_guest(FirnJob *job, gpointer data, GError **error)
{
    FirnVm *vm = firn_job_get_vm(job);
    g_autoptr(GPtrArray) interruptions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(FirnChannel) monitor = NULL;
    FirnEventClock clock;
    FirnFreezeWindow *window;
    FirnThaw *thaw;
    gboolean is_own = firn_vm_get_frozen_since(vm) != 0;
    gboolean ok;

    /* A freeze of firn's own is thawed without a deadline. */
    if (!is_own)
        firn_job_set_deadline(job, GPOINTER_TO_UINT(data));
    if (!check_running(vm, firn_job_get_cancellable(job), error))
        return FALSE;
    firn_job_enter(job, "thaw", 0.5);
    FIRN_CRASH_POINT("thaw-of-others");
    firn_event_clock_init(&clock);
    monitor = firn_vm_dup_monitor(vm);
    window = firn_freeze_window_open(monitor);
    thaw = firn_thaw_arm(vm, NULL, window, &clock);
    ok = run_thaw(job, thaw, is_own, error);
    FIRN_CRASH_POINT("thawed-of-others");
    if (ok)
        report(job, thaw);
    firn_thaw_free(thaw);
    firn_freeze_window_close(window, interruptions);
    return ok;
}

FirnJob *
firn_guest_thaw_job_start(FirnJobs *jobs,
                          FirnVm *vm,
                          guint deadline_ms,
                          guint started_by,
                          GError **error)
{
    const FirnJobRequest request = {
        .vm = vm,
        .operation = "thaw",
        .run = thaw_guest,
        .params = GUINT_TO_POINTER(deadline_ms),
        .started_by = started_by,
    };

    return firn_jobs_start(jobs, &request, error);
}
