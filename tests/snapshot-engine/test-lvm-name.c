/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-name.h"

#include "scratch-dir.h"

static void
assert_split(const char *path, const char *vg, const char *lv)
{
    g_autofree char *found_vg = NULL;
    g_autofree char *found_lv = NULL;

    g_assert_true(firn_lvm_name_split(path, &found_vg, &found_lv));
    g_assert_cmpstr(found_vg, ==, vg);
    g_assert_cmpstr(found_lv, ==, lv);
}

static void
assert_not_split(const char *path)
{
    char *vg = NULL;
    char *lv = NULL;

    g_assert_false(firn_lvm_name_split(path, &vg, &lv));
    g_assert_null(vg);
    g_assert_null(lv);
}

static void
test_split(void)
{
    assert_split("/dev/vg0/web1", "vg0", "web1");
    assert_split("/dev/mapper/vg0-web1", "vg0", "web1");
    assert_split("/dev/mapper/a--vg-web--1--x", "a-vg", "web-1-x");
    assert_not_split("/dev/sda");
    assert_not_split("/dev/vg0/");
    assert_not_split("/dev/vg0/web1/x");
    assert_not_split("dev/vg0/web1");
    assert_not_split("/srv/vg0/web1");
    assert_not_split("/dev/mapper/control");
    assert_not_split("/dev/mapper/vg0-web1-real");
    assert_not_split("/dev/mapper/-web1");
}

/* The kernel is asked where there is a device, and the path where there is nothing. */
static void
test_find(void)
{
    g_autoptr(FirnTestScratchDir) scratch = firn_test_scratch_dir_new();
    g_autofree char *file =
        g_build_filename(firn_test_scratch_dir_get_path(scratch), "image", NULL);
    g_autofree char *vg = NULL;
    g_autofree char *lv = NULL;

    g_assert_true(g_file_set_contents(file, "", 0, NULL));
    g_assert_false(firn_lvm_name_find(file, &vg, &lv));
    g_assert_false(firn_lvm_name_find("/dev/null", &vg, &lv));
    g_assert_true(firn_lvm_name_find("/dev/no-such-vg/disk", &vg, &lv));
    g_assert_cmpstr(vg, ==, "no-such-vg");
}

static void
test_snapshot(void)
{
    g_autofree char *name = firn_lvm_name_of_snapshot("web-1", "before.0123abcd");

    g_assert_cmpstr(name, ==, "web-1.firn.0123abcd");
}

static void
test_length(void)
{
    g_autofree char *plain = g_strnfill(110, 'a');
    g_autofree char *dashes = g_strnfill(60, '-');

    g_assert_true(firn_lvm_name_fits("vg", plain));
    g_assert_false(firn_lvm_name_fits("a-long-vg", plain));
    g_assert_false(firn_lvm_name_fits("vg", dashes));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lvm-name/split", test_split);
    g_test_add_func("/lvm-name/find", test_find);
    g_test_add_func("/lvm-name/of-snapshot", test_snapshot);
    g_test_add_func("/lvm-name/length", test_length);
    return g_test_run();
}
