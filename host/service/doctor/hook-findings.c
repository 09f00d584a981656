/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-findings.h"

#include "guard-port.h"
#include "guest-hooks.h"
#include "guest-info.h"
#include "qmp-error.h"
#include "vss-findings.h"

#define QUERY_MS 10000
#define SUBJECT  "guest hooks"

/* "20-db ok in 93 ms, 30-cache skipped" */
static char *
list_hooks(const FirnGuestReport *report)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < report->hooks->len; i++) {
        const FirnGuestHook *hook = report->hooks->pdata[i];
        guint64 ms = (guint64)hook->prepare_ms + hook->freeze_ms + hook->thaw_ms;

        g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ", hook->name);
        if (report->state != FIRN_GUEST_REPORT_STATE_IDLE)
            g_string_append_printf(text, " %s in %" G_GUINT64_FORMAT " ms", hook->result, ms);
    }
    return g_string_free(text, FALSE);
}

static void
add_failure(FirnFindings *findings, const FirnGuestReport *report)
{
    g_autofree char *what = firn_guest_failure_describe(report->failure);
    g_autofree char *message = g_strdup_printf("the last freeze failed: %s", what);

    firn_findings_add(findings,
                      FIRN_SEVERITY_WARNING,
                      "HookFailed",
                      SUBJECT,
                      message,
                      "in the guest: firn-hook check, then firn-hook prepare");
}

static void
add_report(FirnFindings *findings, const FirnGuestReport *report)
{
    g_autofree char *hooks = list_hooks(report);

    if (report->failure != NULL)
        add_failure(findings, report);
    else if (report->hooks->len == 0)
        firn_findings_say(findings, "Guard", SUBJECT, "the guest has firn-guard, and no hooks");
    else
        firn_findings_say(findings,
                          "Guard",
                          SUBJECT,
                          "the guest has firn-guard; %s: %s",
                          report->state == FIRN_GUEST_REPORT_STATE_IDLE
                              ? "at a freeze these hooks run"
                              : "at the last freeze these hooks ran",
                          hooks);
}

static void
add_absence(FirnFindings *findings, const GError *error)
{
    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED))
        firn_findings_say(
            findings,
            "NoGuard",
            SUBJECT,
            "the guest has no firn-guard: it runs no application hooks of firn's, and "
            "does not thaw itself if this host fails");
    else
        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          "HookReportMissing",
                          SUBJECT,
                          error->message,
                          "in the guest: firn-hook status, firn-hook check");
}

static void
add_what_it_says(FirnFindings *findings, FirnGuestReport *report, const GError *error)
{
    g_autoptr(FirnGuestReport) owned = report;

    if (owned == NULL)
        add_absence(findings, error);
    else
        add_report(findings, owned);
}

/* For a guest whose agent may not read files. */
static void
look_at_port(FirnFindings *findings, FirnChannel *monitor, GCancellable *cancellable)
{
    g_autofree char *port =
        monitor == NULL ? NULL : firn_guard_port_find(monitor, QUERY_MS, cancellable);
    g_autoptr(GError) error = NULL;
    FirnGuestReport *report;

    if (port == NULL) {
        firn_findings_say(
            findings,
            "HooksUnknown",
            SUBJECT,
            "the agent does not permit guest-file-open, -read, -write and -close, so "
            "what hooks do in the guest cannot be seen; a port org.firn.guard.0 shows "
            "it, see firn-hooks(7)");
        return;
    }
    report = firn_guest_hooks_read_port(port, NULL, &error);
    add_what_it_says(findings, report, error);
}

void
firn_hook_findings_add(FirnFindings *findings,
                       FirnChannel *agent,
                       FirnChannel *monitor,
                       GCancellable *cancellable)
{
    g_autoptr(FirnGuestInfo) info = firn_guest_info_query(agent, QUERY_MS, cancellable, NULL);
    g_autoptr(GError) error = NULL;
    FirnGuestReport *report;

    if (info == NULL || !info->has_freeze)
        return;
    if (g_strcmp0(info->os_id, "mswindows") == 0) {
        firn_vss_findings_add(findings, agent, info, cancellable);
        return;
    }
    if (!info->has_files) {
        look_at_port(findings, monitor, cancellable);
        return;
    }
    report = firn_guest_hooks_read(agent, NULL, &error);
    add_what_it_says(findings, report, error);
}
