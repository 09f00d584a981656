/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qmp-message.h"

#include <string.h>

#include "qmp-error.h"

static FirnQmpMessage *
parse(const char *text, GError **error)
{
    g_autoptr(GBytes) line = g_bytes_new(text, strlen(text));

    return firn_qmp_message_parse(line, &FIRN_JSON_LIMITS_AGENT, error);
}

static void
test_kinds(void)
{
    g_autoptr(FirnQmpMessage) greeting = parse("{\"QMP\":{\"version\":{}}}", NULL);
    g_autoptr(FirnQmpMessage) answer = parse("{\"return\":3,\"id\":17}", NULL);
    g_autoptr(FirnQmpMessage) event =
        parse("{\"timestamp\":{},\"event\":\"RESET\",\"data\":{\"guest\":true}}", NULL);

    g_assert_cmpint(greeting->kind, ==, FIRN_QMP_MESSAGE_GREETING);
    g_assert_cmpint(answer->kind, ==, FIRN_QMP_MESSAGE_RETURN);
    g_assert_cmpint(answer->id, ==, 17);
    g_assert_cmpint(json_node_get_int(answer->value), ==, 3);
    g_assert_cmpint(event->kind, ==, FIRN_QMP_MESSAGE_EVENT);
    g_assert_cmpstr(event->name, ==, "RESET");
}

static void
test_errors(void)
{
    g_autoptr(FirnQmpMessage) unknown =
        parse("{\"error\":{\"class\":\"CommandNotFound\",\"desc\":\"no\"}}", NULL);
    g_autoptr(FirnQmpMessage) refused =
        parse("{\"error\":{\"class\":\"GenericError\",\"desc\":\"hook failed\"}}", NULL);
    g_autoptr(FirnQmpMessage) blocked = parse(
        "{\"error\":{\"class\":\"CommandNotFound\",\"desc\":\"Command x has been disabled\"}}",
        NULL);
    g_autoptr(GError) blocked_error = firn_qmp_message_to_error(blocked, "x");
    g_autoptr(GError) unknown_error = firn_qmp_message_to_error(unknown, "freeze");
    g_autoptr(GError) refused_error = firn_qmp_message_to_error(refused, "freeze");

    g_assert_error(unknown_error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_NO_COMMAND);
    g_assert_error(blocked_error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_BLOCKED);
    g_assert_true(firn_qmp_error_is_unavailable(blocked_error));
    g_assert_true(firn_qmp_error_is_unavailable(unknown_error));
    g_assert_false(firn_qmp_error_is_unavailable(refused_error));
    g_assert_error(refused_error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
    g_assert_cmpstr(refused_error->message, ==, "freeze: hook failed");
}

static void
test_refused(gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(parse(data, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_build(void)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(GBytes) plain = firn_qmp_message_build("guest-ping", NULL, 0);
    g_autoptr(GBytes) full = NULL;
    const char *plain_text = "{\"execute\":\"guest-ping\"}\n";
    const char *full_text = "{\"execute\":\"x\",\"arguments\":{\"path\":\"a\\\"b,c\"},\"id\":5}\n";

    json_object_set_string_member(arguments, "path", "a\"b,c");
    full = firn_qmp_message_build("x", arguments, 5);
    g_assert_cmpmem(g_bytes_get_data(plain, NULL),
                    g_bytes_get_size(plain),
                    plain_text,
                    strlen(plain_text));
    g_assert_cmpmem(g_bytes_get_data(full, NULL),
                    g_bytes_get_size(full),
                    full_text,
                    strlen(full_text));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/qmp-message/kinds", test_kinds);
    g_test_add_func("/qmp/qmp-message/errors-by-class", test_errors);
    g_test_add_data_func("/qmp/qmp-message/refuses/return-and-error",
                         "{\"return\":1,\"error\":{\"class\":\"a\",\"desc\":\"b\"}}",
                         test_refused);
    g_test_add_data_func("/qmp/qmp-message/refuses/neither", "{\"id\":1}", test_refused);
    g_test_add_data_func("/qmp/qmp-message/refuses/error-text", "{\"error\":\"no\"}", test_refused);
    g_test_add_data_func("/qmp/qmp-message/refuses/event-data",
                         "{\"event\":\"A\",\"data\":[]}",
                         test_refused);
    g_test_add_func("/qmp/qmp-message/build", test_build);
    return g_test_run();
}
