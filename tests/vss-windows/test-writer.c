/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The service under wine, called by fakevss, which is no VSS. */
#include "wine.h"

#include <glib/gstdio.h>

#define FROZEN                    "prepare-backup\nprepare-snapshot\nfreeze\n"
#define CYCLE                     FROZEN "thaw\npost-snapshot\nbackup-complete\n"
#define ABORTED                   FROZEN "elsewhere abort\n"
#define SET                       "set={00000001"
#define VOLUMES                   SET " volumes=\\\\?\\Volume{1}\\;\\\\?\\Volume{2}\\\n"
#define LINE(hook, stage, failed) hook ".exe " stage " failed=" failed " type=copy "

/* One tree for all cases: it takes longer to make than a case to run. */
static FirnTestWine *wine;

typedef void (*Test)(void);

static void
assert_hooks(const char *expected)
{
    g_autofree char *text = firn_test_wine_read(wine, "fakevss/hooks.txt");
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    g_autofree char *hooks = g_strjoinv("\n", lines);

    g_assert_cmpstr(hooks, ==, expected);
}

/* "a prepare 0\n" for each call: hook, stage, and whether it was told of a failure. */
static char *
read_short(void)
{
    g_autofree char *text = firn_test_wine_read(wine, "fakevss/hooks.txt");
    g_autoptr(GRegex) regex = g_regex_new("(\\w+)\\.exe (\\w+) failed=(\\d)[^\\n]*\\n", 0, 0, NULL);

    return g_regex_replace(regex, text, -1, 0, "\\1 \\2 \\3\n", 0, NULL);
}

static void
assert_short(const char *expected)
{
    g_autofree char *hooks = read_short();

    g_assert_cmpstr(hooks, ==, expected);
}

static void
assert_outcome(const char *expected)
{
    g_autoptr(JsonObject) run = firn_test_wine_get_last_run(wine);

    g_assert_nonnull(run);
    g_assert_cmpstr(json_object_get_string_member(run, "outcome"), ==, expected);
}

static void
assert_result(guint hook, const char *stage, const char *expected)
{
    g_autoptr(JsonObject) run = firn_test_wine_get_last_run(wine);
    JsonObject *object =
        json_array_get_object_element(json_object_get_array_member(run, "hooks"), hook);

    if (expected == NULL) {
        g_assert_false(json_object_has_member(object, stage));
        return;
    }
    object = json_object_get_object_member(object, stage);
    g_assert_cmpstr(json_object_get_string_member(object, "result"), ==, expected);
}

static void
test_cycle(void)
{
    g_autofree char *transcript = NULL;
    g_autoptr(JsonObject) run = NULL;

    firn_test_wine_add_hook(wine, "20-b.exe", NULL);
    firn_test_wine_add_hook(wine, "10-A.exe", NULL);
    transcript =
        firn_test_wine_play(wine, "identify\n" CYCLE "backup-shutdown\nawait 10-A.exe-post.ran\n");
    g_assert_cmpstr(transcript,
                    ==,
                    "component 2 hooks notified 1 selectable 1\n"
                    "files hooks C:\\ProgramData\\firn\\hooks.d * f0f\n"
                    "identify agreed\nprepare-backup agreed\nprepare-snapshot agreed\n"
                    "freeze agreed\nthaw agreed\npost-snapshot agreed\nbackup-complete agreed\n"
                    "backup-shutdown agreed\nend\nreleased\n");
    assert_hooks(LINE("10-A", "prepare", "0") SET " volumes=\n" LINE("20-b", "prepare", "0") SET
                 " volumes=\n" LINE("10-A", "freeze", "0") VOLUMES LINE("20-b", "freeze", "0")
                     VOLUMES LINE("20-b", "thaw", "0") VOLUMES LINE("10-A", "thaw", "0")
                         VOLUMES LINE("20-b", "post", "0") VOLUMES LINE("10-A", "post", "0")
                             VOLUMES);
    run = firn_test_wine_get_last_run(wine);
    g_assert_cmpstr(json_object_get_string_member(run, "outcome"), ==, "clean");
    g_assert_cmpint(json_object_get_int_member(run, "counter"), ==, 1);
    g_assert_cmpint(json_object_get_int_member(run, "backup_type"), ==, 5);
    g_assert_cmpint(json_object_get_int_member(run, "held_ms"), >=, 0);
    g_assert_true(
        g_str_has_prefix(json_object_get_string_member(run, "snapshot_set"), "{00000001-"));
}

