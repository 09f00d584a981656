/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verdict.h"

#include "freeze-window.h"
#include "host-error.h"
#include "indication.h"

static GError *expired(const char *format, ...) G_GNUC_PRINTF(1, 2);

static GError *
expired(const char *format, ...)
{
    va_list args;
    GError *error;

    va_start(args, format);
    error = g_error_new_valist(FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_EXPIRED, format, args);
    va_end(args);
    return error;
}

/* The guest counts from when it was armed, which is after the freeze was sent; its clock may be
 * slower than the host's, and never faster. */
static gboolean
is_after_deadman(const FirnEvidence *evidence)
{
    const FirnGuestReport *report = evidence->guest_report;

    return report != NULL && report->deadman_s > 0 &&
           evidence->cut_end_us - evidence->freeze_sent_us >
               (gint64)report->deadman_s * G_TIME_SPAN_SECOND;
}

/* qemu-ga learns only from the thaw that VSS has released the guest's writes, and not always then.
 * The limits leave VSS a fifth of its ten seconds. */
static GError *
find_vss_flaw(const FirnEvidence *evidence, guint frozen_max_ms)
{
    const FirnVssReport *report = evidence->vss_report;
    gint64 held_us = evidence->thaw_sent_us - evidence->frozen_us;
    gint64 in_all_us = evidence->thaw_sent_us - evidence->freeze_sent_us;

    if (report == NULL)
        return NULL;
    if (evidence->thaw_error != NULL)
        return expired("VSS in the guest ended the freeze before the thaw (vss-window-exceeded): "
                       "%s",
                       evidence->thaw_error);
    if (evidence->thaw_sent_us == 0 || held_us > (gint64)frozen_max_ms * G_TIME_SPAN_MILLISECOND)
        return expired("the guest was not thawed within %u ms after it was frozen, while VSS holds "
                       "its writes (vss-window-exceeded); try again when the host is less busy",
                       frozen_max_ms);
    if (in_all_us > (gint64)report->in_all_max_ms * G_TIME_SPAN_MILLISECOND)
        return expired("freeze and thaw took longer than the %u ms for which VSS keeps writers "
                       "frozen (vss-window-exceeded); raise --freeze-wait if they tolerate that",
                       report->in_all_max_ms);
    if (report->has_ended_early)
        return expired("the guest reports that VSS ended the freeze before the thaw "
                       "(vss-window-exceeded)");
    return NULL;
}

static GError *
find_flaw(FirnEvidence *evidence, guint frozen_max_ms)
{
    gint64 held_us = evidence->cut_end_us - evidence->frozen_us;
    GError *flaw;

    if (evidence->interruptions->len > 0)
        return expired("%s (%s) while it was frozen; try again",
                       firn_freeze_window_explain(evidence->interruptions->pdata[0]),
                       (char *)evidence->interruptions->pdata[0]);
    if ((flaw = find_vss_flaw(evidence, frozen_max_ms)) != NULL) {
        firn_evidence_indicate(evidence, FIRN_INDICATION_VSS_WINDOW_EXCEEDED);
        return flaw;
    }
    if (evidence->thaw_sent_us < evidence->cut_end_us ||
        held_us > (gint64)frozen_max_ms * G_TIME_SPAN_MILLISECOND)
        return expired("the cut was not made within the %u ms that the guest may stay frozen;"
                       " raise --frozen-max if the guest's programs tolerate that",
                       frozen_max_ms);
    if (evidence->thaw_error != NULL)
        return g_error_new(FIRN_HOST_ERROR,
                           FIRN_HOST_ERROR_FREEZE_FAILED,
                           "the guest agent reported an error when thawing: %s",
                           evidence->thaw_error);
    if (evidence->guest_report != NULL && evidence->guest_report->has_fired)
        return expired("the guest thawed itself %u ms after it was frozen",
                       evidence->guest_report->fired_after_ms);
    if (is_after_deadman(evidence))
        return expired("the cut was made more than %u s after the freeze, when the guest may have "
                       "thawed itself",
                       evidence->guest_report->deadman_s);
    if (evidence->thawed != evidence->frozen)
        return expired(
            "%u file systems were frozen but %u thawed: another program in the guest interfered",
            evidence->frozen,
            evidence->thawed);
    return NULL;
}

/* The disks are as good as the snapshot that was restored, and no better. */
static FirnVerdict
judge_off(const FirnEvidence *evidence)
{
    if (firn_evidence_has(evidence, FIRN_INDICATION_OFF_UNCLEAN) ||
        firn_evidence_has(evidence, FIRN_INDICATION_OFF_UNKNOWN))
        return FIRN_VERDICT_CRASH;
    if (firn_evidence_has(evidence, FIRN_INDICATION_OFF_FILESYSTEM))
        return FIRN_VERDICT_FILESYSTEM;
    return firn_evidence_has(evidence, FIRN_INDICATION_OFF_APPLICATION) ? FIRN_VERDICT_APPLICATION
                                                                        : FIRN_VERDICT_OFFLINE;
}

FirnVerdict
firn_verdict_judge(FirnEvidence *evidence, guint frozen_max_ms, GError **reason)
{
    GError *flaw;

    if (g_strcmp0(evidence->run_state, "off") == 0)
        return judge_off(evidence);
    if (g_strcmp0(evidence->run_state, "running") != 0 || evidence->frozen_us == 0 ||
        evidence->freeze_error != NULL || evidence->expected == 0 || evidence->cut_end_us == 0)
        return FIRN_VERDICT_CRASH;
    flaw = find_flaw(evidence, frozen_max_ms);
    if (flaw == NULL)
        return firn_guest_report_is_of_applications(evidence->guest_report) ||
                       firn_vss_report_is_of_applications(evidence->vss_report)
                   ? FIRN_VERDICT_APPLICATION
                   : FIRN_VERDICT_FILESYSTEM;
    firn_evidence_indicate(evidence,
                           g_error_matches(flaw, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_EXPIRED)
                               ? FIRN_INDICATION_QUIESCE_EXPIRED
                               : FIRN_INDICATION_QUIESCE_FAILED);
    g_propagate_error(reason, flaw);
    return FIRN_VERDICT_CRASH;
}

FirnVerdict
firn_verdict_judge_memory(const FirnEvidence *evidence)
{
    gboolean was_on = g_strcmp0(evidence->run_state, "running") == 0 ||
                      g_strcmp0(evidence->run_state, "paused") == 0;

    return was_on && evidence->cut_end_us != 0 && evidence->interruptions->len == 0
               ? FIRN_VERDICT_MEMORY
               : FIRN_VERDICT_CRASH;
}
