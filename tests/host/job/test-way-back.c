/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "way-back.h"

#include <string.h>
#include <sys/wait.h>

#include "disk-image.h"
#include "host-error.h"
#include "image-tool.h"
#include "job-rig.h"
#include "recover.h"

/* A VM whose going back was interrupted: its disks hold 0xbb, and held 0xaa at the target. */
typedef struct {
    FirnTestJobRig job;
    FirnSnapshot *target;  /* (owned) */
    FirnSnapshot *present; /* (owned) */
} Fixture;

static void
run_on(Fixture *fixture, const char *target, const char *command, const char *tag)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);

    if (tag != NULL)
        g_free(firn_test_disk_image_run("qemu-img", "snapshot", command, tag, path, NULL));
    else
        g_free(firn_test_disk_image_run("qemu-io", "-f", "qcow2", "-c", command, path, NULL));
}

static void
run_on_both(Fixture *fixture, const char *command, const char *tag)
{
    run_on(fixture, "vda", command, tag);
    run_on(fixture, "vdb", command, tag);
}

static FirnSnapshot *
new_record(Fixture *fixture, const char *name)
{
    FirnSnapshot *record = firn_snapshot_new(name, NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));

    for (guint i = 0; i < 2; i++) {
        g_autofree char *target = g_strdup_printf("vd%c", 'a' + i);
        g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);

        firn_snapshot_add_disk(record, target, "qcow2", path, 1024 * 1024);
    }
    return record;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    fixture->target = new_record(fixture, "a");
    fixture->present = new_record(fixture, "undo");
    run_on_both(fixture, "write -P 0xaa 0 64k", NULL);
    run_on_both(fixture, "-c", fixture->target->tag);
    run_on_both(fixture, "write -P 0xbb 0 64k", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_tear_down(&fixture->job, NULL);
    firn_snapshot_unref(fixture->target);
    firn_snapshot_unref(fixture->present);
}

static void
assert_disk(Fixture *fixture, const char *target, const char *bytes, guint n_tags)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);
    g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(path);
    g_autofree char *text =
        firn_test_disk_image_run("qemu-io", "-f", "qcow2", "-r", "-c", "read -v 0 16", path, NULL);

    g_assert_nonnull(strstr(text, bytes));
    g_assert_cmpuint(g_strv_length(tags), ==, n_tags);
}

static void
assert_as_before(Fixture *fixture)
{
    assert_disk(fixture, "vda", "bb bb", 1);
    assert_disk(fixture, "vdb", "bb bb", 1);
}

static void
take(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    firn_way_back_take(fixture->job.rig.vm, fixture->job.backend, fixture->present, "off", &error);
    g_assert_no_error(error);
}

static void
test_untouched(Fixture *fixture, gconstpointer data)
{
    take(fixture);
    assert_as_before(fixture);
}

/* Interrupted while the present was being kept: nothing has gone back. */
static void
test_half_kept(Fixture *fixture, gconstpointer data)
{
    run_on(fixture, "vda", "-c", fixture->present->tag);
    take(fixture);
    assert_as_before(fixture);
}

static void
test_half_reverted(Fixture *fixture, gconstpointer data)
{
    run_on_both(fixture, "-c", fixture->present->tag);
    run_on(fixture, "vda", "-a", fixture->target->tag);
    assert_disk(fixture, "vda", "aa aa", 2);
    take(fixture);
    assert_as_before(fixture);
    take(fixture);
    assert_as_before(fixture);
}

static void
go_all_the_way(Fixture *fixture)
{
    run_on_both(fixture, "-c", fixture->present->tag);
    run_on_both(fixture, "-a", fixture->target->tag);
}

/* As a QEMU that has hung up, and is about to end. */
static GPid
hold_for_a_second(Fixture *fixture)
{
    g_autofree char *path = g_strdup_printf("%s/vda.qcow2", fixture->job.rig.folder);
    const char *const words[] = {"qemu-io", "-f", "qcow2", "-c", "sleep 1000", path, NULL};
    g_autoptr(FirnDisk) disk = firn_disk_new("vda", "qcow2");
    GPid holder = 0;

    disk->path = g_strdup(path);
    g_assert_true(
        g_spawn_async(NULL,
                      (char **)words,
                      NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                      NULL,
                      NULL,
                      &holder,
                      NULL));
    while (firn_image_tool_check_unused(disk, NULL))
        g_thread_yield();
    return holder;
}

