/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-report.h"

#include <string.h>

#include "engine-error.h"
#include "qmp-error.h"

#define TOKEN "5f0e9a30-aaaa-bbbb-cccc-0123456789ab"
#define HEAD  "{\"schema\": 1, \"token\": \"" TOKEN "\", "

/* As guest-hooks/README.md has it, and a member that a later guest may add. */
static const char complete[] =
    HEAD "\"boot_id\": \"b\", \"state\": \"thawed\", \"level\": \"app\", \"failure\": null, "
         "\"deadman\": {\"timeout_s\": 35, \"armed\": true, \"fired\": false, "
         "\"fired_after_ms\": 0}, \"file_systems\": [{\"mount\": \"/\", \"device\": \"254:1\", "
         "\"type\": \"ext4\", \"deadman\": \"idle\"}], \"uncovered\": [{\"mount\": \"/srv\", "
         "\"device\": \"0:45\", \"type\": \"nfs4\"}], \"hooks\": [{\"name\": \"20-db\", "
         "\"source\": \"/usr/lib/firn/hooks.d/20-db\", \"mode\": \"session\", \"critical\": true, "
         "\"level\": \"app\", \"result\": \"ok\", \"phase\": \"thaw\", \"exit\": 0, "
         "\"prepare_ms\": 1, \"freeze_ms\": 80, \"hold_ms\": 210, \"thaw_ms\": 12, "
         "\"message\": \"\", \"data\": {\"gtid\": \"0-1-42\", \"lsn\": 5}, \"later\": [1]}]}";

static FirnGuestReport *
parse(const char *text, GError **error)
{
    return firn_guest_report_parse(text, strlen(text), TOKEN, error);
}

static void
assert_complete(const FirnGuestReport *report)
{
    const FirnGuestMount *uncovered = report->uncovered->pdata[0];
    const FirnGuestHook *hook = report->hooks->pdata[0];

    g_assert_cmpint(report->state, ==, FIRN_GUEST_REPORT_STATE_THAWED);
    g_assert_cmpint(report->level, ==, FIRN_GUEST_REPORT_LEVEL_APP);
    g_assert_cmpuint(report->deadman_s, ==, 35);
    g_assert_false(report->has_fired);
    g_assert_null(report->failure);
    g_assert_cmpstr(uncovered->mountpoint, ==, "/srv");
    g_assert_cmpstr(uncovered->type, ==, "nfs4");
    g_assert_cmpstr(hook->name, ==, "20-db");
    g_assert_cmpstr(hook->result, ==, "ok");
    g_assert_true(hook->is_critical);
    g_assert_cmpuint(hook->hold_ms, ==, 210);
    g_assert_null(hook->message);
    g_assert_cmpuint(hook->data->len, ==, 2);
    g_assert_cmpstr(hook->data->pdata[0], ==, "gtid=0-1-42");
}

static void
test_complete(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnGuestReport) report = parse(complete, &error);
    g_autoptr(FirnGuestReport) copy = NULL;
    g_autoptr(FirnGuestReport) read = NULL;
    g_autoptr(JsonNode) node = NULL;

    g_assert_no_error(error);
    assert_complete(report);
    copy = firn_record_schema_copy(&firn_guest_report_schema, report);
    node = firn_record_schema_to_json(&firn_guest_report_schema, copy);
    read = firn_record_schema_from_json(&firn_guest_report_schema, node, &error);
    g_assert_no_error(error);
    assert_complete(read);
}

static void
test_judgement(gconstpointer data)
{
    const char *const *example = data;
    g_autofree char *text = g_strdup_printf(HEAD "%s}", example[0]);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnGuestReport) report = parse(text, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(firn_guest_report_is_of_applications(report) ? "yes" : "no", ==, example[1]);
}