/* The requester may have selected no component, and then there is no prepare-backup. */
static void
test_without_prepare(void)
{
    firn_test_wine_add_hook(wine, "a.exe", NULL);
    g_free(firn_test_wine_play(wine,
                               "prepare-snapshot\nfreeze\nthaw\n"
                               "backup-shutdown\nawait a.exe-post.ran\n"));
    assert_short("a freeze 0\na thaw 0\na post 0\n");
    assert_outcome("clean");
}

static void
test_freeze_hook_fails(void)
{
    g_autofree char *transcript = NULL;

    firn_test_wine_add_hook(wine, "a.exe", NULL);
    firn_test_wine_add_hook(wine, "b.exe", "freeze exit 7");
    firn_test_wine_add_hook(wine, "c.exe", NULL);
    transcript =
        firn_test_wine_play(wine, "prepare-backup\nprepare-snapshot\nfreeze\nabort\nthaw\n");
    g_assert_cmpstr(transcript,
                    ==,
                    "prepare-backup agreed\n"
                    "failure 800423f3 firn: a hook failed: see firn-vss status --json\n"
                    "prepare-snapshot refused\n"
                    "failure 800423f3 firn: a hook failed: see firn-vss status --json\n"
                    "freeze refused\nabort agreed\nthaw agreed\nend\nreleased\n");
    assert_short(
        "a prepare 0\nb prepare 0\nc prepare 0\na freeze 0\nb freeze 0\nb thaw 1\na thaw 1\n");
    assert_outcome("hook-failed");
    assert_result(1, "freeze", "failed");
    assert_result(2, "freeze", NULL);
}

static void
test_failure_ignored(void)
{
    static const char *const set[] = {"reg",
                                      "add",
                                      "HKLM\\SOFTWARE\\firn\\vss",
                                      "/v",
                                      "HookFailures",
                                      "/d",
                                      "ignore",
                                      "/f",
                                      NULL};

    firn_test_wine_add_hook(wine, "a.exe", "freeze exit 7");
    g_free(firn_test_wine_run(wine, set, NULL));
    g_free(firn_test_wine_play(wine, CYCLE "await a.exe-post.ran\n"));
    assert_short("a prepare 0\na freeze 0\na thaw 0\na post 0\n");
    assert_outcome("clean");
    assert_result(0, "freeze", "failed");
}

static void
test_prepare_hook_fails(void)
{
    g_autofree char *transcript = NULL;

    firn_test_wine_add_hook(wine, "a.exe", "prepare exit 1");
    transcript = firn_test_wine_play(wine,
                                     "prepare-backup\nprepare-snapshot\n"
                                     "backup-shutdown\nawait a.exe-post.ran\n");
    g_assert_nonnull(strstr(transcript, "prepare-backup refused\n"));
    g_assert_nonnull(strstr(transcript, "prepare-snapshot refused\n"));
    assert_short("a prepare 0\na post 1\n");
}

/* The hook's child would hold its output open, and write while VSS holds writes. */
static void
test_time_out(void)
{
    g_autofree char *transcript = NULL;

    firn_test_wine_add_hook(wine, "a.exe", "freeze spawn");
    transcript = firn_test_wine_play(wine, "prepare-snapshot\nawait hanging\nended a.exe\nabort\n");
    g_assert_nonnull(strstr(transcript, "failure 800423f2 "));
    g_assert_nonnull(strstr(transcript, "prepare-snapshot refused\n"));
    assert_short("a freeze 0\na thaw 1\n");
    assert_result(0, "freeze", "timed-out");
}

static void
test_chatter(void)
{
    g_autoptr(JsonObject) run = NULL;
    JsonObject *object;

    firn_test_wine_add_hook(wine, "a.exe", "freeze chatter");
    g_free(firn_test_wine_play(wine, CYCLE));
    run = firn_test_wine_get_last_run(wine);
    object = json_array_get_object_element(json_object_get_array_member(run, "hooks"), 0);
    object = json_object_get_object_member(object, "freeze");
    g_assert_cmpstr(json_object_get_string_member(object, "result"), ==, "ok");
    g_assert_true(json_object_get_boolean_member(object, "output_cut"));
    g_assert_cmpuint(strlen(json_object_get_string_member(object, "output")), ==, 4096);
    g_assert_nonnull(strstr(json_object_get_string_member(object, "output"), "line 3999: 0"));
}

