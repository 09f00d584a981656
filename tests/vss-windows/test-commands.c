/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verbs of firn-vss.exe under wine. What they ask of VSS is answered by fakevss, which is no
 * VSS. */
#include "wine.h"

#include <glib/gstdio.h>

#define PROVIDER "HKLM\\SYSTEM\\CurrentControlSet\\Services\\QEMU Guest Agent VSS Provider"
#define SERVICE  "HKLM\\SYSTEM\\CurrentControlSet\\Services\\firn-vss"

static FirnTestWine *wine;

typedef void (*Test)(void);

/* What a verb prints, and with which status it ends. */
static JsonNode *
run_firn(int expected_status, const char *verb, const char *word, const char *other)
{
    const char *const arguments[] = {verb, word, other, NULL};
    int status = -1;
    JsonNode *node = firn_test_wine_run_firn(wine, arguments, &status);

    g_assert_cmpint(status, ==, expected_status);
    g_assert_cmpint(json_object_get_int_member(json_node_get_object(node), "version"), ==, 1);
    return node;
}

static void
run_reg(const char *verb, const char *key, const char *value, const char *number)
{
    const char *const add[] =
        {"reg", verb, key, "/v", value, "/t", "REG_DWORD", "/d", number, "/f", NULL};

    g_free(firn_test_wine_run(wine, add, NULL));
}

static JsonObject *
get_writer(JsonNode *node, guint index)
{
    return json_array_get_object_element(
        json_object_get_array_member(json_node_get_object(node), "writers"),
        index);
}

static void
test_writers(void)
{
    g_autoptr(JsonNode) node = NULL;
    g_autofree char *transcript = NULL;
    JsonObject *writer;

    firn_test_wine_write(wine,
                         "fakevss/writers.txt",
                         "1 0 System Writer\n9 800423f2 SqlServerWriter\n1 800423f3 \xc3\x9c\"b\n");
    node = run_firn(0, "writers", "--json", NULL);
    writer = get_writer(node, 0);
    g_assert_cmpstr(json_object_get_string_member(writer, "name"), ==, "System Writer");
    g_assert_cmpint(json_object_get_int_member(writer, "state"), ==, 1);
    g_assert_false(json_object_get_boolean_member(writer, "failed"));
    writer = get_writer(node, 1);
    g_assert_cmpstr(json_object_get_string_member(writer, "state_name"), ==, "failed-at-freeze");
    g_assert_cmpint(json_object_get_int_member(writer, "failure"), ==, 0x800423f2);
    g_assert_cmpstr(json_object_get_string_member(writer, "failure_name"),
                    ==,
                    "WRITERERROR_TIMEOUT");
    g_assert_true(json_object_get_boolean_member(writer, "failed"));
    /* A state without failure does not hide the HRESULT. */
    writer = get_writer(node, 2);
    g_assert_cmpstr(json_object_get_string_member(writer, "name"), ==, "\xc3\x9c\"b");
    g_assert_true(json_object_get_boolean_member(writer, "failed"));
    transcript = firn_test_wine_read(wine, "fakevss/transcript.txt");
    g_assert_cmpstr(transcript,
                    ==,
                    "InitializeForBackup\nbackup type 5\nSetBackupState\nGatherWriterMetadata\n"
                    "GatherWriterStatus\nFreeWriterStatus\nFreeWriterMetadata\n"
                    "Release, 0 objects left\n");
}

static void
assert_released(void)
{
    g_autofree char *transcript = firn_test_wine_read(wine, "fakevss/transcript.txt");

    g_assert_null(strstr(transcript, "fault:"));
    g_assert_true(g_str_has_suffix(transcript, "Release, 0 objects left\n"));
}

static void
test_writers_fail(void)
{
    g_autoptr(JsonNode) node = NULL;
    JsonObject *object;

    firn_test_wine_write(wine, "fakevss/writers.txt", "fail 80042318\n");
    node = run_firn(1, "writers", "--json", NULL);
    object = json_node_get_object(node);
    g_assert_cmpint(json_object_get_int_member(object, "result"), ==, 0x80042318);
    g_assert_cmpstr(json_object_get_string_member(object, "result_name"),
                    ==,
                    "WRITER_INFRASTRUCTURE");
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(object, "writers")), ==, 0);
    assert_released();
}

static void
test_writers_hang(void)
{
    g_autoptr(JsonNode) node = NULL;
    g_autofree char *transcript = NULL;

    firn_test_wine_write(wine, "fakevss/writers.txt", "hang\n");
    node = run_firn(1, "writers", "--json", NULL);
    g_assert_cmpint(json_object_get_int_member(json_node_get_object(node), "result"),
                    ==,
                    0x800705b4); /* ERROR_TIMEOUT */
    transcript = firn_test_wine_read(wine, "fakevss/transcript.txt");
    g_assert_nonnull(strstr(transcript, "\nCancel\n"));
    assert_released();
}

