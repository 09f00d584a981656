/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-exclusion.h"

typedef struct {
    GPtrArray *blockers; /* (owned) one of a disk, one of something else */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->blockers = firn_blockers_new();
    firn_blockers_add_disk(fixture->blockers, "DiskNotSupported", "vdb", "convert it", "is raw");
    firn_blockers_add(fixture->blockers, "VmRunning", "VM", "shut it down", "it runs");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_ptr_array_unref(fixture->blockers);
}

static void
assert_remedies(Fixture *fixture, const char *of_disk)
{
    g_assert_cmpstr(((FirnBlocker *)fixture->blockers->pdata[0])->remedy, ==, of_disk);
    g_assert_cmpstr(((FirnBlocker *)fixture->blockers->pdata[1])->remedy, ==, "shut it down");
}

static void
test_create(Fixture *fixture, gconstpointer data)
{
    firn_disk_exclusion_advise_create(fixture->blockers);
    assert_remedies(fixture, "convert it; or exclude it with --exclude-disk=vdb");
}

static void
test_restore(Fixture *fixture, gconstpointer data)
{
    firn_disk_exclusion_advise_restore(fixture->blockers);
    assert_remedies(fixture, "convert it; or restore only the other disks with --disk");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/job/leaving-out/create", Fixture, NULL, set_up, test_create, tear_down);
    g_test_add("/job/leaving-out/restore", Fixture, NULL, set_up, test_restore, tear_down);
    return g_test_run();
}
