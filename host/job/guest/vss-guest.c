/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-guest.h"

#include "guest-exec.h"
#include "indication.h"
#include "printable.h"
#include "qmp-error.h"
#include "vss-object.h"
#include "vss-shortfall.h"

#define PROGRAM   "C:\\Program Files\\firn\\firn-vss.exe"
#define STATUS_MS 10000
/* Each writer has to answer, and a hanging one may take longer than that. */
#define WRITERS_MS 60000

struct _FirnVssGuest {
    FirnEventClock clock;
    gboolean can_answer;
    guint64 counter; /* of the last snapshot before the freeze */
    char *set;       /* (owned) (nullable) and its id */
};

GBytes *
firn_vss_guest_run(FirnChannel *agent,
                   const char *verb,
                   guint deadline_ms,
                   GCancellable *cancellable,
                   GError **error)
{
    const char *const arguments[] = {verb, "--json", NULL};
    int status = 0;

    /* A document that is not complete cannot be read, so the exit status tells nothing more. */
    return firn_guest_exec_run(agent,
                               PROGRAM,
                               arguments,
                               FIRN_VSS_DOCUMENT_BYTES_MAX,
                               deadline_ms,
                               cancellable,
                               &status,
                               error);
}

static gboolean
read_status(FirnChannel *agent,
            FirnVssReport *report,
            FirnVssMoment *out_moment,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr(GBytes) text = firn_vss_guest_run(agent, "status", STATUS_MS, cancellable, error);

    return text != NULL && firn_vss_report_read_status(report,
                                                       g_bytes_get_data(text, NULL),
                                                       g_bytes_get_size(text),
                                                       out_moment,
                                                       error);
}

static void
set_shortfall(FirnVssReport *report, const char *text)
{
    g_free(report->shortfall);
    report->shortfall = firn_printable(text);
}

/* A program that was not started is not there: nothing else keeps the agent from it. */
static void
note_absence(FirnEvidence *evidence, const GError *error)
{
    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED)) {
        firn_evidence_indicate(evidence, FIRN_INDICATION_NO_VSS_WRITER);
        set_shortfall(evidence->vss_report, "firn-vss is not installed in the guest");
        return;
    }
    firn_evidence_indicate(evidence, FIRN_INDICATION_HOOK_REPORT_MISSING);
    set_shortfall(evidence->vss_report, error->message);
}

/* A program that prints too much ends the connection, and the freeze needs one. */
static void
renew_agent(FirnGuestCheck *check, GCancellable *cancellable)
{
    firn_vm_close_agent(check->vm, check->agent);
    check->agent = firn_vm_open_agent(check->vm, cancellable, NULL);
}

static void
ask_agent(FirnVssGuest *self, FirnGuestCheck *check, GCancellable *cancellable)
{
    g_autoptr(FirnVssReport) before = firn_vss_report_new();
    g_autoptr(GError) error = NULL;
    FirnVssMoment moment;

    if (!check->has_exec) {
        firn_evidence_indicate(check->evidence, FIRN_INDICATION_NO_VSS_WRITER);
        set_shortfall(check->evidence->vss_report,
                      "the agent does not permit guest-exec and guest-exec-status, so firn-vss "
                      "cannot be asked");
        return;
    }
    self->can_answer = read_status(check->agent, before, &moment, cancellable, &error);
    if (!self->can_answer) {
        note_absence(check->evidence, error);
        if (!g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED))
            renew_agent(check, cancellable);
        return;
    }
    self->counter = before->counter;
    self->set = g_steal_pointer(&before->snapshot_set);
}

FirnVssGuest *
firn_vss_guest_ask(FirnGuestCheck *check, GCancellable *cancellable)
{
    FirnVssGuest *self;

    if (!firn_guest_check_is_windows(check))
        return NULL;
    self = g_new0(FirnVssGuest, 1);
    self->clock = check->clock;
    firn_vss_report_free(check->evidence->vss_report);
    check->evidence->vss_report = firn_vss_report_new();
    check->evidence->vss_report->in_all_max_ms = firn_guest_check_get_in_all_max_ms(check);
    ask_agent(self, check, cancellable);
    return self;
}

/* What the guest says of its writers may be of an earlier backup, so it lowers a verdict only. */
static char *
find_writer(FirnChannel *agent, FirnVssReport *report)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = firn_vss_guest_run(agent, "writers", WRITERS_MS, NULL, &error);

    if (text != NULL && firn_vss_report_read_writers(report,
                                                     g_bytes_get_data(text, NULL),
                                                     g_bytes_get_size(text),
                                                     &error))
        return firn_vss_shortfall_find_writer(report);
    return g_strdup_printf("the guest does not tell the states of its VSS writers: %s",
                           error->message);
}

static void
judge(FirnChannel *agent,
      FirnVssReport *report,
      const FirnVssMoment *moment,
      const FirnEvidence *evidence)
{
    g_autofree char *of_hooks = firn_vss_shortfall_find(report, moment);
    g_autofree char *of_writers = evidence->frozen_us == 0 ? NULL : find_writer(agent, report);

    report->has_ended_early = firn_vss_shortfall_has_ended_early(report, evidence);
    if (of_hooks != NULL || of_writers != NULL)
        set_shortfall(report, of_hooks != NULL ? of_hooks : of_writers);
}

/* Keeps what is of now, and nothing of another snapshot. */
static void
forget_run(FirnVssReport **report)
{
    FirnVssReport *bare = firn_vss_report_new();

    bare->program = g_steal_pointer(&(*report)->program);
    bare->service = g_steal_pointer(&(*report)->service);
    bare->is_quiesced = (*report)->is_quiesced;
    firn_vss_report_free(*report);
    *report = bare;
}

static FirnVssReport *
ask_of_freeze(FirnVssGuest *self, FirnChannel *agent, FirnEvidence *evidence, GError **error)
{
    g_autoptr(FirnVssReport) report = firn_vss_report_new();
    FirnVssQuestion question = {self->counter, self->set, firn_event_clock_now(&self->clock), 0};
    g_autofree char *other = NULL;
    FirnVssMoment moment;

    if (!read_status(agent, report, &moment, NULL, error))
        return NULL;
    question.answered_us = firn_event_clock_now(&self->clock);
    other = firn_vss_shortfall_find_other(report, &moment, evidence, &question);
    if (other == NULL) {
        judge(agent, report, &moment, evidence);
    } else {
        forget_run(&report);
        set_shortfall(report, other);
    }
    report->in_all_max_ms = evidence->vss_report->in_all_max_ms;
    return g_steal_pointer(&report);
}

void
firn_vss_guest_collect(FirnVssGuest *self, FirnVm *vm, FirnEvidence *evidence)
{
    g_autoptr(GError) error = NULL;
    FirnVssReport *report = NULL;
    FirnChannel *agent;

    if (self == NULL || !self->can_answer)
        return;
    agent = firn_vm_open_agent(vm, NULL, &error);
    if (agent != NULL) {
        report = ask_of_freeze(self, agent, evidence, &error);
        firn_vm_close_agent(vm, agent);
    }
    if (report == NULL) {
        firn_evidence_indicate(evidence, FIRN_INDICATION_HOOK_REPORT_MISSING);
        set_shortfall(evidence->vss_report, error->message);
        return;
    }
    firn_vss_report_free(evidence->vss_report);
    evidence->vss_report = report;
}

void
firn_vss_guest_free(FirnVssGuest *self)
{
    if (self == NULL)
        return;
    g_free(self->set);
    g_free(self);
}