static void
assert_type(JsonNode *node, const char *member, const char *expected)
{
    JsonObject *object = json_object_get_object_member(json_node_get_object(node), member);

    g_assert_cmpstr(json_object_get_string_member(object, "type"), ==, expected);
}

static void
test_backup_type(void)
{
    g_autoptr(JsonNode) before = NULL;
    g_autoptr(JsonNode) set = NULL;
    g_autoptr(JsonNode) after = NULL;

    run_reg("add", PROVIDER, "VssOption", "1");
    before = run_firn(0, "backup-type", "get", NULL);
    assert_type(before, "current", "full");
    set = run_firn(0, "backup-type", "set", "copy");
    assert_type(set, "previous", "full");
    assert_type(set, "current", "copy");
    after = run_firn(0, "backup-type", "get", NULL);
    assert_type(after, "current", "copy");
    run_reg("add", PROVIDER, "VssOption", "9");
    g_clear_pointer(&after, json_node_unref);
    after = run_firn(0, "backup-type", "get", NULL);
    assert_type(after, "current", "full");
}

/* Without qemu-ga's provider there is nothing that would read the value. */
static void
test_backup_type_without_provider(void)
{
    g_autoptr(JsonNode) set = NULL;
    JsonObject *current;

    g_free(firn_test_wine_run(wine,
                              (const char *const[]){"reg", "delete", PROVIDER, "/f", NULL},
                              NULL));
    set = run_firn(1, "backup-type", "set", "copy");
    g_assert_cmpint(json_object_get_int_member(json_node_get_object(set), "error"), ==, 2);
    current = json_object_get_object_member(json_node_get_object(set), "current");
    g_assert_true(json_object_get_null_member(current, "option"));
}

static void
test_status_before_any_run(void)
{
    g_autoptr(JsonNode) node = run_firn(0, "status", "--json", NULL);
    JsonObject *object = json_node_get_object(node);

    g_assert_cmpstr(json_object_get_string_member(object, "service"), ==, "stopped");
    g_assert_true(json_object_get_null_member(object, "last_run"));
    g_assert_false(json_object_get_boolean_member(object, "quiesced"));
    g_assert_cmpint(json_object_get_int_member(object, "uptime_ms"), >, 0);
}

static void
test_check(void)
{
    g_autofree char *hook = firn_test_wine_get_path(wine, "ProgramData/firn/hooks.d/b.exe");
    g_autoptr(JsonNode) good = NULL;
    g_autoptr(JsonNode) bad = NULL;
    JsonObject *object;

    firn_test_wine_add_hook(wine, "b.exe", NULL);
    firn_test_wine_add_hook(wine, "A.exe", NULL);
    firn_test_wine_write(wine, "ProgramData/firn/hooks.d/notes.txt", "no hook");
    good = run_firn(0, "check", "--json", NULL);
    object = json_node_get_object(good);
    g_assert_true(json_object_get_null_member(object, "hooks_refused"));
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(object, "hooks")), ==, 2);
    g_assert_cmpstr(json_array_get_string_element(json_object_get_array_member(object, "hooks"), 0),
                    ==,
                    "A.exe");
    object = json_object_get_object_member(object, "services");
    g_assert_cmpstr(json_object_get_string_member(object, "firn_vss"), ==, "stopped");
    g_assert_cmpstr(json_object_get_string_member(object, "qemu_ga"), ==, "absent");
    g_assert_cmpint(g_chmod(hook, 0777), ==, 0);
    bad = run_firn(0, "check", "--json", NULL);
    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(bad), "hooks_refused"),
                    ==,
                    "b.exe: accounts other than SYSTEM and Administrators can change it");
}

static void
assert_stage(int expected_status, const char *stage, const char *expected_hooks)
{
    g_autoptr(JsonNode) node = run_firn(expected_status, "run-stage", stage, NULL);
    g_autofree char *hooks = firn_test_wine_read(wine, "fakevss/hooks.txt");
    g_autoptr(GRegex) regex = g_regex_new(" failed=[^\\n]*\\n", 0, 0, NULL);
    g_autofree char *plain = g_regex_replace(regex, hooks, -1, 0, "\n", 0, NULL);

    g_assert_true(json_object_get_boolean_member(json_node_get_object(node), "ok") ==
                  (expected_status == 0));
    g_assert_cmpstr(plain, ==, expected_hooks);
}

static void
test_run_stage(void)
{
    firn_test_wine_add_hook(wine, "a.exe", NULL);
    firn_test_wine_add_hook(wine, "b.exe", "freeze exit 3");
    assert_stage(0, "prepare", "a.exe prepare\nb.exe prepare\n");
    assert_stage(1, "freeze", "a.exe prepare\nb.exe prepare\na.exe freeze\nb.exe freeze\n");
    assert_stage(0,
                 "thaw",
                 "a.exe prepare\nb.exe prepare\na.exe freeze\nb.exe freeze\n"
                 "b.exe thaw\na.exe thaw\n");
}

