/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-findings.h"

#include "qmp-error.h"
#include "vss-check.h"
#include "vss-guest.h"

#define CHECK_MS 10000
#define SUBJECT  "VSS"

static void
warn(FirnFindings *findings, const char *word, const char *message, const char *remedy)
{
    firn_findings_add(findings, FIRN_SEVERITY_WARNING, word, SUBJECT, message, remedy);
}

static void
add_absence(FirnFindings *findings, const GError *error)
{
    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED))
        warn(findings,
             "NoVssWriter",
             "firn-vss is not installed in the guest: it runs no application hooks of firn's, and "
             "whether its writers succeed is not known, so no snapshot of it is called "
             "\"application\"",
             "in the guest, as an administrator: msiexec /i firn-vss.msi /qn");
    else
        warn(findings,
             "HookReportMissing",
             error->message,
             "in the guest: \"C:\\Program Files\\firn\\firn-vss.exe\" check --json");
}

static void
add_service(FirnFindings *findings, const FirnVssCheck *check)
{
    g_autofree char *message = NULL;

    if (g_str_equal(check->service, "running")) {
        firn_findings_say(findings,
                          "VssWriter",
                          SUBJECT,
                          "the guest has firn-vss %s, and %u hooks",
                          check->program,
                          check->hooks->len);
        return;
    }
    message = g_strdup_printf("the service of firn-vss %s in the guest is %s, so it takes no part "
                              "in freezes",
                              check->program,
                              check->service);
    warn(findings, "VssWriterStopped", message, "in the guest: sc start firn-vss");
}

static void
add_refusal(FirnFindings *findings, const FirnVssCheck *check)
{
    g_autofree char *message = NULL;

    if (check->refusal == NULL)
        return;
    message = g_strdup_printf("no hook may run in the guest: %s", check->refusal);
    warn(findings,
         "VssHooksRefused",
         message,
         "in the guest: icacls \"%ProgramData%\\firn\\hooks.d\": only SYSTEM and Administrators "
         "may change it");
}

/* Any other type than COPY makes the guest's other backup programs believe that theirs has run. */
static void
add_backup_type(FirnFindings *findings, const FirnVssCheck *check)
{
    g_autofree char *message = NULL;

    if (g_str_equal(check->backup_type, "copy"))
        return;
    message = g_strdup_printf(
        "qemu-ga asks VSS for a backup of type \"%s\", not \"copy\": SQL Server and Exchange may "
        "truncate logs, and differential backups of other programs lose their base",
        check->backup_type);
    warn(findings,
         "VssBackupType",
         message,
         "in the guest, after each update of qemu-ga: firn-vss backup-type set copy");
}

static void
add_volumes(FirnFindings *findings, const FirnVssCheck *check)
{
    for (guint i = 0; i < check->not_freezable->len; i++) {
        g_autofree char *message =
            g_strdup_printf("VSS cannot freeze the volume %s, and then freezes none",
                            (char *)check->not_freezable->pdata[i]);

        warn(findings, "VssVolume", message, "convert it to NTFS, or remove it");
    }
}

void
firn_vss_findings_add(FirnFindings *findings,
                      FirnChannel *agent,
                      const FirnGuestInfo *info,
                      GCancellable *cancellable)
{
    g_autoptr(FirnVssCheck) check = NULL;
    g_autoptr(GBytes) text = NULL;
    g_autoptr(GError) error = NULL;

    if (!info->has_exec) {
        firn_findings_say(findings,
                          "HooksUnknown",
                          SUBJECT,
                          "the agent does not permit guest-exec and guest-exec-status, so what VSS "
                          "does in the guest cannot be seen");
        return;
    }
    text = firn_vss_guest_run(agent, "check", CHECK_MS, cancellable, &error);
    if (text != NULL)
        check = firn_vss_check_parse(g_bytes_get_data(text, NULL), g_bytes_get_size(text), &error);
    if (check == NULL) {
        add_absence(findings, error);
        return;
    }
    add_service(findings, check);
    add_refusal(findings, check);
    add_backup_type(findings, check);
    add_volumes(findings, check);
}
