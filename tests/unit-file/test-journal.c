/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/wait.h>

#include "every-event.h"

#define WAIT_MS 60000
#define VM_UUID "6c3a4f5e-0000-4000-8000-000000000001"

static char *program;

static char *
run(const char *const *argv)
{
    g_autoptr(GError) error = NULL;
    char *output = NULL;
    int status;

    g_spawn_sync(NULL,
                 (char **)argv,
                 NULL,
                 G_SPAWN_SEARCH_PATH,
                 NULL,
                 NULL,
                 &output,
                 NULL,
                 &status,
                 &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
    return output;
}

/* What administrators would type, once the journal has the record. */
static char *
wait_for_record(const char *id)
{
    g_autofree char *match = g_strconcat("MESSAGE_ID=", id, NULL);
    const char *const argv[] =
        {"journalctl", "--quiet", "--output=json", match, "FIRN_VM_UUID=" VM_UUID, NULL};
    gint64 end_us = g_get_monotonic_time() + WAIT_MS * G_TIME_SPAN_MILLISECOND;

    for (;;) {
        g_autofree char *output = run(argv);

        if (*output != '\0' || g_get_monotonic_time() > end_us)
            return g_steal_pointer(&output);
    }
}

/* The events of a process whose stderr is the journal, as firnd's is under systemd, can be found by
 * their fields. */
static void
test_found(void)
{
    const char *const argv[] = {"systemd-cat", program, "--emit", NULL};
    g_autofree char *failed = NULL;
    g_autofree char *left = NULL;

    g_free(run(argv));
    failed = wait_for_record(FIRN_EVENT_JOB_FAILED);
    g_assert_nonnull(strstr(failed, "\"MESSAGE\":\"web1: create failed (job 7): no space\""));
    g_assert_nonnull(strstr(failed, "\"FIRN_JOB_UID\":\"1000\""));
    g_assert_nonnull(strstr(failed, "\"FIRN_VM_NAME\":\"web1\""));
    g_assert_nonnull(strstr(failed, "\"PRIORITY\":\"4\""));
    left = wait_for_record(FIRN_EVENT_INTERRUPTED_LEFT);
    g_assert_nonnull(strstr(left, "\"FIRN_SNAPSHOT\":\"s1\""));
}

/* journalctl itself reads the catalogue, and explains an event with it. */
static void
test_catalogue(void)
{
    g_autofree char *root = g_dir_make_tmp("firn-catalogue-XXXXXX", NULL);
    g_autofree char *option = g_strconcat("--root=", root, NULL);
    g_autofree char *folder = g_build_filename(root, "usr/lib/systemd/catalog", NULL);
    g_autofree char *database = g_build_filename(root, "var/lib/systemd/catalog", NULL);
    const char *const copy[] = {"cp", FIRN_TEST_CATALOG, folder, NULL};
    const char *const update[] = {"journalctl", option, "--update-catalog", NULL};
    const char *const show[] = {"journalctl",
                                option,
                                "--dump-catalog",
                                FIRN_EVENT_STILL_FROZEN,
                                NULL};
    const char *const remove[] = {"rm", "-r", root, NULL};
    g_autofree char *text = NULL;

    g_mkdir_with_parents(folder, 0700);
    g_mkdir_with_parents(database, 0700);
    g_free(run(copy));
    g_free(run(update));
    text = run(show);
    g_assert_nonnull(strstr(text, "Subject: The guest of @FIRN_VM_NAME@ may still be frozen"));
    g_free(run(remove));
}

int
main(int argc, char **argv)
{
    if (argc > 1 && g_str_equal(argv[1], "--emit")) {
        firn_test_send_every_event((FirnEventSubject){.vm_name = "web1",
                                                      .vm_uuid = VM_UUID,
                                                      .snapshot = "s1",
                                                      .operation = "create",
                                                      .job = 7,
                                                      .uid = 1000,
                                                      .has_uid = TRUE});
        return 0;
    }
    program = argv[0];
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unit-file/journal/found", test_found);
    g_test_add_func("/unit-file/journal/catalogue", test_catalogue);
    return g_test_run();
}