/* Nothing of a report that is not understood, or that is of another freeze, counts. */
static void
test_refused(gconstpointer text)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(parse(text, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_other_freeze(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_guest_report_parse(complete, strlen(complete), "other", &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NOT_FOUND);
}

/* What a guest makes up is cut to size, and can still be written and read. */
static void
test_excessive(void)
{
    g_autofree char *name = g_strnfill(5000, 'x');
    g_autoptr(GString) text =
        g_string_new(HEAD "\"state\": \"thawed\", \"level\": \"app\", \"hooks\": [");
    g_autoptr(FirnGuestReport) report = NULL;
    g_autoptr(FirnGuestReport) read = NULL;
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(GError) error = NULL;

    g_string_append_printf(text, "{\"name\": \"%s\", \"exit\": -5, \"freeze_ms\": 1e99}", name);
    for (guint i = 0; i < 900; i++)
        g_string_append(text, ", 5");
    g_string_append(text, "]}");
    report = parse(text->str, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(report->hooks->len, ==, 256);
    node = firn_record_schema_to_json(&firn_guest_report_schema, report);
    read = firn_record_schema_from_json(&firn_guest_report_schema, node, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(strlen(((FirnGuestHook *)read->hooks->pdata[0])->name), ==, 256);
    g_assert_cmpuint(((FirnGuestHook *)read->hooks->pdata[0])->exit_status, ==, 0);
}

static void
test_failure(gconstpointer data)
{
    const char *const *example = data;
    g_autoptr(FirnGuestFailure) failure = firn_guest_report_find_failure(example[0]);
    g_autofree char *text = failure == NULL ? NULL : firn_guest_failure_describe(failure);

    g_assert_cmpstr(text, ==, example[1]);
}

#define HOOK_SAYS "child process has failed to execute fsfreeze hook: "

/* clang-format off */
static const char *const judgements[][3] = {
    {"\"state\": \"thawed\", \"level\": \"app\"", "yes", "application"},
    {"\"state\": \"thawed\", \"level\": \"flushed\"", "no", "flushed"},
    {"\"state\": \"thawed\", \"level\": \"better\"", "no", "level-unknown"},
    {"\"state\": \"thawed\"", "no", "level-missing"},
    {"\"state\": \"frozen\", \"level\": \"app\"", "no", "not-thawed"},
    {"\"state\": \"failed\", \"level\": \"app\"", "no", "failed"},
    {"\"state\": \"expired\", \"level\": \"app\"", "no", "expired"},
    {"\"state\": \"thawed\", \"level\": \"app\", \"deadman\": {\"fired\": true}", "no", "fired"},
    {"\"state\": \"thawed\", \"level\": \"app\", \"uncovered\": [5]", "no", "uncovered"},
};

static const char *const refused[][2] = {
    {"", "empty"},
    {"[]", "no-object"},
    {HEAD "\"state\": \"thawed\"", "cut-off"},
    {HEAD "\"state\": \"asleep\"}", "state-unknown"},
    {HEAD "\"level\": \"app\"}", "state-missing"},
    {"{\"schema\": 2, \"token\": \"" TOKEN "\", \"state\": \"thawed\"}", "schema"},
};

static const char *const failures[][3] = {
    {HOOK_SAYS "{\"code\": 11, \"reason\": \"hook-failed\", \"hook\": \"20-db\", "
               "\"phase\": \"freeze\", \"message\": \"exit status 3\"}",
     "hook 20-db failed in phase freeze: exit status 3",
     "hook"},
    {HOOK_SAYS "{\"reason\": \"timeout\", \"hook\": \"20-db\", \"phase\": \"freeze\"}\n",
     "hook 20-db took too long in phase freeze",
     "late"},
    {HOOK_SAYS "{\"code\": 13, \"reason\": \"unreachable\", \"message\": \"no guard\"}",
     "firn-guard in the guest refused the freeze (unreachable): no guard",
     "guard"},
    {HOOK_SAYS "{\"reason\": \"hook-failed\", \"hook\": \"\\u001b[31m\"}",
     "hook \\x1b[31m failed",
     "escapes"},
    {HOOK_SAYS "exit status 3", NULL, "stock-hook"},
    {HOOK_SAYS "} {", NULL, "braces"},
    {HOOK_SAYS "{\"hook\": 5}", NULL, "no-reason"},
};
/* clang-format on */

#define ADD_ALL(table, folder, name_index, test)                                                   \
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {                                              \
        g_autofree char *path =                                                                    \
            g_strconcat("/guest-report/" folder "/", (table)[i][name_index], NULL);                \
        g_test_add_data_func(path, (gconstpointer)(table)[i], test);                               \
    }

static void
test_refused_row(gconstpointer data)
{
    const char *const *row = data;

    test_refused(row[0]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-report/complete", test_complete);
    g_test_add_func("/guest-report/other-freeze", test_other_freeze);
    g_test_add_func("/guest-report/excessive", test_excessive);
    ADD_ALL(judgements, "judgement", 2, test_judgement);
    ADD_ALL(refused, "refused", 1, test_refused_row);
    ADD_ALL(failures, "failure", 2, test_failure);
    return g_test_run();
}
