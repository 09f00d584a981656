/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event-log.h"

#include "error-word.h"

static FirnEventSubject
describe_job(FirnJob *job)
{
    FirnEventSubject about = firn_vm_event_about(firn_job_get_vm(job), NULL);
    const GError *error = firn_job_get_error(job);

    about.error = error == NULL ? NULL : firn_error_word_of(error);
    about.operation = firn_job_get_operation(job);
    about.job = firn_job_get_id(job);
    about.uid = firn_job_get_started_by(job);
    about.has_uid = TRUE;
    return about;
}

/* What `firn verify` has found: the states of a snapshot that cannot be restored. */
static void
tell_damage(FirnEventSubject about, GVariant *result)
{
    static const char *const damages[] = {"missing", "degraded", "unreadable", NULL};
    g_autoptr(GVariant) findings =
        g_variant_lookup_value(result, "findings", G_VARIANT_TYPE("a(ssss)"));
    const char *state, *disks;

    for (gsize i = 0; findings != NULL && i < g_variant_n_children(findings); i++) {
        g_autofree char *text = NULL;

        g_variant_get_child(findings, i, "(&s&s&s&s)", &state, &about.snapshot, &disks, NULL);
        if (!g_strv_contains(damages, state))
            continue;
        if (g_str_equal(state, "unreadable") && g_str_equal(about.snapshot, "catalogue")) {
            about.snapshot = NULL;
            firn_event_catalogue_damage(about, disks);
            continue;
        }
        text = g_strdup_printf("snapshot %s is %s%s%s",
                               about.snapshot,
                               state,
                               *disks == '\0' ? "" : ": ",
                               disks);
        firn_event_snapshot_damage(about, text);
    }
}

static void
on_completed(FirnJob *job, gpointer user_data)
{
    FirnEventSubject about = describe_job(job);
    g_autoptr(GVariant) result = firn_job_dup_result(job);

    g_variant_lookup(result, "name", "&s", &about.snapshot);
    switch (firn_job_get_state(job)) {
    case FIRN_JOB_STATE_COMPLETED:
        firn_event_job_completed(about);
        break;
    case FIRN_JOB_STATE_CANCELLED:
        firn_event_job_cancelled(about);
        break;
    case FIRN_JOB_STATE_FAILED:
    case FIRN_JOB_STATE_PENDING:
    case FIRN_JOB_STATE_IN_PROGRESS:
        firn_event_job_failed(about, firn_job_get_error(job)->message);
        break;
    }
    if (about.error == NULL && g_str_equal(about.operation, "undo"))
        firn_event_restore_undone(about);
    if (g_str_equal(about.operation, "verify"))
        tell_damage(about, result);
}

static void
on_job_added(FirnJobs *jobs, FirnJob *job, gpointer user_data)
{
    g_signal_connect(job, "completed", G_CALLBACK(on_completed), NULL);
}

static void
on_vm_added(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    const char *damage = firn_catalogue_get_damage(firn_vm_get_catalogue(vm));

    if (damage != NULL)
        firn_event_catalogue_damage(firn_vm_event_about(vm, NULL), damage);
}

void
firn_event_log_watch_jobs(FirnJobs *jobs)
{
    g_signal_connect(jobs, "job-added", G_CALLBACK(on_job_added), NULL);
}

void
firn_event_log_watch_vms(FirnVmSource *source)
{
    g_signal_connect(source, "vm-added", G_CALLBACK(on_vm_added), NULL);
}
