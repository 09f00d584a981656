/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-rollback.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#include "catalogue-change.h"
#include "disk-image.h"
#include "host-error.h"
#include "image-tool.h"
#include "job-rig.h"
#include "recover.h"

/* A VM whose restore was interrupted: its disks hold 0xbb, and held 0xaa at the target. */
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

static FirnIntentRestore
describe(Fixture *fixture, const char *run_before)
{
    return (FirnIntentRestore){fixture->target->uuid,
                               fixture->target->name,
                               (char *)run_before,
                               (char *)"off"};
}

static gboolean
try_to_take(Fixture *fixture, const char *run_before, char **out_command, GError **error)
{
    const FirnIntentRestore restore = describe(fixture, run_before);

    return firn_restore_rollback_run(fixture->job.rig.vm,
                                     fixture->job.backend,
                                     fixture->present,
                                     &restore,
                                     out_command,
                                     error);
}

static void
take(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *command = NULL;

    try_to_take(fixture, "off", &command, &error);
    g_assert_no_error(error);
    g_assert_null(command);
}

static void
test_untouched(Fixture *fixture, gconstpointer data)
{
    take(fixture);
    assert_as_before(fixture);
}

/* Interrupted while the current state was being saved: nothing was reverted. */
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

/* Like a QEMU that has closed its monitor and is exiting. */
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
    FirnIntentRestore restore;

    restore = describe(fixture, "off");
    firn_intent_set_restore(intent, &restore);
    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
}

static void
assert_recovered(Fixture *fixture, guint completed, guint rolled_back)
{
    FirnRecovery recovery;

    g_assert_true(
        firn_recover_intents(fixture->job.rig.vm, fixture->job.backend, NULL, &recovery, NULL));
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

/* Once the restore is recorded it is complete, and can be undone. */
static void
test_recovered_after_the_record(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnUndoPoint) undo =
        firn_undo_point_new(fixture->present, fixture->target->uuid, "off");

    begin(fixture);
    go_all_the_way(fixture);
    g_assert_true(FIRN_TEST_SET(fixture->job.rig.catalogue,
                                NULL,
                                firn_catalogue_transaction_restore(change, NULL, undo)));
    assert_recovered(fixture, 1, 0);
    assert_disk(fixture, "vda", "aa aa", 2);
    assert_disk(fixture, "vdb", "aa aa", 2);
}

/* An old journal entry does not delete what an undo still needs. */
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
    g_assert_true(FIRN_TEST_SET(fixture->job.rig.catalogue,
                                NULL,
                                firn_catalogue_transaction_restore(change, NULL, undo)));
    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
    assert_recovered(fixture, 1, 0);
    assert_disk(fixture, "vda", "bb bb", 2);
    g_assert_true(FIRN_TEST_SET(fixture->job.rig.catalogue,
                                NULL,
                                firn_catalogue_transaction_forget_undo(change)));
    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
    assert_recovered(fixture, 1, 0);
    assert_as_before(fixture);
}

/* A disk that the VM had only while it was running was reverted like the others. */
static void
make_third(Fixture *fixture)
{
    g_autofree char *path = g_strdup_printf("%s/vdc.qcow2", fixture->job.rig.folder);

    g_free(firn_test_disk_image_run("qemu-img", "create", "-f", "qcow2", path, "1M", NULL));
    firn_snapshot_add_disk(fixture->present, "vdc", "qcow2", path, 1024 * 1024);
    firn_snapshot_note_file_systems(fixture->present);
    run_on(fixture, "vdc", "write -P 0xaa 0 64k", NULL);
    run_on(fixture, "vdc", "-c", fixture->target->tag);
    run_on(fixture, "vdc", "write -P 0xbb 0 64k", NULL);
    run_on(fixture, "vdc", "-c", fixture->present->tag);
    run_on(fixture, "vdc", "-a", fixture->target->tag);
}

static void
test_detached(Fixture *fixture, gconstpointer data)
{
    go_all_the_way(fixture);
    make_third(fixture);
    take(fixture);
    assert_as_before(fixture);
    assert_disk(fixture, "vdc", "bb bb", 1);
}

