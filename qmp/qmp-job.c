/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qmp-job.h"

#include "event-watch.h"
#include "json-read.h"
#include "qmp-error.h"

static gboolean
has_concluded(const char *name, JsonObject *data, gpointer user_data)
{
    return g_strcmp0(name, "JOB_STATUS_CHANGE") == 0 &&
           g_strcmp0(firn_json_read_string(data, "id"), user_data) == 0 &&
           g_strcmp0(firn_json_read_string(data, "status"), "concluded") == 0;
}

static gboolean
read_outcome(JsonNode *jobs, const char *id, GError **error)
{
    JsonArray *array = JSON_NODE_HOLDS_ARRAY(jobs) ? json_node_get_array(jobs) : NULL;

    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonObject *job = firn_json_read_element(array, i);
        const char *text = firn_json_read_string(job, "error");

        if (g_strcmp0(firn_json_read_string(job, "id"), id) != 0)
            continue;
        if (text != NULL)
            g_set_error_literal(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED, text);
        return text == NULL;
    }
    g_set_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED, "QEMU no longer has job %s", id);
    return FALSE;
}

static gboolean
dismiss(FirnChannel *monitor, const char *id, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) dismissed = NULL;

    json_object_set_string_member(arguments, "id", id);
    dismissed = firn_channel_call(monitor,
                                  "job-dismiss",
                                  arguments,
                                  FIRN_CHANNEL_NO_DEADLINE_MS,
                                  NULL,
                                  error);
    return dismissed != NULL;
}

static gboolean
conclude(FirnChannel *monitor, const char *id, GError **error)
{
    g_autoptr(JsonNode) jobs =
        firn_channel_call(monitor, "query-jobs", NULL, FIRN_CHANNEL_NO_DEADLINE_MS, NULL, error);
    gboolean ok = jobs != NULL && read_outcome(jobs, id, error);

    /* A job that is not dismissed keeps its id until QEMU exits. */
    return dismiss(monitor, id, ok ? error : NULL) && ok;
}

gboolean
firn_qmp_job_run(FirnChannel *monitor, const char *command, JsonObject *arguments, GError **error)
{
    g_autofree char *uuid = g_uuid_string_random();
    g_autofree char *id = g_strconcat("firn-", uuid, NULL);
    g_autoptr(FirnEventWatch) watch = firn_event_watch_new(monitor, has_concluded, id);
    g_autoptr(JsonNode) started = NULL;

    json_object_set_string_member(arguments, "job-id", id);
    started =
        firn_channel_call(monitor, command, arguments, FIRN_CHANNEL_NO_DEADLINE_MS, NULL, error);
    if (started == NULL)
        return FALSE;
    if (!firn_event_watch_wait(watch, error) || !conclude(monitor, id, error)) {
        g_prefix_error(error, "%s: ", command);
        return FALSE;
    }
    return TRUE;
}
