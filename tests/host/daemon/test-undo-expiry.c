/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "undo-expiry.h"

#include "catalogue-change.h"
#include "job-rig.h"

#define DAY FIRN_UNDO_EXPIRY_US
#define NOW G_GINT64_CONSTANT(1800000000000000)

typedef struct {
    FirnTestJobRig rig;
    FirnRunCount count;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->rig, data);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_free(fixture->count.undo);
    firn_test_job_rig_tear_down(&fixture->rig, data);
}

/* The restore was long ago. */
static char *
keep(Fixture *fixture)
{
    g_autoptr(FirnSnapshot) present =
        firn_snapshot_new("undo", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autoptr(FirnUndoPoint) undo = NULL;

    present->created_us = g_get_real_time() - 3 * DAY;
    undo = firn_undo_point_new(present, present->uuid, "off");
    g_assert_true(FIRN_TEST_SET(fixture->rig.rig.catalogue,
                                NULL,
                                firn_catalogue_transaction_restore(change, NULL, undo)));
    return g_strdup(present->uuid);
}

static gint64
look(Fixture *fixture, gint64 now_us)
{
    return firn_run_count_look(&fixture->count, fixture->rig.rig.vm, now_us);
}

static void
test_nothing(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(look(fixture, NOW), ==, -1);
    g_assert_cmpint(look(fixture, NOW + 2 * DAY), ==, -1);
}

/* Time before this firnd, or by the wall clock, does not count. */
static void
test_first_sight(Fixture *fixture, gconstpointer data)
{
    g_free(keep(fixture));
    g_assert_cmpint(look(fixture, NOW), ==, DAY);
}

static void
test_running(Fixture *fixture, gconstpointer data)
{
    g_free(keep(fixture));
    look(fixture, NOW);
    g_assert_cmpint(look(fixture, NOW + 5), ==, DAY - 5);
    g_assert_cmpint(look(fixture, NOW + DAY), ==, 0);
}

static void
test_saved(Fixture *fixture, gconstpointer data)
{
    g_autofree char *uuid = keep(fixture);

    look(fixture, NOW);
    g_assert_true(FIRN_TEST_SET(fixture->rig.rig.catalogue,
                                NULL,
                                firn_catalogue_transaction_add_undo_run(change, uuid, DAY - 7)));
    g_assert_cmpint(look(fixture, NOW + 5), ==, 2);
}

/* While the VM is off, its user cannot have checked the restored state. */
static void
test_off(Fixture *fixture, gconstpointer data)
{
    g_free(keep(fixture));
    firn_test_vm_rig_end_qemu(&fixture->rig.rig);
    g_assert_cmpint(look(fixture, NOW), ==, -1);
    g_assert_cmpint(look(fixture, NOW + 3 * DAY), ==, -1);
    g_assert_cmpint(fixture->count.unsaved_us, ==, 0);
}

static void
be_unknown(gpointer data)
{
    firn_vm_set_state(data, FIRN_VM_STATE_UNKNOWN, "unknown");
}

static void
be_running(gpointer data)
{
    firn_vm_set_state(data, FIRN_VM_STATE_RUNNING, "running");
}

static void
test_unknown(Fixture *fixture, gconstpointer data)
{
    g_free(keep(fixture));
    firn_test_loop_thread_call(be_unknown, fixture->rig.rig.vm);
    g_assert_cmpint(look(fixture, NOW), ==, -1);
    firn_test_loop_thread_call(be_running, fixture->rig.rig.vm);
    g_assert_cmpint(look(fixture, NOW + 2 * DAY), ==, DAY);
}

/* The undo point was replaced by another one, for which nothing was counted. */
static void
test_gone_back_again(Fixture *fixture, gconstpointer data)
{
    g_free(keep(fixture));
    look(fixture, NOW);
    look(fixture, NOW + 5);
    g_free(keep(fixture));
    g_assert_cmpint(look(fixture, NOW + 9), ==, DAY);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/undo-grace/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("nothing", test_nothing);
    TEST("first-sight", test_first_sight);
    TEST("running", test_running);
    TEST("saved", test_saved);
    TEST("off", test_off);
    TEST("unknown", test_unknown);
    TEST("gone-back-again", test_gone_back_again);
    return g_test_run();
}
