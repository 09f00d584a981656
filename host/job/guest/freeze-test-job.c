/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-test-job.h"

#include "blockers.h"
#include "engine-enums.h"
#include "enum-nick.h"
#include "freeze-attempts.h"
#include "freeze-findings.h"
#include "freeze-hint.h"
#include "verdict.h"

static void
add_blockers(FirnFindings *findings, GPtrArray *blockers)
{
    for (guint i = 0; i < blockers->len; i++) {
        const FirnBlocker *blocker = blockers->pdata[i];

        firn_findings_add(findings,
                          FIRN_SEVERITY_ERROR,
                          blocker->code,
                          blocker->subject,
                          blocker->message,
                          blocker->remedy);
    }
}

/* A freeze window whose cut takes no time. Every return from here thaws the guest. */
static void
freeze_and_thaw(FirnJob *job, FirnGuestCheck *check)
{
    g_autoptr(FirnFreeze) freeze = NULL;

    firn_job_enter(job, "freeze", 0.2);
    freeze = firn_freeze_attempts_begin(check, firn_job_get_cancellable(job));
    if (firn_freeze_is_whole(freeze, NULL)) {
        check->evidence->cut_begin_us = firn_event_clock_now(&check->clock);
        check->evidence->cut_end_us = check->evidence->cut_begin_us;
    }
    firn_job_enter(job, "thaw", 0.7);
}

static void
report(FirnJob *job, const FirnEvidence *evidence, FirnVerdict verdict)
{
    const char *complaint = evidence->freeze_error == NULL ? "" : evidence->freeze_error;
    g_autofree char *mountpoint = firn_freeze_hint_dup_mountpoint(complaint);
    gint64 frozen_for_us =
        evidence->thawed_us == 0 ? 0 : evidence->thawed_us - evidence->freeze_sent_us;

    firn_job_set_result(job,
                        "verdict",
                        g_variant_new_string(firn_enum_to_nick(FIRN_TYPE_VERDICT, verdict)));
    firn_job_set_result(job, "expected", g_variant_new_uint32(evidence->expected));
    firn_job_set_result(job, "frozen", g_variant_new_uint32(evidence->frozen));
    firn_job_set_result(job, "thawed", g_variant_new_uint32(evidence->thawed));
    firn_job_set_result(job, "frozen-for", g_variant_new_uint64((guint64)frozen_for_us));
    firn_job_set_result(
        job,
        "hint",
        g_variant_new_string(firn_freeze_hint_word(firn_freeze_hint_of(complaint))));
    firn_job_set_result(job,
                        "mountpoint",
                        g_variant_new_string(mountpoint == NULL ? "" : mountpoint));
}

static void
try_freeze(FirnJob *job, FirnGuestCheck *check, FirnFindings *findings)
{
    g_autoptr(GError) flaw = NULL;
    FirnVerdict verdict;

    freeze_and_thaw(job, check);
    verdict = firn_verdict_judge(check->evidence, firn_guest_check_get_frozen_max_ms(check), &flaw);
    firn_freeze_findings_add(findings, check->evidence, flaw);
    report(job, check->evidence, verdict);
}

static gboolean
test_freeze(FirnJob *job, gpointer data, GError **error)
{
    const FirnFreezeLimits *limits = data;
    GCancellable *cancellable = firn_job_get_cancellable(job);
    g_autoptr(FirnFindings) findings = firn_findings_new();
    g_autoptr(GVariant) list = NULL;
    g_autoptr(FirnEvidence) evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnGuestCheck) check =
        firn_guest_check_new(firn_job_get_vm(job), limits, NULL, evidence);

    firn_job_set_deadline(job, limits->deadline_ms);
    firn_guest_check_run(check, cancellable);
    if (check->blockers->len > 0)
        add_blockers(findings, check->blockers);
    else if (check->agent == NULL)
        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          "VmOff",
                          "freeze",
                          "the VM is off, so there is nothing to freeze",
                          "start it");
    else
        try_freeze(job, check, findings);
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return FALSE;
    list = firn_findings_to_variant(findings);
    firn_job_set_result(job, "findings", list);
    return TRUE;
}

FirnJob *
firn_freeze_test_job_start(FirnJobs *jobs,
                           FirnVm *vm,
                           const FirnFreezeLimits *limits,
                           guint started_by,
                           GError **error)
{
    FirnFreezeLimits *params = g_memdup2(limits, sizeof *limits);
    const FirnJobRequest request = {
        .vm = vm,
        .operation = "test-freeze",
        .run = test_freeze,
        .params = params,
        .free_params = g_free,
        .started_by = started_by,
    };

    params->quiesce = FIRN_QUIESCE_REQUIRE;
    return firn_jobs_start(jobs, &request, error);
}
