/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settle-job.h"

#include <unistd.h>

#include "current-snapshot.h"
#include "freeze-window.h"
#include "fsfreeze.h"
#include "snapshot-registry.h"
#include "thaw.h"
#include "verify-scan.h"

#define AGENT_MS  15000
#define AGAIN_MS  500
#define STATUS_MS 10000

gboolean
firn_settle_is_list_lacking(FirnVm *vm)
{
    g_autoptr(GPtrArray) records = firn_catalogue_list(firn_vm_get_catalogue(vm));
    g_auto(GStrv) listed = records->len == 0 ? NULL : firn_snapshot_registry_list(vm, NULL);

    for (guint i = 0; listed != NULL && i < records->len; i++) {
        const FirnSnapshot *record = records->pdata[i];

        if (record->is_to_register && !g_strv_contains((const char *const *)listed, record->tag))
            return TRUE;
    }
    return FALSE;
}

static gboolean
register_one(FirnVm *vm, const FirnFinding *finding)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_catalogue_lookup(firn_vm_get_catalogue(vm), finding->uuid, NULL);
    g_autoptr(GError) error = NULL;

    if (snapshot != NULL && firn_snapshot_registry_add(vm, snapshot, &error))
        return TRUE;
    if (error != NULL)
        g_warning(
            "%s: snapshot %s is not registered: %s; fix this, then run: firn verify %s --repair",
            firn_vm_get_name(vm),
            snapshot->name,
            error->message,
            firn_vm_get_name(vm));
    return FALSE;
}

/* In tree order, parents first. A snapshot that a disk has lost is not registered. */
static guint
register_missing(FirnVm *vm)
{
    g_autoptr(GPtrArray) findings = firn_verify_scan_run(vm);
    guint n = 0;

    for (guint i = 0; i < findings->len; i++) {
        const FirnFinding *finding = findings->pdata[i];

        if (finding->state == FIRN_FINDING_UNREGISTERED && register_one(vm, finding))
            n++;
    }
    return n;
}

static gboolean
ask_once(FirnVm *vm, GCancellable *cancellable, gboolean *out_is_frozen, GError **error)
{
    FirnChannel *agent = firn_vm_open_agent(vm, cancellable, error);
    gboolean ok =
        agent != NULL && firn_fsfreeze_query(agent, STATUS_MS, cancellable, out_is_frozen, error);

    if (agent != NULL)
        firn_vm_close_agent(vm, agent);
    return ok;
}

/* A guest whose agent does not answer cannot be thawed, and one without an agent cannot have been
 * frozen by it. */
static gboolean
is_frozen(FirnJob *job)
{
    FirnVm *vm = firn_job_get_vm(job);
    GCancellable *cancellable = firn_job_get_cancellable(job);
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);
    g_autoptr(GPtrArray) interruptions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    gint64 end_us = g_get_monotonic_time() + AGENT_MS * G_TIME_SPAN_MILLISECOND;
    FirnFreezeWindow *window = firn_freeze_window_open(monitor);
    gboolean is_frozen = FALSE;

    while (!ask_once(vm, cancellable, &is_frozen, &error) && g_get_monotonic_time() < end_us &&
           !firn_freeze_window_has_lost_monitor(window) &&
           !g_cancellable_is_cancelled(cancellable)) {
        g_clear_error(&error);
        firn_freeze_window_sleep(window, AGAIN_MS);
    }
    firn_freeze_window_close(window, interruptions);
    if (error != NULL)
        g_info("%s: could not check whether the resumed guest is frozen: %s",
               firn_vm_get_name(vm),
               error->message);
    return is_frozen;
}

static void
thaw(FirnVm *vm)
{
    firn_thaw_leftover(vm, g_get_real_time(), FALSE);
    firn_event_thawed_late(firn_vm_event_about(vm, NULL),
                           "the guest was frozen when it resumed from RAM, and was thawed");
}

static gboolean
settle(FirnJob *job, gpointer data, GError **error)
{
    FirnVm *vm = firn_job_get_vm(job);
    FirnSettleNeed needs = GPOINTER_TO_UINT(data);
    gboolean is_to_thaw = FALSE;
    guint n_registered = 0;

    if (needs & FIRN_SETTLE_THAW) {
        firn_job_enter(job, "resume", 0.1);
        is_to_thaw = is_frozen(job);
    }
    if (!firn_job_commit(job, error))
        return FALSE;
    if (is_to_thaw)
        thaw(vm);
    firn_job_enter(job, "follow", 0.6);
    firn_current_snapshot_sync(vm);
    if (needs & FIRN_SETTLE_LIST) {
        n_registered = register_missing(vm);
        firn_snapshot_registry_mark(vm);
    }
    firn_job_set_result(job, "thawed", g_variant_new_boolean(is_to_thaw));
    firn_job_set_result(job, "registered", g_variant_new_uint32(n_registered));
    return TRUE;
}

FirnJob *
firn_settle_job_start(FirnJobs *jobs, FirnVm *vm, FirnSettleNeed needs, GError **error)
{
    const FirnJobRequest request = {
        .vm = vm,
        .operation = "settle",
        .run = settle,
        .params = GUINT_TO_POINTER(needs),
        .is_own = TRUE,
        .started_by = geteuid(),
    };

    return firn_jobs_start(jobs, &request, error);
}