static int
run_for_status(const char *const *arguments)
{
    int status = -1;

    g_free(firn_test_wine_run(wine, arguments, &status));
    return status;
}

static void
test_usage(void)
{
    static const char *const lines[][4] = {
        {FIRN_TEST_PROGRAM, NULL},
        {                 FIRN_TEST_PROGRAM,        "status",                 NULL},
        { FIRN_TEST_PROGRAM,    "status",                 "--xml", NULL},
        {                 FIRN_TEST_PROGRAM, "run-stage",                 "melt", NULL},
        {                 FIRN_TEST_PROGRAM,   "install",                 "--json", NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
        g_assert_cmpint(run_for_status(lines[i]), ==, 2);
    g_assert_cmpint(
        run_for_status((const char *const[]){FIRN_TEST_PROGRAM, "backup-type", "set", "log", NULL}),
        ==,
        2);
    /* Only Windows starts the service. */
    g_assert_cmpint(run_for_status((const char *const[]){FIRN_TEST_PROGRAM, "service", NULL}),
                    ==,
                    1);
}

static char *
query_registry(const char *key)
{
    return firn_test_wine_run(wine, (const char *const[]){"reg", "query", key, NULL}, NULL);
}

static void
test_install(void)
{
    static const char *const install[] = {FIRN_TEST_PROGRAM, "install", NULL};
    static const char *const uninstall[] = {FIRN_TEST_PROGRAM, "uninstall", NULL};
    g_autofree char *installed = NULL;
    g_autofree char *removed = NULL;
    g_autofree char *hook = firn_test_wine_get_path(wine, "ProgramData/firn/hooks.d/a.exe");

    firn_test_wine_add_hook(wine, "a.exe", NULL);
    g_assert_cmpint(run_for_status(install), ==, 0);
    installed = query_registry(SERVICE);
    g_assert_nonnull(strstr(installed, "firn-vss.exe\" service\r\n"));
    g_assert_nonnull(strstr(installed, "ImagePath    REG_SZ    \""));
    g_assert_nonnull(strstr(installed, "LocalSystem"));
    g_free(firn_test_wine_play(wine, "prepare-snapshot\nfreeze\nthaw\n"));
    g_assert_cmpint(run_for_status(uninstall), ==, 0);
    removed = query_registry(SERVICE);
    g_assert_null(strstr(removed, "ImagePath"));
    g_assert_true(g_file_test(hook, G_FILE_TEST_EXISTS));
    g_assert_cmpint(run_for_status(uninstall), ==, 0);
    g_assert_cmpint(run_for_status(install), ==, 0);
}

/* Each case of the program across the border to Microsoft's C++ becomes one of these. */
static void
test_abi(void)
{
    int status = -1;
    g_autofree char *output =
        firn_test_wine_run(wine, (const char *const[]){FIRN_TEST_ABI, NULL}, &status);

    g_assert_cmpint(status, ==, 0);
    g_assert_true(g_str_has_prefix(output, "1..4\r\nok 1 "));
    g_assert_null(strstr(output, "not ok"));
    g_assert_nonnull(strstr(output, "\nok 4 "));
}

static void
test_event_texts(void)
{
    static const char *const arguments[] = {FIRN_TEST_EVENTS, FIRN_TEST_PROGRAM, NULL};
    g_autofree char *output = firn_test_wine_run(wine, arguments, NULL);

    g_assert_nonnull(strstr(output, "ok 1 c0000101 The hook <1> failed at stage <2>: <3>."));
    g_assert_nonnull(strstr(output, "ok 3 40000104 Hooks ran around a snapshot; <1> hooks, "));
    g_assert_nonnull(strstr(output, "\nok 6 "));
    g_assert_null(strstr(output, "not ok"));
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
    add("/vss-windows/abi/both-directions", test_abi);
    add("/vss-windows/commands/writers", test_writers);
    add("/vss-windows/commands/writers-fail", test_writers_fail);
    add("/vss-windows/commands/writers-hang", test_writers_hang);
    add("/vss-windows/commands/backup-type", test_backup_type);
    add("/vss-windows/commands/backup-type-without-provider", test_backup_type_without_provider);
    add("/vss-windows/commands/status-before-any-run", test_status_before_any_run);
    add("/vss-windows/commands/check", test_check);
    add("/vss-windows/commands/run-stage", test_run_stage);
    add("/vss-windows/commands/usage", test_usage);
    add("/vss-windows/commands/install", test_install);
    add("/vss-windows/commands/event-texts", test_event_texts);
    status = g_test_run();
    firn_test_wine_free(wine);
    return status;
}
