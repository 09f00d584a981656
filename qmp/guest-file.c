/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-file.h"

#include <string.h>

#include "json-read.h"
#include "qmp-error.h"

/* In base64 that is less than the longest string of an agent's message. */
#define CHUNK_BYTES 32768

/* An open file in the guest, and how to ask about it. */
typedef struct {
    FirnChannel *agent; /* (unowned) */
    gint64 handle;
    guint deadline_ms;
    GCancellable *cancellable; /* (unowned) (nullable) */
} GuestFile;

static gboolean
fail(GError **error, const char *command, const char *what)
{
    g_set_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED, "%s: %s", command, what);
    return FALSE;
}

static gboolean
open_file(GuestFile *self, const char *path, const char *mode, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_string_member(arguments, "path", path);
    json_object_set_string_member(arguments, "mode", mode);
    reply = firn_channel_call(self->agent,
                              "guest-file-open",
                              arguments,
                              self->deadline_ms,
                              self->cancellable,
                              error);
    if (reply == NULL)
        return FALSE;
    if (!JSON_NODE_HOLDS_VALUE(reply) || json_node_get_value_type(reply) != G_TYPE_INT64)
        return fail(error, "guest-file-open", "the reply is not a handle");
    self->handle = json_node_get_int(reply);
    return TRUE;
}

/* Not cancelled: the agent keeps what is open until it ends. */
static gboolean
close_file(const GuestFile *self, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_int_member(arguments, "handle", self->handle);
    reply = firn_channel_call(self->agent,
                              "guest-file-close",
                              arguments,
                              self->deadline_ms,
                              NULL,
                              error);
    return reply != NULL;
}

/* Returns an object; %NULL with @error set. */
static JsonNode *
ask(const GuestFile *self, const char *command, JsonObject *arguments, GError **error)
{
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_int_member(arguments, "handle", self->handle);
    reply = firn_channel_call(self->agent,
                              command,
                              arguments,
                              self->deadline_ms,
                              self->cancellable,
                              error);
    if (reply != NULL && !JSON_NODE_HOLDS_OBJECT(reply)) {
        fail(error, command, "the reply is not of the documented form");
        return NULL;
    }
    return g_steal_pointer(&reply);
}

static gboolean
take_chunk(JsonObject *reply, GByteArray *contents, GError **error)
{
    const char *text = firn_json_read_string(reply, "buf-b64");
    g_autofree guchar *bytes = NULL;
    gsize length = 0;

    if (text == NULL)
        return fail(error, "guest-file-read", "the reply is not of the documented form");
    bytes = g_base64_decode(text, &length);
    if ((gint64)length != firn_json_read_int(reply, "count", -1))
        return fail(error,
                    "guest-file-read",
                    "the agent sent another number of bytes than it says");
    g_byte_array_append(contents, bytes, (guint)length);
    return TRUE;
}

/* The end of the file is where the agent has nothing more, or says so. */
static gboolean
read_chunk(const GuestFile *self, GByteArray *contents, gboolean *out_is_last, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;
    guint before = contents->len;

    json_object_set_int_member(arguments, "count", CHUNK_BYTES);
    reply = ask(self, "guest-file-read", arguments, error);
    if (reply == NULL || !take_chunk(json_node_get_object(reply), contents, error))
        return FALSE;
    *out_is_last = contents->len == before ||
                   firn_json_read_boolean(json_node_get_object(reply), "eof", FALSE);
    return TRUE;
}

static GBytes *
read_all(const GuestFile *self, gsize bytes_max, GError **error)
{
    g_autoptr(GByteArray) contents = g_byte_array_new();
    gboolean is_last = FALSE;
    gsize length;

    while (!is_last) {
        if (!read_chunk(self, contents, &is_last, error))
            return NULL;
        if (contents->len > bytes_max) {
            fail(error, "guest-file-read", "the file is too long");
            return NULL;
        }
    }
    length = contents->len;
    g_byte_array_append(contents, (const guint8 *)"", 1);
    return g_bytes_new_with_free_func(contents->data,
                                      length,
                                      (GDestroyNotify)g_byte_array_unref,
                                      g_byte_array_ref(contents));
}

GBytes *
firn_guest_file_read(FirnChannel *agent,
                     const char *path,
                     gsize bytes_max,
                     guint deadline_ms,
                     GCancellable *cancellable,
                     GError **error)
{
    GuestFile self = {agent, 0, deadline_ms, cancellable};
    GBytes *contents;

    if (!open_file(&self, path, "r", error))
        return NULL;
    contents = read_all(&self, bytes_max, error);
    close_file(&self, NULL);
    return contents;
}

static gboolean
write_all(const GuestFile *self, const char *text, GError **error)
{
    gsize length = strlen(text);
    g_autofree char *encoded = g_base64_encode((const guchar *)text, length);
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_string_member(arguments, "buf-b64", encoded);
    reply = ask(self, "guest-file-write", arguments, error);
    if (reply == NULL)
        return FALSE;
    return firn_json_read_int(json_node_get_object(reply), "count", -1) == (gint64)length ||
           fail(error, "guest-file-write", "the agent did not write all of it");
}

gboolean
firn_guest_file_write(FirnChannel *agent,
                      const char *path,
                      const char *text,
                      guint deadline_ms,
                      GCancellable *cancellable,
                      GError **error)
{
    GuestFile self = {agent, 0, deadline_ms, cancellable};
    gboolean is_written;

    if (!open_file(&self, path, "w", error))
        return FALSE;
    is_written = write_all(&self, text, error);
    return close_file(&self, is_written ? error : NULL) && is_written;
}
