/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qmp-message.h"

#include "json-write.h"
#include "qmp-error.h"

static const char *
get_string(JsonObject *object, const char *member)
{
    JsonNode *node = json_object_get_member(object, member);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
                   json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}

static gint64
get_id(JsonObject *object)
{
    JsonNode *node = json_object_get_member(object, "id");

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
                   json_node_get_value_type(node) == G_TYPE_INT64
               ? json_node_get_int(node)
               : 0;
}

static gboolean
read_error(FirnQmpMessage *self, JsonNode *node)
{
    JsonObject *object;

    if (!JSON_NODE_HOLDS_OBJECT(node))
        return FALSE;
    object = json_node_get_object(node);
    self->kind = FIRN_QMP_MESSAGE_ERROR;
    self->name = g_strdup(get_string(object, "class"));
    self->text = g_strdup(get_string(object, "desc"));
    return self->name != NULL && self->text != NULL;
}

static gboolean
read_event(FirnQmpMessage *self, JsonObject *object)
{
    JsonNode *data = json_object_get_member(object, "data");

    self->kind = FIRN_QMP_MESSAGE_EVENT;
    self->name = g_strdup(get_string(object, "event"));
    if (data != NULL)
        self->value = json_node_copy(data);
    return self->name != NULL && (data == NULL || JSON_NODE_HOLDS_OBJECT(data));
}

static gboolean
read_message(FirnQmpMessage *self, JsonObject *object)
{
    static const char *const kinds[] = {"QMP", "return", "error", "event"};
    guint found = 0;

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        found += json_object_has_member(object, kinds[i]);
    if (found != 1)
        return FALSE;
    self->id = get_id(object);
    if (json_object_has_member(object, "error"))
        return read_error(self, json_object_get_member(object, "error"));
    if (json_object_has_member(object, "event"))
        return read_event(self, object);
    if (json_object_has_member(object, "QMP")) {
        self->kind = FIRN_QMP_MESSAGE_GREETING;
        self->value = json_object_dup_member(object, "QMP");
    } else {
        self->kind = FIRN_QMP_MESSAGE_RETURN;
        self->value = json_object_dup_member(object, "return");
    }
    return TRUE;
}

FirnQmpMessage *
firn_qmp_message_parse(GBytes *line, const FirnJsonLimits *limits, GError **error)
{
    g_autoptr(FirnQmpMessage) self = g_new0(FirnQmpMessage, 1);
    gsize length;
    const char *text = g_bytes_get_data(line, &length);
    g_autoptr(JsonNode) root = firn_json_guard_parse(text, length, limits, error);

    if (root == NULL)
        return NULL;
    if (!read_message(self, json_node_get_object(root))) {
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_MALFORMED,
                    "the message is neither a greeting, a return, an error nor an event");
        return NULL;
    }
    return g_steal_pointer(&self);
}

void
firn_qmp_message_free(FirnQmpMessage *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->value, json_node_unref);
    g_free(self->name);
    g_free(self->text);
    g_free(self);
}

/* qemu-ga has one error class for both; since 1.1 only the description tells them apart. */
static FirnQmpError
error_code(const FirnQmpMessage *self)
{
    if (g_strcmp0(self->name, "CommandNotFound") != 0)
        return FIRN_QMP_ERROR_REFUSED;
    return self->text != NULL && strstr(self->text, "has been disabled") != NULL
               ? FIRN_QMP_ERROR_BLOCKED
               : FIRN_QMP_ERROR_NO_COMMAND;
}

GError *
firn_qmp_message_to_error(const FirnQmpMessage *self, const char *command)
{
    return g_error_new(FIRN_QMP_ERROR, error_code(self), "%s: %s", command, self->text);
}

GBytes *
firn_qmp_message_build(const char *command, JsonObject *arguments, gint64 id)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_alloc();
    char *text;
    g_autofree char *json = NULL;

    json_object_set_string_member(object, "execute", command);
    if (arguments != NULL)
        json_object_set_object_member(object, "arguments", json_object_ref(arguments));
    if (id != 0)
        json_object_set_int_member(object, "id", id);
    json_node_init_object(node, object);
    json = firn_json_write(node, FALSE);
    text = g_strconcat(json, "\n", NULL);
    return g_bytes_new_take(text, strlen(text));
}
