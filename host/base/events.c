/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "events.h"

#include "printable.h"

#define N_FIELDS 11

#define NOTICE   G_LOG_LEVEL_MESSAGE
#define WARNING  G_LOG_LEVEL_WARNING /* needs an administrator */

typedef struct {
    GLogField fields[N_FIELDS];
    gsize n;
} Record;

static void
add_field(Record *record, const char *key, const char *value)
{
    if (value != NULL)
        record->fields[record->n++] = (GLogField){key, value, -1};
}

static void
add_subject(Record *record, const FirnEventSubject *about)
{
    add_field(record, "FIRN_VM_NAME", about->vm_name);
    add_field(record, "FIRN_VM_UUID", about->vm_uuid);
    add_field(record, "FIRN_SNAPSHOT", about->snapshot);
    add_field(record, "FIRN_ERROR", about->error);
    add_field(record, "FIRN_OPERATION", about->operation);
}

G_GNUC_PRINTF(4, 5)
static void
send_event(const char *id,
           GLogLevelFlags level,
           const FirnEventSubject *about,
           const char *format,
           ...)
{
    g_autofree char *text = NULL;
    g_autofree char *whole = NULL;
    g_autofree char *message = NULL;
    g_autofree char *job = about->job == 0 ? NULL : g_strdup_printf("%u", about->job);
    g_autofree char *uid = about->has_uid ? g_strdup_printf("%u", about->uid) : NULL;
    Record record = {.n = 0};
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    whole = g_strconcat(about->vm_name, ": ", text, NULL);
    message = firn_printable_clip(whole, FIRN_PRINTABLE_SENTENCES);
    add_field(&record, "MESSAGE", message);
    add_field(&record, "MESSAGE_ID", id);
    add_field(&record, "PRIORITY", level == WARNING ? "4" : "5");
    add_field(&record, "GLIB_DOMAIN", "firn");
    add_subject(&record, about);
    add_field(&record, "FIRN_JOB", job);
    add_field(&record, "FIRN_JOB_UID", uid);
    g_log_structured_array(level, record.fields, record.n);
}

void
firn_event_job_completed(FirnEventSubject about)
{
    send_event(FIRN_EVENT_JOB_COMPLETED,
               NOTICE,
               &about,
               "%s completed (job %u)",
               about.operation,
               about.job);
}

void
firn_event_job_failed(FirnEventSubject about, const char *message)
{
    send_event(FIRN_EVENT_JOB_FAILED,
               WARNING,
               &about,
               "%s failed (job %u): %s",
               about.operation,
               about.job,
               message);
}

void
firn_event_job_cancelled(FirnEventSubject about)
{
    send_event(FIRN_EVENT_JOB_CANCELLED,
               NOTICE,
               &about,
               "%s was cancelled (job %u)",
               about.operation,
               about.job);
}

void
firn_event_policy_changed(FirnEventSubject about, const char *changes)
{
    send_event(FIRN_EVENT_POLICY_CHANGED,
               NOTICE,
               &about,
               "uid %u changed the policy: %s",
               about.uid,
               changes);
}

void
firn_event_thawed_by_timer(FirnEventSubject about)
{
    send_event(FIRN_EVENT_THAWED_BY_TIMER,
               NOTICE,
               &about,
               "the guest was frozen for too long and was thawed");
}

void
firn_event_still_frozen(FirnEventSubject about, const char *why)
{
    send_event(FIRN_EVENT_STILL_FROZEN, WARNING, &about, "the guest may still be frozen: %s", why);
}

void
firn_event_thawed_late(FirnEventSubject about, const char *how)
{
    send_event(FIRN_EVENT_THAWED_LATE, NOTICE, &about, "%s", how);
}

void
firn_event_thawed_by_tool(FirnEventSubject about, const char *how)
{
    send_event(FIRN_EVENT_THAWED_BY_TOOL,
               NOTICE,
               &about,
               "firn-thaw-all %s the guest, because firnd had ended",
               how);
}

void
firn_event_rolled_back(FirnEventSubject about, const char *why)
{
    send_event(FIRN_EVENT_ROLLED_BACK,
               NOTICE,
               &about,
               "rolled back the restore to %s, which %s",
               about.snapshot,
               why);
}

void
firn_event_restore_undone(FirnEventSubject about)
{
    send_event(FIRN_EVENT_RESTORE_UNDONE, NOTICE, &about, "undid the last restore");
}

void
firn_event_snapshot_damage(FirnEventSubject about, const char *what)
{
    send_event(FIRN_EVENT_SNAPSHOT_DAMAGE, WARNING, &about, "%s", what);
}

void
firn_event_catalogue_damage(FirnEventSubject about, const char *what)
{
    send_event(FIRN_EVENT_CATALOGUE_DAMAGE, WARNING, &about, "%s", what);
}

void
firn_event_interrupted_settled(FirnEventSubject about, const char *how)
{
    send_event(FIRN_EVENT_INTERRUPTED_SETTLED, NOTICE, &about, "%s: %s", about.snapshot, how);
}

void
firn_event_interrupted_left(FirnEventSubject about, const char *what)
{
    send_event(FIRN_EVENT_INTERRUPTED_LEFT, WARNING, &about, "%s", what);
}
