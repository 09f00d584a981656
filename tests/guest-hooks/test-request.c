/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <glib/gstdio.h>
#include <time.h>
#include <unistd.h>

#include "hook-rig.h"

static FirnRequest
take_after(FirnTestHookRig *rig, guint mode, const char *text, int64_t later_s)
{
    g_autofree char *folder = firn_test_hook_rig_path(rig, FIRN_RUN_DIR);
    g_autofree char *path = firn_test_hook_rig_path(rig, FIRN_REQUEST_PATH);
    FirnRequest request = {.deadman_s = 30};

    g_assert_no_errno(g_chmod(folder, 0700));
    firn_test_hook_rig_write(rig, FIRN_REQUEST_PATH, mode, text);
    firn_request_take(&request, &rig->paths, time(NULL) + later_s);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    return request;
}

static void
assert_ignored(FirnTestHookRig *rig, const char *text, int64_t later_s)
{
    FirnRequest request = take_after(rig, 0600, text, later_s);

    g_assert_cmpstr(request.token, ==, "");
    g_assert_cmpuint(request.deadman_s, ==, 30);
}

/* qemu-ga makes files with this mode. */
static void
test_taken(FirnTestHookRig *rig, gconstpointer data)
{
    FirnRequest request = take_after(rig, 0666, "token=aB-9\ndeadman-sec=7\n", 0);

    g_assert_cmpstr(request.token, ==, "aB-9");
    g_assert_cmpuint(request.deadman_s, ==, 7);
}

static void
test_none(FirnTestHookRig *rig, gconstpointer data)
{
    FirnRequest request = {.deadman_s = 30};

    firn_request_take(&request, &rig->paths, time(NULL));
    g_assert_cmpuint(request.deadman_s, ==, 30);
}

static void
test_wrong(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *long_token = g_strnfill(65, 'x');
    g_autofree char *too_long = g_strconcat("token=", long_token, NULL);

    assert_ignored(rig, "deadman-sec=7\ntoken=\n", 0);
    assert_ignored(rig, "token=../../etc/x\n", 0);
    assert_ignored(rig, "token=x\ndeadman-sec=301\n", 0);
    assert_ignored(rig, "token=x\nlevel=app\n", 0);
    assert_ignored(rig, too_long, 0);
}

static void
test_time(FirnTestHookRig *rig, gconstpointer data)
{
    assert_ignored(rig, "token=x\n", 62);
    assert_ignored(rig, "token=x\n", -10);
    g_assert_cmpstr(take_after(rig, 0600, "token=x\n", 55).token, ==, "x");
}

static void
test_open_folder(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *folder = firn_test_hook_rig_path(rig, FIRN_RUN_DIR);
    FirnRequest request = {.deadman_s = 30};

    firn_test_hook_rig_write(rig, FIRN_REQUEST_PATH, 0600, "token=x\n");
    g_assert_no_errno(g_chmod(folder, 0755));
    firn_request_take(&request, &rig->paths, time(NULL));
    g_assert_cmpstr(request.token, ==, "");
}

static void
test_link(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *folder = firn_test_hook_rig_path(rig, FIRN_RUN_DIR);
    g_autofree char *path = firn_test_hook_rig_path(rig, FIRN_REQUEST_PATH);
    FirnRequest request = {.deadman_s = 30};

    g_assert_no_errno(g_chmod(folder, 0700));
    firn_test_hook_rig_write(rig, "/etc/other", 0600, "token=x\n");
    g_assert_no_errno(symlink("/etc/other", path));
    firn_request_take(&request, &rig->paths, time(NULL));
    g_assert_cmpstr(request.token, ==, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("request/taken", test_taken);
    FIRN_TEST_WITH_RIG("request/none", test_none);
    FIRN_TEST_WITH_RIG("request/wrong", test_wrong);
    FIRN_TEST_WITH_RIG("request/time", test_time);
    FIRN_TEST_WITH_RIG("request/open-folder", test_open_folder);
    FIRN_TEST_WITH_RIG("request/link", test_link);
    return g_test_run();
}
