/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recover-job.h"

#include <unistd.h>

#include "guest-release.h"
#include "late-thaw.h"
#include "recover.h"

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

static gboolean
recover(FirnJob *job, gpointer data, GError **error)
{
    const Params *params = data;
    FirnVm *vm = firn_job_get_vm(job);
    FirnRecovery recovery;
    gboolean ok;

    if (!firn_job_commit(job, error))
        return FALSE;
    if (params->lease != NULL && !params->lease->is_stopped) {
        firn_job_enter(job, "thaw", 0.1);
        firn_late_thaw(vm, params->lease->since_us, TRUE);
        firn_event_thawed_late(firn_vm_event_about(vm, NULL),
                               "thawed the guest, which an earlier firnd had left frozen");
    }
    firn_job_enter(job, "reconcile", 0.5);
    ok = firn_recover_intents(vm, params->backend, job, &recovery, error);
    if (params->lease != NULL && params->lease->is_stopped)
        firn_guest_release_paused(vm);
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
        .works_on_disks = TRUE,
        .params = params,
        .free_params = free_params,
        .started_by = geteuid(),
    };

    params->backend = g_object_ref(backend);
    params->lease = lease;
    return firn_jobs_start(jobs, &request, error);
}
