/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "undo-grace.h"

#include "job-rig.h"

#define DAY FIRN_UNDO_GRACE_US
#define NOW G_GINT64_CONSTANT(1800000000000000)

static void
keep(FirnTestJobRig *rig, gint64 since_us)
{
    g_autoptr(FirnSnapshot) present =
        firn_snapshot_new("undo", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autoptr(FirnUndoPoint) undo = NULL;

    present->created_us = since_us;
    undo = firn_undo_point_new(present, present->uuid, "off");
    g_assert_true(firn_catalogue_go_back(rig->rig.catalogue, NULL, undo, NULL));
}

static void
test_nothing(FirnTestJobRig *rig, gconstpointer data)
{
    g_assert_cmpint(firn_undo_grace_get_left_us(rig->rig.vm, NOW - DAY, NOW), ==, -1);
}

static void
test_running(FirnTestJobRig *rig, gconstpointer data)
{
    keep(rig, NOW - 5);
    g_assert_cmpint(firn_undo_grace_get_left_us(rig->rig.vm, NOW - DAY, NOW),
                    ==,
                    FIRN_UNDO_GRACE_US - 5);
    keep(rig, NOW - FIRN_UNDO_GRACE_US - 5);
    g_assert_cmpint(firn_undo_grace_get_left_us(rig->rig.vm, NOW - DAY, NOW), ==, 0);
}

/* It has gone back on Monday, and was started on Thursday. */
static void
test_started_late(FirnTestJobRig *rig, gconstpointer data)
{
    keep(rig, NOW - 3 * DAY);
    g_assert_cmpint(firn_undo_grace_get_left_us(rig->rig.vm, NOW - 5, NOW), ==, DAY - 5);
}

/* Whoever has not looked at what the VM has gone back to may yet find that it was a mistake. */
static void
test_off(FirnTestJobRig *rig, gconstpointer data)
{
    keep(rig, NOW - FIRN_UNDO_GRACE_US - 5);
    firn_test_vm_rig_end_qemu(&rig->rig);
    g_assert_cmpint(firn_undo_grace_get_left_us(rig->rig.vm, NOW - DAY, NOW), ==, -1);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/undo-grace/" topic,                                                               \
               FirnTestJobRig,                                                                     \
               NULL,                                                                               \
               firn_test_job_rig_set_up,                                                           \
               function,                                                                           \
               firn_test_job_rig_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("nothing", test_nothing);
    TEST("running", test_running);
    TEST("started-late", test_started_late);
    TEST("off", test_off);
    return g_test_run();
}
