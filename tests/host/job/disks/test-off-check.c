/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "off-check.h"

#include "disk-image.h"
#include "host-error.h"
#include "indication.h"
#include "job-rig.h"
#include "last-run.h"

static void
assert_tags(FirnTestJobRig *self, const char *expected)
{
    g_autofree char *path = g_strdup_printf("%s/vda.qcow2", self->rig.folder);
    g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(path);

    g_assert_cmpstr(tags[0], ==, expected);
}

static FirnCreateParams *
kill_and_ask(FirnTestJobRig *self, FirnQuiesce quiesce, gboolean accepts_unclean)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, quiesce);

    firn_test_vm_rig_kill_qemu(&self->rig);
    params->accepts_unclean = accepts_unclean;
    return params;
}

static void
test_killed_is_refused(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job =
        firn_test_job_rig_create(self, kill_and_ask(self, FIRN_QUIESCE_REQUIRE, FALSE));

    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_NEEDS_FORCE);
    g_assert_cmpuint(firn_catalogue_count(self->rig.catalogue), ==, 0);
    assert_tags(self, NULL);
}

static void
test_killed_is_crash(FirnTestJobRig *self, gconstpointer data)
{
    FirnQuiesce quiesce = GPOINTER_TO_INT(data);
    g_autoptr(FirnJob) job =
        firn_test_job_rig_create(self,
                                 kill_and_ask(self, quiesce, quiesce == FIRN_QUIESCE_REQUIRE));
    g_autoptr(FirnSnapshot) snapshot = NULL;

    g_assert_no_error(firn_job_get_error(job));
    snapshot = firn_catalogue_lookup(self->rig.catalogue, "@latest", NULL);
    g_assert_nonnull(snapshot);
    g_assert_cmpint(snapshot->verdict, ==, FIRN_VERDICT_CRASH);
    g_assert_true(firn_evidence_has(snapshot->evidence, FIRN_INDICATION_OFF_UNCLEAN));
    assert_tags(self, snapshot->tag);
}

/* A second snapshot is not better than the first. */
static void
test_killed_stays_crash(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) first =
        firn_test_job_rig_create(self, kill_and_ask(self, FIRN_QUIESCE_TRY, FALSE));
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_TRY);
    g_autoptr(FirnJob) second = NULL;
    g_autoptr(GVariant) result = NULL;
    const char *verdict;

    params->name = g_strdup("second");
    second = firn_test_job_rig_create(self, params);
    g_assert_no_error(firn_job_get_error(second));
    result = firn_job_dup_result(second);
    g_assert_true(g_variant_lookup(result, "verdict", "&s", &verdict));
    g_assert_cmpstr(verdict, ==, "crash");
}

/* The disks look as if a guest were still using them, whatever QEMU has reported. */
static void
test_left_open(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(GPtrArray) disks = firn_disks_new();
    g_autoptr(FirnEvidence) evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    FirnDisk *disk = firn_disk_new("vda", "qcow2");

    firn_test_vm_rig_end_qemu(&self->rig);
    g_ptr_array_add(disks, disk);
    g_assert_cmpint(firn_off_check(self->rig.vm, disks, evidence), ==, FIRN_RUN_END_SHUT_DOWN);
    g_assert_cmpuint(evidence->indications->len, ==, 0);
    disk->is_left_open = TRUE;
    g_assert_cmpint(firn_off_check(self->rig.vm, disks, evidence), ==, FIRN_RUN_END_UNCLEAN);
    g_assert_true(firn_evidence_has(evidence, FIRN_INDICATION_OFF_UNCLEAN));
}

static FirnRunEnd
judge(FirnTestJobRig *self, FirnVerdict verdict, gboolean is_partial)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_snapshot_new("then", NULL, firn_evidence_new(FIRN_QUIESCE_REQUIRE));

    snapshot->verdict = verdict;
    return firn_off_check_judge_revert(self->rig.vm, snapshot, is_partial);
}

