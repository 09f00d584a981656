/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard-port.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#include "json-read.h"
#include "qmp-error.h"

#define NAME "org.firn.guard.0"
/* Of earlier answers that the host has not read, beside one report. */
#define STALE_BYTES_MAX (1024 * 1024)

/* Returns a string property of a device, or NULL. */
static char *
get_property(FirnChannel *monitor,
             const char *path,
             const char *property,
             guint deadline_ms,
             GCancellable *cancellable)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_string_member(arguments, "path", path);
    json_object_set_string_member(arguments, "property", property);
    reply = firn_channel_call(monitor, "qom-get", arguments, deadline_ms, cancellable, NULL);
    return reply != NULL && JSON_NODE_HOLDS_VALUE(reply) ? g_strdup(json_node_get_string(reply))
                                                         : NULL;
}

/* Returns the id of the character device behind the port, or NULL. */
static char *
find_in(FirnChannel *monitor, const char *folder, guint deadline_ms, GCancellable *cancellable)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;
    JsonArray *list;

    json_object_set_string_member(arguments, "path", folder);
    reply = firn_channel_call(monitor, "qom-list", arguments, deadline_ms, cancellable, NULL);
    list = reply != NULL && JSON_NODE_HOLDS_ARRAY(reply) ? json_node_get_array(reply) : NULL;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        JsonObject *item = firn_json_read_element(list, i);
        const char *name = firn_json_read_string(item, "name");
        g_autofree char *path = name == NULL ? NULL : g_strconcat(folder, "/", name, NULL);
        g_autofree char *port = NULL;

        if (path == NULL ||
            g_strcmp0(firn_json_read_string(item, "type"), "child<virtserialport>") != 0)
            continue;
        port = get_property(monitor, path, "name", deadline_ms, cancellable);
        if (g_strcmp0(port, NAME) == 0)
            return get_property(monitor, path, "chardev", deadline_ms, cancellable);
    }
    return NULL;
}

/* "disconnected:unix:/run/web1.guard,server=on" or "unix:/run/web1.guard,server=on" */
static char *
dup_socket(const char *filename)
{
    const char *begin = filename == NULL ? NULL : strstr(filename, "unix:");

    return begin == NULL ? NULL : g_strndup(begin + 5, strcspn(begin + 5, ","));
}

char *
firn_guard_port_find(FirnChannel *monitor, guint deadline_ms, GCancellable *cancellable)
{
    g_autofree char *id = find_in(monitor, "/machine/peripheral", deadline_ms, cancellable);
    g_autoptr(JsonNode) reply = NULL;
    JsonArray *list;

    if (id == NULL)
        id = find_in(monitor, "/machine/peripheral-anon", deadline_ms, cancellable);
    if (id == NULL)
        return NULL;
    reply = firn_channel_call(monitor, "query-chardev", NULL, deadline_ms, cancellable, NULL);
    list = reply != NULL && JSON_NODE_HOLDS_ARRAY(reply) ? json_node_get_array(reply) : NULL;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        JsonObject *info = firn_json_read_element(list, i);

        if (g_strcmp0(firn_json_read_string(info, "label"), id) == 0)
            return dup_socket(firn_json_read_string(info, "filename"));
    }
    return NULL;
}

/* One question and its answer. */
typedef struct {
    GSocketConnection *link; /* (owned) */
    GSocket *socket;         /* (unowned) */
    char *id;                /* (owned) */
    GString *said;           /* (owned) by the guest, as far as it is not used */
    gint64 end_us;           /* monotonic */
    GCancellable *cancellable;
} Talk;

static void
clear_talk(Talk *self)
{
    g_clear_object(&self->link);
    g_free(self->id);
    if (self->said != NULL)
        g_string_free(self->said, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Talk, clear_talk)

static gboolean
fail(GError **error, FirnQmpError code, const char *message)
{
    g_set_error(error, FIRN_QMP_ERROR, code, "port " NAME ": %s", message);
    return FALSE;
}

static gboolean
begin(Talk *self, const char *path, const char *verb, const char *words, GError **error)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autofree char *line = NULL;
    gssize sent;

    self->id = g_uuid_string_random();
    self->said = g_string_new(NULL);
    line = g_strdup_printf("\n%s %s%s%s\n", verb, self->id, *words == '\0' ? "" : " ", words);
    self->link =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), self->cancellable, error);
    if (self->link == NULL)
        return FALSE;
    self->socket = g_socket_connection_get_socket(self->link);
    sent = g_socket_send(self->socket, line, strlen(line), self->cancellable, error);
    return sent == (gssize)strlen(line) ||
           (sent >= 0 && fail(error, FIRN_QMP_ERROR_CLOSED, "QEMU does not take the question"));
}

