/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quiesce-job.h"

#include "blocker-error.h"
#include "engine-enums.h"
#include "enum-nick.h"
#include "freeze-attempts.h"
#include "host-error.h"

static G_DEFINE_QUARK(firn_quiesce_session, hold)

typedef struct {
    FirnQuiesceSession *hold; /* (owned) */
    FirnFreezeLimits limits;
} Params;

static void
free_params(gpointer data)
{
    Params *params = data;

    firn_quiesce_session_unref(params->hold);
    g_free(params);
}

static gboolean
check_guest(FirnGuestCheck *check, GCancellable *over, GError **error)
{
    firn_guest_check_run(check, over);
    /* A cancelled check is incomplete, so its blockers say nothing. */
    if (g_cancellable_set_error_if_cancelled(over, error) ||
        !firn_blocker_error_check(check->blockers, error))
        return FALSE;
    if (check->agent != NULL)
        return TRUE;
    return firn_host_error_set(error,
                               FIRN_HOST_ERROR_FREEZE_FAILED,
                               "the VM is off, so there is nothing to freeze; leave it out");
}

/* The freeze window. Every return from here thaws the guest. */
static void
keep_frozen(FirnJob *job, FirnGuestCheck *check, FirnQuiesceSession *hold, GError **error)
{
    gint64 frozen_max_us =
        firn_guest_check_get_frozen_max_ms(check) * (gint64)G_TIME_SPAN_MILLISECOND;
    g_autoptr(FirnFreeze) freeze = NULL;

    firn_job_enter(job, "freeze", 0.2);
    freeze = firn_freeze_attempts_begin(check, firn_quiesce_session_get_over(hold));
    if (firn_freeze_is_whole(freeze, error)) {
        firn_job_enter(job, "held", 0.5);
        firn_quiesce_session_tell_frozen(hold,
                                         &check->clock,
                                         check->evidence->frozen_us + frozen_max_us);
        firn_freeze_keep(freeze, firn_quiesce_session_get_over(hold));
    }
    firn_job_enter(job, "thaw", 0.7);
}

static void
report(FirnJob *job, const FirnEvidence *evidence, const GError *failure)
{
    gint64 frozen_for_us =
        evidence->thawed_us == 0 ? 0 : evidence->thawed_us - evidence->freeze_sent_us;
    FirnVerdict verdict = failure == NULL ? FIRN_VERDICT_FILESYSTEM : FIRN_VERDICT_CRASH;

    firn_job_set_result(job,
                        "verdict",
                        g_variant_new_string(firn_enum_to_nick(FIRN_TYPE_VERDICT, verdict)));
    firn_job_set_result(job, "frozen-for", g_variant_new_uint64(frozen_for_us));
}

static gboolean
quiesce(FirnJob *job, gpointer data, GError **error)
{
    const Params *params = data;
    FirnQuiesceSession *hold = params->hold;
    g_autoptr(FirnEvidence) evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnGuestCheck) check =
        firn_guest_check_new(firn_job_get_vm(job), &params->limits, NULL, evidence);
    GError *failure = NULL;

    firn_quiesce_session_attend(hold, job);
    if (check_guest(check, firn_quiesce_session_get_over(hold), &failure))
        keep_frozen(job, check, hold, &failure);
    firn_quiesce_session_end(hold, evidence, firn_guest_check_get_frozen_max_ms(check), &failure);
    report(job, evidence, failure);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}

static FirnQuiesceHolder *
join(FirnJobs *jobs, FirnVm *vm, const FirnQuiesceHolderOwner *owner)
{
    FirnJob *job = firn_jobs_find(jobs, firn_vm_get_job(vm));
    FirnQuiesceSession *hold = job == NULL ? NULL : g_object_get_qdata(G_OBJECT(job), hold_quark());

    return hold == NULL ? NULL : firn_quiesce_session_join(hold, owner);
}

static FirnQuiesceHolder *
begin(FirnJobs *jobs,
      FirnVm *vm,
      const FirnFreezeLimits *limits,
      const FirnQuiesceHolderOwner *owner,
      GError **error)
{
    g_autoptr(FirnQuiesceSession) hold = firn_quiesce_session_new();
    g_autoptr(FirnQuiesceHolder) holder = firn_quiesce_session_join(hold, owner);
    Params *params = g_new0(Params, 1);
    const FirnJobRequest request = {
        .vm = vm,
        .operation = "quiesce",
        .run = quiesce,
        .params = params,
        .free_params = free_params,
        .started_by = owner->uid,
    };
    FirnJob *job;

    params->hold = firn_quiesce_session_ref(hold);
    params->limits = *limits;
    params->limits.quiesce = FIRN_QUIESCE_REQUIRE;
    job = firn_jobs_start(jobs, &request, error);
    if (job == NULL)
        return NULL;
    g_object_set_qdata_full(G_OBJECT(job),
                            hold_quark(),
                            g_steal_pointer(&hold),
                            (GDestroyNotify)firn_quiesce_session_unref);
    return g_steal_pointer(&holder);
}

FirnQuiesceHolder *
firn_quiesce_job_hold(FirnJobs *jobs,
                      FirnVm *vm,
                      const FirnFreezeLimits *limits,
                      const FirnQuiesceHolderOwner *owner,
                      GError **error)
{
    FirnQuiesceHolder *holder = join(jobs, vm, owner);

    return holder != NULL ? holder : begin(jobs, vm, limits, owner, error);
}
