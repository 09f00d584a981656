/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-exec.h"

#include "json-read.h"
#include "qmp-error.h"

/* The agent tells of no end, so it is asked, ever more rarely. */
#define ASK_AGAIN_MS     20
#define ASK_AGAIN_MAX_MS 500

/* A program that runs in the guest, and how to ask about it. */
typedef struct {
    FirnChannel *agent; /* (unowned) */
    gint64 pid;
    gint64 end_us;             /* monotonic */
    GCancellable *cancellable; /* (unowned) (nullable) */
} GuestProcess;

static gboolean
fail(GError **error, const char *command, const char *what)
{
    g_set_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED, "%s: %s", command, what);
    return FALSE;
}

static guint
count_left_ms(const GuestProcess *self)
{
    gint64 left_us = self->end_us - g_get_monotonic_time();

    return left_us <= 0 ? 0 : (guint)(left_us / G_TIME_SPAN_MILLISECOND);
}

/* Returns an object; %NULL with @error set. */
static JsonNode *
call(const GuestProcess *self, const char *command, JsonObject *arguments, GError **error)
{
    g_autoptr(JsonNode) reply = firn_channel_call(self->agent,
                                                  command,
                                                  arguments,
                                                  MAX(count_left_ms(self), 1),
                                                  self->cancellable,
                                                  error);

    if (reply != NULL && !JSON_NODE_HOLDS_OBJECT(reply)) {
        fail(error, command, "the reply is not of the documented form");
        return NULL;
    }
    return g_steal_pointer(&reply);
}

static gboolean
start(GuestProcess *self, const char *path, const char *const *words, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    JsonArray *list = json_array_new();
    g_autoptr(JsonNode) reply = NULL;

    for (const char *const *word = words; *word != NULL; word++)
        json_array_add_string_element(list, *word);
    json_object_set_string_member(arguments, "path", path);
    json_object_set_array_member(arguments, "arg", list);
    json_object_set_boolean_member(arguments, "capture-output", TRUE);
    reply = call(self, "guest-exec", arguments, error);
    if (reply == NULL)
        return FALSE;
    self->pid = firn_json_read_int(json_node_get_object(reply), "pid", -1);
    return self->pid >= 0 || fail(error, "guest-exec", "the reply is not of the documented form");
}

/* Returns %FALSE once the deadline has passed or the waiting was cancelled. */
static gboolean
rest(const GuestProcess *self, guint ms, GError **error)
{
    GPollFD cancelled;
    guint n_fds =
        self->cancellable != NULL && g_cancellable_make_pollfd(self->cancellable, &cancelled);

    g_poll(&cancelled, n_fds, (gint)MIN(ms, count_left_ms(self)));
    if (n_fds > 0)
        g_cancellable_release_fd(self->cancellable);
    if (g_cancellable_set_error_if_cancelled(self->cancellable, error))
        return FALSE;
    if (count_left_ms(self) > 0)
        return TRUE;
    g_set_error_literal(error,
                        FIRN_QMP_ERROR,
                        FIRN_QMP_ERROR_DEADLINE,
                        "guest-exec: the program did not end in time");
    return FALSE;
}

/* Returns what the agent says of a program that has ended; %NULL with @error set. */
static JsonNode *
wait_for_end(const GuestProcess *self, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();

    json_object_set_int_member(arguments, "pid", self->pid);
    for (guint ms = ASK_AGAIN_MS;; ms = MIN(2 * ms, ASK_AGAIN_MAX_MS)) {
        g_autoptr(JsonNode) reply = call(self, "guest-exec-status", arguments, error);

        if (reply == NULL || firn_json_read_boolean(json_node_get_object(reply), "exited", FALSE))
            return g_steal_pointer(&reply);
        if (!rest(self, ms, error))
            return NULL;
    }
}

static GBytes *
decode(const char *text)
{
    gsize length = 0;
    guchar *bytes = g_base64_decode(text, &length);

    bytes = g_realloc(bytes, length + 1);
    bytes[length] = '\0';
    return g_bytes_new_with_free_func(bytes, length, g_free, bytes);
}

static GBytes *
take_output(JsonObject *ended, gsize output_max, int *out_status, GError **error)
{
    gint64 status = firn_json_read_int(ended, "exitcode", -1);
    g_autoptr(GBytes) output = NULL;

    if (status < 0 || status > G_MAXINT) {
        fail(error, "guest-exec", "the program did not end by itself");
        return NULL;
    }
    output = decode(firn_json_read_text(ended, "out-data"));
    if (g_bytes_get_size(output) > output_max ||
        firn_json_read_boolean(ended, "out-truncated", FALSE)) {
        fail(error, "guest-exec", "the program printed too much");
        return NULL;
    }
    *out_status = (int)status;
    return g_steal_pointer(&output);
}

GBytes *
firn_guest_exec_run(FirnChannel *agent,
                    const char *path,
                    const char *const *arguments,
                    gsize output_max,
                    guint deadline_ms,
                    GCancellable *cancellable,
                    int *out_status,
                    GError **error)
{
    GuestProcess self = {agent, 0, 0, cancellable};
    g_autoptr(JsonNode) ended = NULL;

    self.end_us = g_get_monotonic_time() + deadline_ms * G_TIME_SPAN_MILLISECOND;
    if (start(&self, path, arguments, error))
        ended = wait_for_end(&self, error);
    return ended == NULL ? NULL
                         : take_output(json_node_get_object(ended), output_max, out_status, error);
}
