/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-shortfall.h"

#include "printable.h"

/* Both clocks count milliseconds, but Windows' in steps of 16 ms, and a guest's may run slower. */
#define TOLERANCE_MS 250
/* Windows counts in such steps, so an age may be as much too large. */
#define STEP_MS 16
/* VSS releases the writes then, whatever the writers are told. */
#define HELD_MAX_MS 10000

static gint64
count_ms(gint64 from_us, gint64 to_us)
{
    return (to_us - from_us) / G_TIME_SPAN_MILLISECOND;
}

/* An id that VSS has used before is of an earlier snapshot, though the counter may be damaged. */
static gboolean
is_of_known_set(const FirnVssReport *report, const FirnVssQuestion *question)
{
    return report->snapshot_set != NULL &&
           g_strcmp0(report->snapshot_set, question->set_before) == 0;
}

/* Began before the freeze was sent, or after the guest was frozen. */
static gboolean
is_of_another_time(const FirnVssMoment *moment,
                   const FirnEvidence *evidence,
                   const FirnVssQuestion *question)
{
    gint64 age_ms = moment->uptime_ms - moment->started_uptime_ms;

    return age_ms < 0 ||
           age_ms > count_ms(evidence->freeze_sent_us, question->answered_us) + STEP_MS ||
           (evidence->frozen_us != 0 &&
            age_ms + TOLERANCE_MS < count_ms(evidence->frozen_us, question->asked_us));
}

char *
firn_vss_shortfall_find_other(const FirnVssReport *report,
                              const FirnVssMoment *moment,
                              const FirnEvidence *evidence,
                              const FirnVssQuestion *question)
{
    if (!moment->has_run || report->counter <= question->counter_before ||
        is_of_known_set(report, question)) {
        g_autofree char *service = firn_printable(report->service);

        return g_strdup_printf("firn's VSS writer took no part in this freeze; its service is %s",
                               service);
    }
    if (report->counter != question->counter_before + 1)
        return g_strdup("another program in the guest made a shadow copy meanwhile, so the last "
                        "record may be of that one");
    if (is_of_another_time(moment, evidence, question))
        return g_strdup("the record of firn's VSS writer is of another time than this freeze");
    return NULL;
}

gboolean
firn_vss_shortfall_has_ended_early(const FirnVssReport *report, const FirnEvidence *evidence)
{
    static const char *const by_others[] = {"aborted", "expired", "requester-ended", NULL};

    if (evidence->frozen_us == 0)
        return FALSE;
    if (g_strv_contains(by_others, report->outcome))
        return TRUE;
    return g_str_equal(report->outcome, "clean") &&
           (gint64)report->held_ms + TOLERANCE_MS <
               count_ms(evidence->frozen_us, evidence->thaw_sent_us);
}

static const FirnVssHook *
find_failed_hook(const FirnVssReport *report)
{
    for (guint i = 0; i < report->hooks->len; i++) {
        const FirnVssHook *hook = report->hooks->pdata[i];

        if ((g_str_equal(hook->stage, "prepare") || g_str_equal(hook->stage, "freeze")) &&
            !g_str_equal(hook->result, "ok"))
            return hook;
    }
    return NULL;
}

static char *
describe_hook(const FirnVssHook *hook)
{
    g_autofree char *name = firn_printable(hook->name);
    g_autofree char *result = firn_printable(hook->result);

    return g_strdup_printf("hook %s in the guest: %s in stage %s (code %u, after %u ms)",
                           name,
                           result,
                           hook->stage,
                           hook->code,
                           hook->ms);
}

static char *
describe_outcome(const FirnVssReport *report)
{
    g_autofree char *outcome = firn_printable(report->outcome);
    g_autofree char *name = firn_printable(report->failure_name);

    if (report->failure == 0)
        return g_strdup_printf("the freeze of firn's VSS writer was not clean: %s", outcome);
    return g_strdup_printf("the freeze of firn's VSS writer was not clean: %s, 0x%08x %s",
                           outcome,
                           report->failure,
                           name);
}

char *
firn_vss_shortfall_find(const FirnVssReport *report, const FirnVssMoment *moment)
{
    const FirnVssHook *hook = find_failed_hook(report);

    if (report->refusal != NULL) {
        g_autofree char *refusal = firn_printable(report->refusal);

        return g_strdup_printf("no hook may run in the guest: %s", refusal);
    }
    if (hook != NULL)
        return describe_hook(hook);
    if (moment->n_failed > 0)
        return g_strdup_printf("%u hooks failed in the guest", moment->n_failed);
    if (!g_str_equal(report->outcome, "clean") || report->failure != 0)
        return describe_outcome(report);
    if (report->is_quiesced)
        return g_strdup("freeze hooks ran in the guest, and their thaw hooks have not yet");
    if (report->held_ms > HELD_MAX_MS)
        return g_strdup_printf("VSS held its writers for %u ms, longer than it holds writes",
                               report->held_ms);
    return NULL;
}

char *
firn_vss_shortfall_find_writer(const FirnVssReport *report)
{
    for (guint i = 0; i < report->writers->len; i++) {
        const FirnVssWriter *writer = report->writers->pdata[i];
        g_autofree char *name = firn_printable(writer->name);
        g_autofree char *state = firn_printable(writer->state);
        g_autofree char *failure =
            firn_printable(writer->failure_name == NULL ? "" : writer->failure_name);

        if (writer->has_failed)
            return g_strdup_printf("VSS writer %s: %s, 0x%08x %s",
                                   name,
                                   state,
                                   writer->failure,
                                   failure);
    }
    return NULL;
}
