/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "migration-state.h"

typedef struct {
    const char *name;
    const char *reply;
    gboolean has_pages;
    gboolean has_ended;
} Case;

#define ACTIVE(numbers) "{\"status\": \"active\", \"ram\": {" numbers "}}"
#define FAILED          "{\"status\": \"failed\", \"error-desc\": \"full\"}"

static const Case cases[] = {
    {"never",      "{}",                                      TRUE,  TRUE },
    {"odd",        "[]",                                      TRUE,  TRUE },
    {"setup",      "{\"status\": \"setup\"}",                 FALSE, FALSE},
    {"no-pages",   ACTIVE("\"normal\": 0, \"duplicate\": 0"), FALSE, FALSE},
    {"page",       ACTIVE("\"normal\": 1, \"duplicate\": 0"), TRUE,  FALSE},
    {"zero-page",  ACTIVE("\"normal\": 0, \"duplicate\": 1"), TRUE,  FALSE},
    {"no-numbers", ACTIVE("\"normal\": \"1\""),               FALSE, FALSE},
    {"new-word",   "{\"status\": \"failing\"}",               FALSE, FALSE},
    {"completed",  "{\"status\": \"completed\"}",             TRUE,  TRUE },
    {"failed",     FAILED,                                    TRUE,  TRUE },
    {"cancelled",  "{\"status\": \"cancelled\"}",             TRUE,  TRUE },
};

static void
test_read(gconstpointer data)
{
    const Case *wanted = data;
    g_autoptr(JsonNode) reply = json_from_string(wanted->reply, NULL);
    g_auto(FirnMigrationState) state = {0};

    firn_migration_state_read(reply, &state);
    g_assert_cmpint(firn_migration_state_has_pages(&state), ==, wanted->has_pages);
    g_assert_cmpint(firn_migration_state_has_ended(&state), ==, wanted->has_ended);
    g_assert_cmpint(state.words != NULL, ==, g_str_equal(wanted->name, "failed"));
}

static void
test_numbers(void)
{
    g_autoptr(JsonNode) reply =
        json_from_string("{\"status\": \"active\", \"ram\": {\"transferred\": 5, \"total\": 100, "
                         "\"remaining\": 40, \"normal\": 2, \"duplicate\": 3}}",
                         NULL);
    g_auto(FirnMigrationState) state = {0};

    firn_migration_state_read(reply, &state);
    g_assert_cmpstr(state.status, ==, "active");
    g_assert_cmpint(state.sent_bytes, ==, 5);
    g_assert_cmpint(state.total_bytes, ==, 100);
    g_assert_cmpint(state.done_bytes, ==, 60);
    g_assert_cmpint(state.n_pages, ==, 5);
}

static void
assert_background(const char *text, gboolean is_background)
{
    g_autoptr(JsonNode) reply = text == NULL ? NULL : json_from_string(text, NULL);

    g_assert_cmpint(firn_migration_state_read_background(reply), ==, is_background);
}

/* A migration that is not known to be plain must not be cancelled. */
static void
test_background(void)
{
    assert_background("[{\"capability\": \"xbzrle\", \"state\": false}, "
                      "{\"capability\": \"background-snapshot\", \"state\": false}]",
                      FALSE);
    assert_background("[{\"capability\": \"background-snapshot\", \"state\": true}]", TRUE);
    assert_background("[{\"capability\": \"background-snapshot\"}]", TRUE);
    assert_background("[5, {}, {\"capability\": 7}]", TRUE);
    assert_background("{}", TRUE);
    assert_background(NULL, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/qmp/migration-state/read/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_read);
    }
    g_test_add_func("/qmp/migration-state/numbers", test_numbers);
    g_test_add_func("/qmp/migration-state/background", test_background);
    return g_test_run();
}
