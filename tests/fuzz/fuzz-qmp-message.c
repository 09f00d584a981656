/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"
#include "qmp-error.h"
#include "qmp-message.h"

static void
assert_whole(const FirnQmpMessage *message)
{
    switch (message->kind) {
    case FIRN_QMP_MESSAGE_GREETING:
    case FIRN_QMP_MESSAGE_RETURN:
        g_assert_nonnull(message->value);
        break;
    case FIRN_QMP_MESSAGE_ERROR: {
        g_autoptr(GError) error = firn_qmp_message_to_error(message, "command");

        g_assert_true(error->domain == FIRN_QMP_ERROR);
        g_assert_nonnull(message->name);
        g_assert_nonnull(message->text);
        break;
    }
    case FIRN_QMP_MESSAGE_EVENT:
        g_assert_nonnull(message->name);
        g_assert_true(message->value == NULL || JSON_NODE_HOLDS_OBJECT(message->value));
        break;
    }
}

/* Text from a peer is sent back to it as an argument, as JSON that it can read. */
static void
send_back(const FirnQmpMessage *message)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(GBytes) bytes = NULL;
    const char *line;
    gsize length;

    json_object_set_string_member(arguments, "text", message->text);
    bytes = firn_qmp_message_build(message->name, arguments, 1);
    line = g_bytes_get_data(bytes, &length);
    g_assert_true(firn_json_guard_check(line, length, &FIRN_JSON_LIMITS_MONITOR, NULL));
    for (gsize i = 0; i + 1 < length; i++)
        g_assert_cmpint(line[i], !=, '\n');
}

/* It is of exactly one kind. */
static void
assert_one_kind(GBytes *line)
{
    static const char *const kinds[] = {"QMP", "return", "error", "event"};
    gsize length;
    const char *bytes = g_bytes_get_data(line, &length);
    g_autofree char *text = g_strndup(bytes, length);
    g_autoptr(JsonNode) node = json_from_string(text, NULL);
    guint found = 0;

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        found += json_object_has_member(json_node_get_object(node), kinds[i]);
    g_assert_cmpuint(found, ==, 1);
}

static void
try(GBytes *line, const FirnJsonLimits *limits)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnQmpMessage) message = firn_qmp_message_parse(line, limits, &error);

    if (message == NULL) {
        g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
        return;
    }
    assert_whole(message);
    assert_one_kind(line);
    if (message->kind == FIRN_QMP_MESSAGE_ERROR)
        send_back(message);
}

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autoptr(GBytes) line = g_bytes_new(bytes, length);

    try(line, &FIRN_JSON_LIMITS_AGENT);
    try(line, &FIRN_JSON_LIMITS_MONITOR);
}
