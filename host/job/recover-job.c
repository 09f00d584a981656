/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recover-job.h"

#include <unistd.h>

#include "recover.h"
#include "thaw.h"

typedef struct {
    FirnBackend *backend; /* (owned) */
    FirnLease *lease;     /* (owned) (nullable) */
} Params;

static void
free_params(gpointer data)
{
    Params *params = data;

    g_object_unref(params->backend);
    firn_lease_free(params->lease);
    g_free(params);
}

static void
thaw(FirnVm *vm, const FirnLease *lease)
{
    g_autoptr(GPtrArray) interruptions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(FirnChannel) monitor = NULL;
    FirnEventClock clock;
    FirnWindow *window;
    FirnThaw *thaw;

    firn_event_clock_init(&clock);
    if (!firn_vm_take_lease(vm, lease->since_us, NULL))
        g_warning("%s: cannot note that it may be frozen", firn_vm_get_name(vm));
    if (firn_vm_look(vm, NULL, NULL))
        monitor = firn_vm_dup_monitor(vm);
    window = firn_window_open(monitor);
    thaw = firn_thaw_owe(vm, NULL, window, &clock);
    /* Nobody knows how far the freeze had come. */
    firn_thaw_expect_late_freeze(thaw);
    firn_thaw_pay(thaw);
    firn_thaw_free(thaw);
    firn_window_close(window, interruptions);
    g_message("%s: thawed what an earlier firnd had left frozen", firn_vm_get_name(vm));
}

static gboolean
recover(FirnJob *job, gpointer data, GError **error)
{
    const Params *params = data;
    FirnVm *vm = firn_job_get_vm(job);
    FirnRecovery recovery;
    gboolean ok;

    if (!firn_job_commit(job, error))
        return FALSE;
    if (params->lease != NULL) {
        firn_job_enter(job, "thaw", 0.1);
        thaw(vm, params->lease);
    }
    firn_job_enter(job, "reconcile", 0.5);
    ok = firn_recover_intents(vm, params->backend, &recovery, error);
    firn_job_set_result(job, "completed", g_variant_new_uint32(recovery.completed));
    firn_job_set_result(job, "rolled-back", g_variant_new_uint32(recovery.rolled_back));
    firn_job_set_result(job, "undecided", g_variant_new_uint32(recovery.undecided));
    return ok;
}

FirnJob *
firn_recover_job_start(FirnJobs *jobs,
                       FirnVm *vm,
                       FirnBackend *backend,
                       FirnLease *lease,
                       GError **error)
{
    Params *params = g_new0(Params, 1);
    FirnJobRequest request = {
        .vm = vm,
        .operation = "recover",
        .run = recover,
        .params = params,
        .free_params = free_params,
        .started_by = geteuid(),
    };

    params->backend = g_object_ref(backend);
    params->lease = lease;
    return firn_jobs_start(jobs, &request, error);
}