/* Blanks, characters that cmd.exe knows, and others than ASCII's. */
static void
test_batch_file(void)
{
    g_autofree char *seen = NULL;

    firn_test_wine_write(wine,
                         "ProgramData/firn/hooks.d/a b & (\xc3\xbc).cmd",
                         "@echo %1 %FIRN_STAGE% %CD% >> C:\\fakevss\\batch.txt\r\n@exit /b 0\r\n");
    g_free(firn_test_wine_play(wine, "prepare-snapshot\nfreeze\nthaw\n"));
    seen = firn_test_wine_read(wine, "fakevss/batch.txt");
    g_assert_cmpstr(seen,
                    ==,
                    "freeze freeze C:\\ProgramData\\firn\\hooks.d \r\n"
                    "thaw thaw C:\\ProgramData\\firn\\hooks.d \r\n");
}

/* VSS aborts when the host is late, and the requester's thaw comes after that. */
static void
test_late_host(void)
{
    g_autoptr(JsonObject) run = NULL;

    firn_test_wine_add_hook(wine, "a.exe", NULL);
    g_free(firn_test_wine_play(wine,
                               ABORTED "thaw\nbackup-shutdown\n"
                                       "await a.exe-post.ran\n"));
    assert_short("a prepare 0\na freeze 0\na thaw 1\na post 1\n");
    assert_outcome("aborted");
}

/* The hook is killed, and the thread that ran it thaws. */
static void
test_abort_while_freezing(void)
{
    g_autofree char *transcript = NULL;

    firn_test_wine_add_hook(wine, "a.exe", "freeze hang");
    transcript = firn_test_wine_play(wine, "begin prepare-snapshot\nawait hanging\nabort\njoin\n");
    g_assert_nonnull(strstr(transcript, "prepare-snapshot refused\n"));
    assert_short("a freeze 0\na thaw 1\n");
    assert_result(0, "freeze", "cancelled");
    assert_outcome("aborted");
}

static void
test_second_requester(void)
{
    g_autofree char *transcript = NULL;

    firn_test_wine_add_hook(wine, "a.exe", NULL);
    transcript = firn_test_wine_play(wine,
                                     "prepare-backup\nprepare-snapshot\nfreeze\nother-set\n"
                                     "elsewhere prepare-backup\nbackup-shutdown\nset\nthaw\n");
    g_assert_nonnull(strstr(transcript,
                            "failure 800423f3 firn: another snapshot is being made\n"
                            "prepare-backup refused\n"));
    assert_short("a prepare 0\na freeze 0\na thaw 0\n");
    assert_outcome("clean");
}

static void
test_frozen_twice(void)
{
    g_autofree char *transcript = NULL;

    firn_test_wine_add_hook(wine, "a.exe", NULL);
    transcript = firn_test_wine_play(wine, "prepare-snapshot\nfreeze\nfreeze\nthaw\n");
    g_assert_nonnull(strstr(transcript, "freeze agreed\n"));
    g_assert_nonnull(strstr(transcript, "freeze refused\nthaw agreed\n"));
    assert_short("a freeze 0\na thaw 0\n");
    assert_outcome("clean");
}

static void
test_requester_ends(void)
{
    firn_test_wine_add_hook(wine, "a.exe", NULL);
    g_free(firn_test_wine_play(wine, "prepare-snapshot\nfreeze\nbackup-shutdown\nthaw\n"));
    assert_outcome("requester-ended");
}

static void
test_stop_while_frozen(void)
{
    firn_test_wine_add_hook(wine, "a.exe", NULL);
    g_free(firn_test_wine_play(wine, "prepare-snapshot\nfreeze\n"));
    assert_short("a freeze 0\na thaw 1\n");
    assert_outcome("stopped");
}