static void
test_about_to_end(Fixture *fixture, gconstpointer data)
{
    GPid holder;

    go_all_the_way(fixture);
    holder = hold_for_a_second(fixture);
    take(fixture);
    assert_as_before(fixture);
    waitpid(holder, NULL, 0);
}

static void
begin(Fixture *fixture)
{
    g_autoptr(FirnIntent) intent = firn_intent_new(FIRN_INTENT_KIND_RESTORE,
                                                   firn_vm_get_uuid(fixture->job.rig.vm),
                                                   "web1",
                                                   fixture->present);

    firn_intent_set_restore(intent,
                            &(FirnIntentRestore){fixture->target->uuid,
                                                 fixture->target->name,
                                                 (char *)"off",
                                                 (char *)"off"});
    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
}

static void
assert_recovered(Fixture *fixture, guint completed, guint rolled_back)
{
    FirnRecovery recovery;

    g_assert_true(firn_recover_intents(fixture->job.rig.vm, fixture->job.backend, &recovery, NULL));
    g_assert_cmpuint(recovery.completed, ==, completed);
    g_assert_cmpuint(recovery.rolled_back, ==, rolled_back);
    firn_test_job_rig_assert_intents(&fixture->job, "");
}

static void
test_recovered_before_the_record(Fixture *fixture, gconstpointer data)
{
    begin(fixture);
    go_all_the_way(fixture);
    assert_recovered(fixture, 0, 1);
    assert_as_before(fixture);
}

/* Once that is recorded it has gone back, and can be undone. */
static void
test_recovered_after_the_record(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnUndoPoint) undo =
        firn_undo_point_new(fixture->present, fixture->target->uuid, "off");

    begin(fixture);
    go_all_the_way(fixture);
    g_assert_true(firn_catalogue_go_back(fixture->job.rig.catalogue, NULL, undo, NULL));
    assert_recovered(fixture, 1, 0);
    assert_disk(fixture, "vda", "aa aa", 2);
    assert_disk(fixture, "vdb", "aa aa", 2);
}

/* What is still needed for undoing is not taken away by an old note. */
static void
test_forgetting(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnUndoPoint) undo =
        firn_undo_point_new(fixture->present, fixture->target->uuid, "off");
    g_autoptr(FirnIntent) intent = firn_intent_new(FIRN_INTENT_KIND_FORGET,
                                                   firn_vm_get_uuid(fixture->job.rig.vm),
                                                   "web1",
                                                   fixture->present);

    run_on_both(fixture, "-c", fixture->present->tag);
    g_assert_true(firn_catalogue_go_back(fixture->job.rig.catalogue, NULL, undo, NULL));
    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
    assert_recovered(fixture, 1, 0);
    assert_disk(fixture, "vda", "bb bb", 2);
    g_assert_true(firn_catalogue_forget_undo(fixture->job.rig.catalogue, NULL));
    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
    assert_recovered(fixture, 1, 0);
    assert_as_before(fixture);
}

/* Somebody has started it meanwhile; what its guest writes is not thrown away. */
static void
test_started(FirnTestJobRig *job, gconstpointer data)
{
    Fixture fixture = {.job = *job};
    g_autoptr(FirnSnapshot) present = fixture.present = new_record(&fixture, "undo");
    g_autoptr(GError) error = NULL;

    firn_test_fake_monitor_add_snapshot(job->rig.monitor, "vda", present->tag);
    firn_test_fake_monitor_add_snapshot(job->rig.monitor, "vdb", present->tag);
    g_assert_false(firn_way_back_take(job->rig.vm, job->backend, present, "off", &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
    firn_test_job_rig_assert_tags(job, present->tag);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/job/way-back/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("untouched", test_untouched);
    TEST("half-kept", test_half_kept);
    TEST("half-reverted", test_half_reverted);
    TEST("about-to-end", test_about_to_end);
    TEST("recovered/before-the-record", test_recovered_before_the_record);
    TEST("recovered/after-the-record", test_recovered_after_the_record);
    TEST("forgetting", test_forgetting);
    g_test_add("/job/way-back/started-by-somebody",
               FirnTestJobRig,
               NULL,
               firn_test_job_rig_set_up,
               test_started,
               firn_test_job_rig_tear_down);
    return g_test_run();
}
