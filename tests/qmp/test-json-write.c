/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-write.h"

#include <string.h>

#include "json-guard.h"
#include "json-read.h"

/* Every character that JSON requires to be escaped is read back as written. */
static void
test_control_characters(void)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_alloc();
    g_autoptr(JsonNode) read = NULL;
    g_autofree char *text = NULL;
    char all[128];
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < 127; i++)
        all[i] = (char)(i + 1);
    all[127] = '\0';
    json_object_set_string_member(object, all, all);
    json_node_init_object(node, object);
    text = firn_json_write(node, FALSE);
    firn_json_guard_check(text, strlen(text), &FIRN_JSON_LIMITS_MONITOR, &error);
    g_assert_no_error(error);
    read = json_from_string(text, NULL);
    g_assert_cmpstr(firn_json_read_string(json_node_get_object(read), all), ==, all);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/json-write/control-characters", test_control_characters);
    return g_test_run();
}
