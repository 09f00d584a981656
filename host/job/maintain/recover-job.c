/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recover-job.h"

#include <unistd.h>

#include "guest-release.h"
#include "hooked-job.h"
#include "recover.h"
#include "thaw.h"

static gboolean
recover(FirnJob *job, gpointer data, GError **error)
{
    const FirnLease *lease = data;
    FirnVm *vm = firn_job_get_vm(job);
    FirnRecovery recovery;
    gboolean ok;

    if (!firn_job_commit(job, error))
        return FALSE;
    if (lease != NULL && !lease->is_stopped) {
        firn_job_enter(job, "thaw", 0.1);
        firn_thaw_leftover(vm, lease->since_us, TRUE);
        firn_event_thawed_late(firn_vm_event_about(vm, NULL),
                               "thawed the guest, which an earlier firnd had left frozen");
    }
    firn_job_enter(job, "reconcile", 0.5);
    ok = firn_recover_intents(vm, firn_job_get_backend(job), job, &recovery, error);
    if (lease != NULL && lease->is_stopped)
        firn_guest_release_paused(vm);
    firn_hooked_job_end_interrupted(job);
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
    const FirnJobRequest request = {
        .vm = vm,
        .backend = backend,
        .operation = "recover",
        .run = recover,
        .works_on_disks = TRUE,
        .params = lease,
        .free_params = (GDestroyNotify)firn_lease_free,
        .started_by = geteuid(),
    };

    return firn_jobs_start(jobs, &request, error);
}
