/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-tool.h"

#include "engine-error.h"
#include "lvm-rig.h"

#define WAIT_S 60

static void
test_list(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) lvs = firn_lvm_tool_list("test-vg", &error);
    const FirnLv *lv;

    g_assert_no_error(error);
    g_assert_cmpuint(lvs->len, ==, 1);
    lv = lvs->pdata[0];
    g_assert_cmpstr(lv->name, ==, "a");
    g_assert_cmpint(lv->kind, ==, FIRN_LV_KIND_THICK);
    g_assert_true(lv->is_active);
    g_assert_cmpuint(lv->device, !=, 0);
}

static void
test_unknown_group(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_lvm_tool_list("no-such-vg", &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
}

static void
assert_change_fails(const char *const *arguments, FirnEngineError code)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_lvm_tool_change(arguments, WAIT_S * 1000, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, (gint)code);
}

static void
test_refusals(void)
{
    const char *again[] = {"lvcreate", "-L", "4M", "-n", "a", "test-vg", NULL};
    const char *large[] = {"lvcreate", "-L", "4T", "-n", "b", "test-vg", NULL};

    assert_change_fails(again, FIRN_ENGINE_ERROR_EXISTS);
    assert_change_fails(large, FIRN_ENGINE_ERROR_NO_SPACE);
}

static gboolean
has_lv(const char *name)
{
    g_autoptr(GPtrArray) lvs = firn_lvm_tool_list("test-vg", NULL);

    for (guint i = 0; lvs != NULL && i < lvs->len; i++)
        if (g_str_equal(((FirnLv *)lvs->pdata[i])->name, name))
            return TRUE;
    return FALSE;
}

/* A wrapper stands in for a command that waits for udev, as they do: the caller has its answer in
 * time, and the command is not killed. */
static void
test_hanging(void)
{
    const char *arguments[] = {"lvcreate", "-Wn", "-L", "4M", "-n", "late", "test-vg", NULL};
    gint64 end_us = g_get_monotonic_time() + WAIT_S * G_USEC_PER_SEC;
    g_autoptr(GError) error = NULL;

    firn_lvm_rig_do_run("mkfifo /tmp/gate && printf '#!/bin/sh\nread line </tmp/gate\n"
                        "exec /sbin/lvm \"$@\"\n' >/usr/local/sbin/lvm && "
                        "chmod +x /usr/local/sbin/lvm");
    g_assert_false(firn_lvm_tool_change(arguments, 500, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
    firn_lvm_rig_do_run("rm /usr/local/sbin/lvm && echo go >/tmp/gate");
    while (!has_lv("late"))
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_lvm_rig_do_run("lvm pvcreate -q /dev/vda && lvm vgcreate -q test-vg /dev/vda && "
                        "lvm lvcreate -q -y -Wn -L 8M -n a test-vg");
    g_test_add_func("/lvm-tool/list", test_list);
    g_test_add_func("/lvm-tool/unknown-group", test_unknown_group);
    g_test_add_func("/lvm-tool/refusals", test_refusals);
    g_test_add_func("/lvm-tool/hanging", test_hanging);
    return g_test_run();
}