/* Nothing of the saved state is deleted as long as a disk is missing. */
static void
test_gone(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_strdup_printf("%s/vdc.qcow2", fixture->job.rig.folder);
    g_autofree char *away = g_strconcat(path, ".away", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *command = NULL;

    go_all_the_way(fixture);
    make_third(fixture);
    g_assert_no_errno(g_rename(path, away));
    g_assert_false(try_to_take(fixture, "off", &command, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_FOUND);
    assert_disk(fixture, "vda", "aa aa", 2);
    g_assert_no_errno(g_rename(away, path));
    take(fixture);
    assert_as_before(fixture);
    assert_disk(fixture, "vdc", "bb bb", 1);
}

static void
set_up_running(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
    fixture->target = new_record(fixture, "a");
    fixture->present = new_record(fixture, "undo");
}

static void
tag(Fixture *fixture, const char *device)
{
    firn_test_fake_monitor_add_snapshot(fixture->job.rig.monitor, device, fixture->present->tag);
}

/* The VM was started in the meantime; both what its guest writes and the previous contents are
 * kept. */
static void
test_started(Fixture *fixture, gconstpointer data)
{
    FirnCatalogue *catalogue = fixture->job.rig.catalogue;
    g_autoptr(FirnUndoPoint) undo = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *command = NULL;

    tag(fixture, "vda");
    tag(fixture, "vdb");
    g_assert_true(try_to_take(fixture, "off", &command, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(command, ==, "firn undo web1");
    firn_test_job_rig_assert_tags(&fixture->job, fixture->present->tag);
    undo = firn_catalogue_dup_undo(catalogue);
    g_assert_cmpstr(undo->snapshot->uuid, ==, fixture->present->uuid);
    g_assert_cmpstr(undo->restored, ==, fixture->target->uuid);
}

/* There is only one undo point, and the existing one stays: the other state becomes a snapshot, and
 * nothing is reverted when the guest shuts down. */
static void
test_started_twice(Fixture *fixture, gconstpointer data)
{
    FirnCatalogue *catalogue = fixture->job.rig.catalogue;
    g_autoptr(FirnSnapshot) first = new_record(fixture, "first");
    g_autoptr(FirnUndoPoint) older = firn_undo_point_new(first, fixture->target->uuid, "off");
    g_autoptr(FirnUndoPoint) undo = NULL;
    g_autoptr(FirnSnapshot) kept = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *command = NULL;

    g_assert_true(
        FIRN_TEST_SET(catalogue, NULL, firn_catalogue_transaction_restore(change, NULL, older)));
    tag(fixture, "vda");
    tag(fixture, "vdb");
    g_assert_true(try_to_take(fixture, "off", &command, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(command, ==, "firn restore web1 before-a");
    firn_test_job_rig_assert_tags(&fixture->job, fixture->present->tag);
    undo = firn_catalogue_dup_undo(catalogue);
    g_assert_cmpstr(undo->snapshot->uuid, ==, first->uuid);
    kept = firn_catalogue_lookup(catalogue, "before-a", NULL);
    g_assert_cmpstr(kept->tag, ==, fixture->present->tag);
}

/* firnd was killed before it ended the journal entry. */
static void
test_recovered_salvaged(Fixture *fixture, gconstpointer data)
{
    begin(fixture);
    go_all_the_way(fixture);
    g_assert_true(FIRN_TEST_CHANGE(fixture->job.rig.catalogue, NULL, keep, fixture->present));
    assert_recovered(fixture, 0, 1);
    assert_disk(fixture, "vda", "aa aa", 2);
    assert_disk(fixture, "vdb", "aa aa", 2);
}

/* Interrupted while the current state was being saved: the guest runs on unchanged disks. */
static void
test_started_early(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *command = NULL;

    tag(fixture, "vda");
    g_assert_true(try_to_take(fixture, "running", &command, &error));
    g_assert_no_error(error);
    g_assert_null(command);
    firn_test_job_rig_assert_tags(&fixture->job, "");
}

/* firnd was killed when it had started the VM again. */
static void
test_standing_still(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *state = NULL;
    g_autofree char *command = NULL;

    firn_test_fake_monitor_set_state(fixture->job.rig.monitor, "paused");
    g_assert_true(try_to_take(fixture, "paused", &command, &error));
    g_assert_no_error(error);
    g_assert_cmpint(firn_vm_get_state(fixture->job.rig.vm), ==, FIRN_VM_STATE_PAUSED);
    g_assert_true(try_to_take(fixture, "running", &command, &error));
    g_assert_no_error(error);
    state = firn_test_fake_monitor_dup_state(fixture->job.rig.monitor);
    g_assert_cmpstr(state, ==, "running");
}

#define TEST(topic, function)                                                                      \
    g_test_add("/job/way-back/" topic, Fixture, NULL, set_up, function, tear_down)
#define TEST_RUNNING(topic, function)                                                              \
    g_test_add("/job/way-back/" topic, Fixture, NULL, set_up_running, function, tear_down)

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
    TEST("recovered/salvaged", test_recovered_salvaged);
    TEST("forgetting", test_forgetting);
    TEST("detached", test_detached);
    TEST("gone", test_gone);
    TEST_RUNNING("started-by-somebody", test_started);
    TEST_RUNNING("started-by-somebody/twice", test_started_twice);
    TEST_RUNNING("started-by-somebody/early", test_started_early);
    TEST_RUNNING("standing-still", test_standing_still);
    return g_test_run();
}