/* Killed while frozen: the next service thaws before it subscribes. */
static void
test_killed_while_frozen(void)
{
    firn_test_wine_add_hook(wine, "a.exe", NULL);
    firn_test_wine_add_hook(wine, "b.exe", NULL);
    g_free(firn_test_wine_play(wine, "prepare-snapshot\nfreeze\ndie\n"));
    assert_outcome("unfinished");
    assert_short("a freeze 0\nb freeze 0\n");
    g_free(firn_test_wine_play(wine, "identify\n"));
    assert_short("a freeze 0\nb freeze 0\nb thaw 1\na thaw 1\n");
    g_free(firn_test_wine_play(wine, "identify\n"));
    assert_short("a freeze 0\nb freeze 0\nb thaw 1\na thaw 1\n");
}

/* Qemu-ga gives up 60 s after it has asked for the snapshot, and says nothing to writers. */
static void
test_watchdog(void)
{
    firn_test_wine_add_hook(wine, "a.exe", NULL);
    g_free(firn_test_wine_play(wine, "prepare-snapshot\nfreeze\nawait a.exe-thaw.ran\n"));
    assert_outcome("expired");
}

static void
test_counter(void)
{
    g_autoptr(JsonObject) first = NULL;
    g_autoptr(JsonObject) second = NULL;

    g_free(firn_test_wine_play(wine, "prepare-snapshot\nfreeze\nthaw\n"));
    first = firn_test_wine_get_last_run(wine);
    g_free(firn_test_wine_play(wine, "prepare-snapshot\nfreeze\nthaw\n"));
    second = firn_test_wine_get_last_run(wine);
    g_assert_cmpint(json_object_get_int_member(first, "counter"), ==, 1);
    g_assert_cmpint(json_object_get_int_member(second, "counter"), ==, 2);
    g_assert_cmpint(json_object_get_int_member(first, "started_uptime_ms"),
                    <,
                    json_object_get_int_member(second, "started_uptime_ms"));
}

/* Mode bits of this system become an access list that lets everyone write. */
static void
test_folder_open_to_all(void)
{
    g_autofree char *folder = firn_test_wine_get_path(wine, "ProgramData/firn/hooks.d");
    g_autofree char *transcript = NULL;

    firn_test_wine_add_hook(wine, "a.exe", NULL);
    g_assert_cmpint(g_chmod(folder, 0777), ==, 0);
    transcript = firn_test_wine_play(wine, "prepare-snapshot\nfreeze\n");
    g_assert_nonnull(strstr(transcript, "failure 800423f4 firn: no hook may run: hooks.d: "));
    assert_short("");
}

static void
run_test(gconstpointer data)
{
    if (wine == NULL)
        wine = firn_test_wine_new();
    if (wine == NULL)
        return;
    firn_test_wine_reset(wine);
    ((Test)data)();
}

static void
add(const char *path, Test test)
{
    g_test_add_data_func(path, (gconstpointer)test, run_test);
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    add("/vss-windows/writer/cycle", test_cycle);
    add("/vss-windows/writer/without-prepare", test_without_prepare);
    add("/vss-windows/writer/freeze-hook-fails", test_freeze_hook_fails);
    add("/vss-windows/writer/failure-ignored", test_failure_ignored);
    add("/vss-windows/writer/prepare-hook-fails", test_prepare_hook_fails);
    add("/vss-windows/writer/time-out", test_time_out);
    add("/vss-windows/writer/chatter", test_chatter);
    add("/vss-windows/writer/batch-file", test_batch_file);
    add("/vss-windows/writer/late-host", test_late_host);
    add("/vss-windows/writer/abort-while-freezing", test_abort_while_freezing);
    add("/vss-windows/writer/second-requester", test_second_requester);
    add("/vss-windows/writer/frozen-twice", test_frozen_twice);
    add("/vss-windows/writer/requester-ends", test_requester_ends);
    add("/vss-windows/writer/stop-while-frozen", test_stop_while_frozen);
    add("/vss-windows/writer/killed-while-frozen", test_killed_while_frozen);
    add("/vss-windows/writer/watchdog", test_watchdog);
    add("/vss-windows/writer/counter", test_counter);
    add("/vss-windows/writer/folder-open-to-all", test_folder_open_to_all);
    status = g_test_run();
    firn_test_wine_free(wine);
    return status;
}
