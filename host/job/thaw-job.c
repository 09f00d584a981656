/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "thaw-job.h"

#include <unistd.h>

#include "thaw.h"

static gboolean
thaw_from_before(FirnJob *job, gpointer data, GError **error)
{
    FirnVm *vm = firn_job_get_vm(job);
    g_autoptr(GPtrArray) interruptions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(FirnChannel) monitor = NULL;
    FirnEventClock clock;
    FirnWindow *window;
    FirnThaw *thaw;

    if (!firn_job_commit(job, error))
        return FALSE;
    firn_job_enter(job, "thaw", 0.5);
    firn_event_clock_init(&clock);
    if (!firn_vm_take_lease(vm, *(gint64 *)data, NULL))
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
    return TRUE;
}

FirnJob *
firn_thaw_job_start(FirnJobs *jobs, FirnVm *vm, gint64 since_us, GError **error)
{
    const FirnJobRequest request = {
        .vm = vm,
        .operation = "thaw",
        .run = thaw_from_before,
        .params = g_memdup2(&since_us, sizeof since_us),
        .free_params = g_free,
        .started_by = geteuid(),
    };

    return firn_jobs_start(jobs, &request, error);
}
