/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-findings.h"

#include "freeze-hint.h"
#include "guest-check.h"

static char *
list_file_systems(const FirnEvidence *evidence, gboolean can_freeze)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    g_auto(GStrv) all = NULL;

    for (guint i = 0; i < evidence->file_systems->len; i++) {
        const FirnFileSystem *mounted = evidence->file_systems->pdata[i];
        g_autofree char *name = g_strdup_printf("%s (%s)", mounted->mountpoint, mounted->type);

        if (firn_guest_check_can_freeze(mounted->type) == can_freeze)
            g_strv_builder_add(names, name);
    }
    all = g_strv_builder_end(names);
    return g_strjoinv(", ", all);
}

static void
add_left_out(FirnFindings *findings, const FirnEvidence *evidence)
{
    g_autofree char *names = list_file_systems(evidence, FALSE);

    if (*names != '\0')
        firn_findings_say(findings,
                          "LeftOut",
                          "excluded",
                          "%s: of a type that Linux cannot freeze",
                          names);
}

static void
add_failure(FirnFindings *findings, const char *complaint)
{
    FirnFreezeHint hint = firn_freeze_hint_of(complaint);
    g_autofree char *mountpoint = firn_freeze_hint_dup_mountpoint(complaint);
    g_autofree char *subject =
        mountpoint == NULL ? g_strdup("freeze") : g_strdup_printf("freeze of %s", mountpoint);

    firn_findings_add(findings,
                      FIRN_SEVERITY_ERROR,
                      hint == FIRN_FREEZE_HINT_PERMISSION ? "GuestPermission" : "FreezeFailed",
                      subject,
                      complaint,
                      firn_freeze_hint_remedy(hint));
}

static void
add_hooks(FirnFindings *findings, const FirnEvidence *evidence)
{
    if (evidence->thaw_error == NULL)
        firn_findings_say(findings, "Hooks", "hooks", "the agent reports no failed hook");
    else
        firn_findings_add(findings,
                          FIRN_SEVERITY_ERROR,
                          "HookFailed",
                          "hooks",
                          evidence->thaw_error,
                          firn_freeze_hint_remedy(FIRN_FREEZE_HINT_HOOK));
}

static void
add_window(FirnFindings *findings, const FirnEvidence *evidence)
{
    g_autofree char *names = list_file_systems(evidence, TRUE);
    gint64 frozen_for_us = evidence->thawed_us - evidence->freeze_sent_us;

    firn_findings_say(findings,
                      "Freeze",
                      "freeze",
                      "%u of %u file systems: %s",
                      evidence->frozen,
                      evidence->expected,
                      names);
    firn_findings_say(findings,
                      "Thaw",
                      "thaw",
                      "%u file systems, %" G_GINT64_FORMAT " ms after the freeze was sent",
                      evidence->thawed,
                      frozen_for_us / G_TIME_SPAN_MILLISECOND);
    add_hooks(findings, evidence);
}

void
firn_freeze_findings_add(FirnFindings *findings, const FirnEvidence *evidence, const GError *flaw)
{
    if (evidence->freeze_error != NULL)
        add_failure(findings, evidence->freeze_error);
    else
        add_window(findings, evidence);
    add_left_out(findings, evidence);
    if (flaw != NULL && evidence->thaw_error == NULL)
        firn_findings_add(findings,
                          FIRN_SEVERITY_ERROR,
                          "WindowBroken",
                          "window",
                          flaw->message,
                          "repeat the test: firn doctor VM --freeze");
}
