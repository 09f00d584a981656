/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "before-snapshot.h"

#include "catalogue-change.h"
#include "job-rig.h"

static FirnSnapshot *
new_record(FirnTestJobRig *rig, const char *name, const char *parent)
{
    FirnSnapshot *record = firn_snapshot_new(name, parent, firn_evidence_new(FIRN_QUIESCE_NEVER));

    firn_snapshot_add_disk(record, "vda", "qcow2", "/srv/vda.qcow2", 1024 * 1024);
    return record;
}

static char *
salvage(FirnTestJobRig *rig, FirnSnapshot *present)
{
    const FirnIntentRestore restore = {present->uuid,
                                       (char *)"s1",
                                       (char *)"running",
                                       (char *)"off",
                                       0};
    g_autoptr(GError) error = NULL;
    char *command = NULL;

    g_assert_true(firn_before_snapshot_keep(rig->rig.vm, present, &restore, &command, &error));
    g_assert_no_error(error);
    return command;
}

static void
assert_undo(FirnTestJobRig *rig, const FirnSnapshot *expected)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(rig->rig.catalogue);

    g_assert_cmpstr(undo->snapshot->uuid, ==, expected->uuid);
    g_assert_cmpstr(undo->run_state, ==, "running");
}

static void
test_for_undo(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnSnapshot) present = new_record(rig, "undo", NULL);
    g_autofree char *command = salvage(rig, present);

    g_assert_cmpstr(command, ==, "firn undo web1");
    assert_undo(rig, present);
    g_assert_cmpuint(firn_catalogue_count(rig->rig.catalogue), ==, 0);
}

static void
limit(FirnTestJobRig *rig, guint max_snapshots)
{
    FirnPolicy policy;

    firn_catalogue_get_policy(rig->rig.catalogue, &policy);
    policy.max_snapshots = max_snapshots;
    g_assert_true(FIRN_TEST_SET(rig->rig.catalogue, NULL, change->policy = policy));
}

/* Neither replaces the other, not even when the policy's limit is reached. */
static void
test_beside_older(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnSnapshot) base = new_record(rig, "base", NULL);
    g_autoptr(FirnSnapshot) older = new_record(rig, "undo", NULL);
    g_autoptr(FirnSnapshot) present = new_record(rig, "undo", base->uuid);
    g_autoptr(FirnSnapshot) again = new_record(rig, "undo", older->uuid);
    g_autoptr(FirnSnapshot) kept = NULL;
    g_autoptr(FirnSnapshot) orphan = NULL;
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    g_autofree char *third = NULL;
    g_autofree char *current = NULL;

    g_assert_true(FIRN_TEST_CHANGE(rig->rig.catalogue, NULL, add, base));
    limit(rig, 1);
    first = salvage(rig, older);
    second = salvage(rig, present);
    third = salvage(rig, again);
    g_assert_cmpstr(second, ==, "firn restore web1 before-s1");
    g_assert_cmpstr(third, ==, "firn restore web1 before-s1-2");
    assert_undo(rig, older);
    kept = firn_catalogue_lookup(rig->rig.catalogue, "before-s1", NULL);
    g_assert_cmpstr(kept->tag, ==, present->tag);
    g_assert_cmpstr(kept->parent, ==, base->uuid);
    orphan = firn_catalogue_lookup(rig->rig.catalogue, "before-s1-2", NULL);
    g_assert_null(orphan->parent);
    current = firn_catalogue_dup_current(rig->rig.catalogue);
    g_assert_cmpstr(current, ==, base->uuid);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/job/salvage/" topic,                                                              \
               FirnTestJobRig,                                                                     \
               NULL,                                                                               \
               firn_test_job_rig_set_up,                                                           \
               function,                                                                           \
               firn_test_job_rig_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("for-undo", test_for_undo);
    TEST("beside-older", test_beside_older);
    return g_test_run();
}