/* Waits for more of what the guest says. */
static gboolean
hear(Talk *self, GError **error)
{
    char bytes[16 * 1024];
    gint64 left_us = self->end_us - g_get_monotonic_time();
    gssize got;

    if (left_us <= 0 ||
        !g_socket_condition_timed_wait(self->socket, G_IO_IN, left_us, self->cancellable, NULL))
        return !g_cancellable_set_error_if_cancelled(self->cancellable, error) &&
               fail(error, FIRN_QMP_ERROR_DEADLINE, "nothing in the guest answers");
    got = g_socket_receive(self->socket, bytes, sizeof bytes, self->cancellable, error);
    if (got < 0)
        return FALSE;
    if (got == 0)
        return fail(error, FIRN_QMP_ERROR_CLOSED, "QEMU has closed it");
    g_string_append_len(self->said, bytes, got);
    return self->said->len <= STALE_BYTES_MAX ||
           fail(error, FIRN_QMP_ERROR_MALFORMED, "the guest says too much");
}

/* Returns where the rest of the answer's line begins, after the id; NULL if it is not there yet. */
static const char *
find_answer(Talk *self)
{
    const char *at = g_strstr_len(self->said->str, (gssize)self->said->len, self->id);
    const char *after = at == NULL ? NULL : at + strlen(self->id);

    return after != NULL && memchr(after, '\n', self->said->len - (gsize)(after - self->said->str))
               ? after
               : NULL;
}

/* Removes what was said before the answer's bytes. Sets @out_length to how many these are. */
static gboolean
await_answer(Talk *self, const char *word, gsize *out_length, GError **error)
{
    g_autofree char *expected = g_strdup_printf("\n%s %s", word, self->id);
    const char *after;
    guint64 length;
    char *end = NULL;

    while ((after = find_answer(self)) == NULL)
        if (!hear(self, error))
            return FALSE;
    if (g_strstr_len(self->said->str, after - self->said->str, expected) == NULL)
        return fail(error, FIRN_QMP_ERROR_REFUSED, "the guest cannot do it, or has no report yet");
    length = g_ascii_strtoull(after, &end, 10);
    if (*end != '\n')
        return fail(error, FIRN_QMP_ERROR_MALFORMED, "not an answer");
    g_string_erase(self->said, 0, end + 1 - self->said->str);
    *out_length = (gsize)length;
    return TRUE;
}

static Talk
make_talk(guint deadline_ms, GCancellable *cancellable)
{
    return (Talk){.end_us = g_get_monotonic_time() + (gint64)deadline_ms * 1000,
                  .cancellable = cancellable};
}

gboolean
firn_guard_port_request(const char *path,
                        const char *words,
                        guint deadline_ms,
                        GCancellable *cancellable,
                        GError **error)
{
    g_auto(Talk) talk = make_talk(deadline_ms, cancellable);
    gsize length;

    return begin(&talk, path, "request", words, error) && await_answer(&talk, "ok", &length, error);
}

static GBytes *
make_text(const char *bytes, gsize length)
{
    char *text = g_malloc(length + 1);

    memcpy(text, bytes, length);
    text[length] = '\0';
    return g_bytes_new_with_free_func(text, length, g_free, text);
}

GBytes *
firn_guard_port_read_report(const char *path,
                            gsize bytes_max,
                            guint deadline_ms,
                            GCancellable *cancellable,
                            GError **error)
{
    g_auto(Talk) talk = make_talk(deadline_ms, cancellable);
    gsize length;

    if (!begin(&talk, path, "report", "", error) || !await_answer(&talk, "report", &length, error))
        return NULL;
    if (length > bytes_max) {
        fail(error, FIRN_QMP_ERROR_MALFORMED, "the report is too long");
        return NULL;
    }
    while (talk.said->len < length)
        if (!hear(&talk, error))
            return NULL;
    return make_text(talk.said->str, length);
}
