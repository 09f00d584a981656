/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <utime.h>

#include "hook-rig.h"

static FirnHook hook = {.name = "20-db", .source = "/etc/firn/hooks.d/20-db"};
static FirnHookRun run;
static FirnMounts mounts;
static FirnFailure failure;
static const FirnThawResult result = {"/", "254:0", "ext4", FIRN_THAW_THAWED};

static FirnReport
make_report(void)
{
    firn_hook_run_init(&run, &hook);
    strcpy(run.output.data, "gtid=0-1-2\nquote=\"\n");
    run.result = FIRN_HOOK_FAILED;
    run.phase = "freeze";
    run.exit = 3;
    firn_reason_set(&run.reason, "exit status 3: \x01");
    return (FirnReport){.token = "t-1",
                        .state = "failed",
                        .level = "none",
                        .failure = &failure,
                        .timeout_s = 30,
                        .fired_after_ms = -1,
                        .results = &result,
                        .n_results = 1,
                        .mounts = &mounts,
                        .runs = &run,
                        .n_runs = 1};
}

static JsonNode *
read_report(FirnTestHookRig *rig, const char *path)
{
    g_autofree char *text = firn_test_hook_rig_read(rig, path);
    g_autoptr(GError) error = NULL;
    JsonNode *node = json_from_string(text, &error);

    g_assert_no_error(error);
    return node;
}

static void
assert_value(JsonNode *report, const char *path, const char *expected)
{
    g_autoptr(JsonNode) found = json_path_query(path, report, NULL);
    g_autofree char *text = json_to_string(found, FALSE);

    if (strcmp(text, expected) != 0)
        g_error("%s is %s, not %s", path, text, expected);
}

static void
store(FirnTestHookRig *rig, const FirnReport *report)
{
    g_autofree char *folder = firn_test_hook_rig_path(rig, "/run/firn");

    g_assert_true(firn_report_store(report, folder));
}

static void
test_contents(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *info = firn_test_hook_rig_path(rig, "/mountinfo");
    g_autoptr(JsonNode) node = NULL;
    FirnReport report;

    failure = (FirnFailure){.code = 11, .hook = "20-db", .phase = "freeze"};
    firn_test_hook_rig_write(rig, "/mountinfo", 0444, "1 0 0:45 / /srv rw - nfs4 h:/srv rw\n");
    g_assert_true(firn_mounts_read(&mounts, info));
    report = make_report();
    store(rig, &report);
    node = read_report(rig, "/run/firn/last.json");
    assert_value(node, "$.schema", "[1]");
    assert_value(node, "$.token", "[\"t-1\"]");
    assert_value(node, "$.state", "[\"failed\"]");
    assert_value(node, "$.failure.reason", "[\"hook-failed\"]");
    assert_value(node, "$.failure.hook", "[\"20-db\"]");
    assert_value(node, "$.deadman.fired", "[false]");
    assert_value(node, "$.file_systems[0].deadman", "[\"thawed\"]");
    assert_value(node, "$.uncovered[0].mount", "[\"/srv\"]");
    assert_value(node, "$.hooks[0].exit", "[3]");
    assert_value(node, "$.hooks[0].data.gtid", "[\"0-1-2\"]");
    assert_value(node, "$.hooks[0].data.quote", "[\"\\\"\"]");
    firn_mounts_clear(&mounts);
}

static void
test_nothing(FirnTestHookRig *rig, gconstpointer data)
{
    g_autoptr(JsonNode) node = NULL;
    FirnReport report = {.token = "",
                         .state = "thawed",
                         .level = "fs",
                         .failure = &failure,
                         .fired_after_ms = 0,
                         .mounts = &mounts};

    failure = (FirnFailure){.phase = ""};
    store(rig, &report);
    node = read_report(rig, "/run/firn/last.json");
    assert_value(node, "$.failure", "[null]");
    assert_value(node, "$.deadman.fired", "[true]");
    assert_value(node, "$.hooks", "[[]]");
}

static void
test_mode(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *path = firn_test_hook_rig_path(rig, "/run/firn/report-t-1.json");
    FirnReport report = make_report();
    GStatBuf found;

    store(rig, &report);
    g_assert_no_errno(g_stat(path, &found));
    g_assert_cmpint(found.st_mode & 07777, ==, 0600);
}

static void
test_eight_kept(FirnTestHookRig *rig, gconstpointer data)
{
    FirnReport report = make_report();
    char token[16];

    report.token = token;
    for (guint i = 0; i < 12; i++) {
        g_autofree char *path = NULL;
        struct utimbuf when = {1000 + i, 1000 + i};

        g_snprintf(token, sizeof token, "t%u", i);
        store(rig, &report);
        path = g_strdup_printf("%s/run/firn/report-t%u.json", rig->paths.root, i);
        g_assert_no_errno(g_utime(path, &when));
    }
    for (guint i = 0; i < 12; i++) {
        g_autofree char *path = g_strdup_printf("%s/run/firn/report-t%u.json", rig->paths.root, i);

        g_assert_cmpint(g_file_test(path, G_FILE_TEST_EXISTS), ==, i >= 4);
    }
}

static void
test_no_folder(FirnTestHookRig *rig, gconstpointer data)
{
    FirnReport report = make_report();

    g_assert_false(firn_report_store(&report, "/nonexistent/folder"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("report/contents", test_contents);
    FIRN_TEST_WITH_RIG("report/nothing", test_nothing);
    FIRN_TEST_WITH_RIG("report/mode", test_mode);
    FIRN_TEST_WITH_RIG("report/eight-kept", test_eight_kept);
    FIRN_TEST_WITH_RIG("report/no-folder", test_no_folder);
    return g_test_run();
}
