/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-check.h"

#include <glib/gstdio.h>
#include <stdlib.h>

#include "hook-rig.h"
#include "protocol.h"

typedef unsigned (*Report)(const FirnPaths *paths, FILE *out);

static char *
run(FirnTestHookRig *rig, Report report, unsigned *out_status)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    *out_status = report(&rig->paths, out);
    fclose(out);
    return text;
}

static void
test_list(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *path = firn_test_hook_rig_path(rig, "/etc/firn/hooks.d/20-b");
    g_autofree char *text = NULL;
    unsigned status;

    firn_test_hook_rig_write_hook(rig, "10-a", "", "Mode=session\nLevel=app\nCritical=no\n");
    firn_test_hook_rig_write_hook(rig, "20-b", "", NULL);
    g_assert_no_errno(g_chmod(path, 0777));
    text = run(rig, firn_hook_list, &status);
    g_assert_cmpuint(status, ==, FIRN_EXIT_OK);
    firn_test_assert_in(
        text,
        "10-a                     session  not-critical app      /etc/firn/hooks.d/10-a\n20-b");
    firn_test_assert_in(text, "oneshot  critical     none     /etc/firn/hooks.d/20-b  refused: ");
}

static void
test_list_untrusted(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *path = firn_test_hook_rig_path(rig, "/etc/firn/hooks.d");
    g_autofree char *text = NULL;
    unsigned status;

    g_assert_no_errno(g_chmod(path, 0777));
    text = run(rig, firn_hook_list, &status);
    g_assert_cmpuint(status, ==, FIRN_EXIT_CONFIG);
    firn_test_assert_in(text, "may be written by others");
}

static void
test_check(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *path = firn_test_hook_rig_path(rig, "/etc/firn/hooks.d/20-b");
    g_autofree char *text = NULL;
    unsigned status;

    firn_test_hook_rig_write_hook(rig, "20-b", "", NULL);
    g_assert_no_errno(g_chmod(path, 0777));
    text = run(rig, firn_hook_check, &status);
    g_assert_cmpuint(status, ==, FIRN_EXIT_CONFIG);
    firn_test_assert_in(text, "20-b is refused: ");
    firn_test_assert_in(text, "is firn-guard.service running?");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIRN_TEST_WITH_RIG("hook-check/list", test_list);
    FIRN_TEST_WITH_RIG("hook-check/list-untrusted", test_list_untrusted);
    FIRN_TEST_WITH_RIG("hook-check/check", test_check);
    return g_test_run();
}