/* The disks hold what the snapshot holds, however the last run ended. */
static void
test_going_back(FirnTestJobRig *self, gconstpointer data)
{
    firn_test_vm_rig_kill_qemu(&self->rig);
    g_assert_cmpint(judge(self, FIRN_VERDICT_OFFLINE, FALSE), ==, FIRN_RUN_END_SHUT_DOWN);
    g_assert_cmpint(judge(self, FIRN_VERDICT_FILESYSTEM, FALSE), ==, FIRN_RUN_END_FILESYSTEM);
    g_assert_cmpint(judge(self, FIRN_VERDICT_APPLICATION, FALSE), ==, FIRN_RUN_END_APPLICATION);
    g_assert_cmpint(judge(self, FIRN_VERDICT_CRASH, FALSE), ==, FIRN_RUN_END_UNCLEAN);
    g_assert_cmpint(judge(self, FIRN_VERDICT_MEMORY, FALSE), ==, FIRN_RUN_END_UNCLEAN);
    g_assert_cmpint(judge(self, FIRN_VERDICT_OFFLINE, TRUE), ==, FIRN_RUN_END_UNCLEAN);
    g_assert_cmpint(judge(self, FIRN_VERDICT_FILESYSTEM, TRUE), ==, FIRN_RUN_END_UNCLEAN);
}

/* If one disk is of a guest that shut down and the other of a frozen one, the weaker verdict holds
 * for both. */
static void
test_going_back_partly(FirnTestJobRig *self, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&self->rig);
    g_assert_cmpint(judge(self, FIRN_VERDICT_OFFLINE, TRUE), ==, FIRN_RUN_END_SHUT_DOWN);
    g_assert_cmpint(judge(self, FIRN_VERDICT_FILESYSTEM, TRUE), ==, FIRN_RUN_END_FILESYSTEM);
    g_assert_cmpint(judge(self, FIRN_VERDICT_CRASH, TRUE), ==, FIRN_RUN_END_UNCLEAN);
    firn_last_run_note_revert(self->rig.vm, FIRN_RUN_END_FILESYSTEM);
    g_assert_cmpint(judge(self, FIRN_VERDICT_OFFLINE, TRUE), ==, FIRN_RUN_END_FILESYSTEM);
}

/* Disks restored to those of a frozen guest are as good as those, and no guest has shut down. */
static void
test_snapshot_of_what_went_back(FirnTestJobRig *self, gconstpointer data)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(FirnSnapshot) snapshot = NULL;

    firn_test_vm_rig_end_qemu(&self->rig);
    firn_last_run_hold(self->rig.vm);
    firn_last_run_note_revert(self->rig.vm, FIRN_RUN_END_FILESYSTEM);
    firn_last_run_release(self->rig.vm);
    job = firn_test_job_rig_create(self, params);
    g_assert_no_error(firn_job_get_error(job));
    snapshot = firn_catalogue_lookup(self->rig.catalogue, "@latest", NULL);
    g_assert_cmpint(snapshot->verdict, ==, FIRN_VERDICT_FILESYSTEM);
    g_assert_true(firn_evidence_has(snapshot->evidence, FIRN_INDICATION_OFF_FILESYSTEM));
}

#define TEST(topic, data, function)                                                                \
    g_test_add("/job/off-check/" topic,                                                            \
               FirnTestJobRig,                                                                     \
               GINT_TO_POINTER(data),                                                              \
               firn_test_job_rig_set_up,                                                           \
               function,                                                                           \
               firn_test_job_rig_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("killed-is-refused", 0, test_killed_is_refused);
    TEST("killed-and-accepted-is-crash", FIRN_QUIESCE_REQUIRE, test_killed_is_crash);
    TEST("killed-is-crash-for-try", FIRN_QUIESCE_TRY, test_killed_is_crash);
    TEST("killed-is-crash-for-never", FIRN_QUIESCE_NEVER, test_killed_is_crash);
    TEST("killed-stays-crash", 0, test_killed_stays_crash);
    TEST("left-open", 0, test_left_open);
    TEST("going-back", 0, test_going_back);
    TEST("going-back-partly", 0, test_going_back_partly);
    TEST("snapshot-of-what-went-back", 0, test_snapshot_of_what_went_back);
    return g_test_run();
}
