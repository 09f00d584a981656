/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event-log.h"

#include <string.h>

#include "host-error.h"
#include "job-rig.h"
#include "verify-job.h"

static GMutex mutex;
static GString *sent; /* (owned) a line for each event: MESSAGE_ID and what is known of the rest */

static const char *
find_field(const GLogField *fields, gsize n_fields, const char *key)
{
    for (gsize i = 0; i < n_fields; i++)
        if (g_str_equal(fields[i].key, key))
            return fields[i].value;
    return "-";
}

static GLogWriterOutput
keep_event(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    if (g_str_equal(find_field(fields, n_fields, "MESSAGE_ID"), "-"))
        return G_LOG_WRITER_HANDLED;
    g_string_append_printf(sent,
                           "%s %s %s %s %s\n",
                           find_field(fields, n_fields, "MESSAGE_ID"),
                           find_field(fields, n_fields, "FIRN_OPERATION"),
                           find_field(fields, n_fields, "FIRN_JOB_UID"),
                           find_field(fields, n_fields, "FIRN_SNAPSHOT"),
                           find_field(fields, n_fields, "FIRN_ERROR"));
    return G_LOG_WRITER_HANDLED;
}

static gboolean
complete(FirnJob *job, gpointer params, GError **error)
{
    firn_job_set_result(job, "name", g_variant_new_string("s1"));
    return TRUE;
}

static gboolean
fail(FirnJob *job, gpointer params, GError **error)
{
    g_set_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY, "busy");
    return FALSE;
}

static gboolean
find_damage(FirnJob *job, gpointer params, GError **error)
{
    firn_job_set_result(
        job,
        "findings",
        g_variant_new_parsed("[('ok', 'a', '', ''), ('missing', 'b', 'vda', 'x')]"));
    return TRUE;
}

static gboolean
wait_for_cancel(FirnJob *job, gpointer params, GError **error)
{
    while (!g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(job), error))
        g_thread_yield();
    return FALSE;
}

typedef struct {
    const char *operation;
    FirnJobFunc run;
    const char *id;
    const char *error;
    const char *more_id; /* (nullable) of a second event */
} Situation;

static void
free_nothing(gpointer params)
{
}

static char *
describe_expected(const Situation *situation)
{
    const char *operation = situation->operation;
    g_autofree char *first = g_strdup_printf("%s %s 1000 %s %s\n",
                                             situation->id,
                                             operation,
                                             situation->run == complete ? "s1" : "-",
                                             situation->error);

    if (situation->more_id == NULL)
        return g_steal_pointer(&first);
    return g_strdup_printf("%s%s %s 1000 %s -\n",
                           first,
                           situation->more_id,
                           operation,
                           situation->run == find_damage ? "b" : "s1");
}

static void
watch(gpointer jobs)
{
    firn_event_log_watch_jobs(jobs);
}

static void
cancel(gpointer job)
{
    firn_job_cancel(job);
}

static void
test_end(FirnTestJobRig *self, gconstpointer data)
{
    const Situation *situation = data;
    FirnJobRequest request = {
        .vm = self->rig.vm,
        .operation = situation->operation,
        .run = situation->run,
        .free_params = free_nothing,
        .started_by = 1000,
    };
    g_autofree char *expected = describe_expected(situation);
    g_autoptr(FirnJob) job = NULL;

    g_string_truncate(sent, 0);
    firn_test_loop_thread_call(watch, self->jobs);
    job = firn_test_job_rig_start(self, &request, NULL);
    if (situation->run == wait_for_cancel)
        firn_test_loop_thread_call(cancel, job);
    firn_test_job_rig_end(self);
    g_assert_cmpstr(sent->str, ==, expected);
}

static const Situation situations[] = {
    {"create",  complete,        FIRN_EVENT_JOB_COMPLETED, "-",         NULL                      },
    {"restore", fail,            FIRN_EVENT_JOB_FAILED,    "Busy",      NULL                      },
    {"delete",  wait_for_cancel, FIRN_EVENT_JOB_CANCELLED, "Cancelled", NULL                      },
    {"undo",    complete,        FIRN_EVENT_JOB_COMPLETED, "-",         FIRN_EVENT_RESTORE_UNDONE },
    {"verify",  find_damage,     FIRN_EVENT_JOB_COMPLETED, "-",         FIRN_EVENT_SNAPSHOT_DAMAGE},
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    sent = g_string_new(NULL);
    g_log_set_writer_func(keep_event, NULL, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(situations); i++) {
        g_autofree char *path = g_strconcat("/event-log/", situations[i].operation, NULL);

        firn_test_job_rig_add(path, &situations[i], test_end);
    }
    return g_test_run();
}
