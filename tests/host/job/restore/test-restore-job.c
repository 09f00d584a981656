/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-job.h"

#include <string.h>
#include <unistd.h>

#include "catalogue-change.h"
#include "disk-image.h"
#include "file-descriptor.h"
#include "host-error.h"
#include "job-rig.h"
#include "last-run.h"
#include "save-image.h"

/* A VM that is off. Its images held 0xaa at snapshot a, and hold 0xbb now. */
typedef struct {
    FirnTestJobRig job;
    FirnRestoreParams *params; /* (owned by the job) */
    FirnJob *started;
} Fixture;

static void
write_disk(Fixture *fixture, const char *target, const char *command)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);

    g_free(firn_test_disk_image_run("qemu-io", "-f", "qcow2", "-c", command, path, NULL));
}

static void
write_disks(Fixture *fixture, const char *command)
{
    write_disk(fixture, "vda", command);
    write_disk(fixture, "vdb", command);
}

static void
assert_disk(Fixture *fixture, const char *target, const char *bytes)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);
    g_autofree char *text =
        firn_test_disk_image_run("qemu-io", "-f", "qcow2", "-r", "-c", "read -v 0 16", path, NULL);

    g_assert_nonnull(strstr(text, bytes));
}

static void
assert_disks(Fixture *fixture, const char *vda, const char *vdb)
{
    assert_disk(fixture, "vda", vda);
    assert_disk(fixture, "vdb", vdb);
}

static guint
count_tags(Fixture *fixture, const char *target)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);
    g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(path);

    return g_strv_length(tags);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    write_disks(fixture, "write -P 0xaa 0 64k");
    g_free(firn_test_job_rig_snapshot(&fixture->job, "a"));
    write_disks(fixture, "write -P 0xbb 0 64k");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_assert_intents(&fixture->job, "");
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static FirnRestoreParams *
new_params(Fixture *fixture, const char *key)
{
    FirnRestoreParams *params = firn_restore_params_new(fixture->job.rig.vm, fixture->job.backend);

    params->key = g_strdup(key);
    /* The test itself writes to the images, not a guest that would have shut down. */
    params->accepts_inconsistent = TRUE;
    return params;
}

static void
on_completed(FirnJob *job, gpointer ended)
{
    g_async_queue_push(ended, ended);
}

static void
start(gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(GError) error = NULL;
    FirnJob *job = firn_restore_job_start(fixture->job.jobs, fixture->params, 0, &error);

    g_assert_no_error(error);
    fixture->started = g_object_ref(job);
    g_signal_connect(job, "completed", G_CALLBACK(on_completed), fixture->job.ended);
}

static FirnJob *
restore(Fixture *fixture, FirnRestoreParams *params)
{
    fixture->params = params;
    firn_test_loop_thread_call(start, fixture);
    firn_test_job_rig_end(&fixture->job);
    return fixture->started;
}

static void
restore_well(Fixture *fixture, const char *key)
{
    g_autoptr(FirnJob) job = restore(fixture, new_params(fixture, key));

    g_assert_no_error(firn_job_get_error(job));
}

static void
restore_badly(Fixture *fixture, FirnRestoreParams *params, int code, const char *blocker)
{
    g_autoptr(FirnJob) job = restore(fixture, params);

    g_test_message("%s", firn_job_get_error(job)->message);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, code);
    g_assert_nonnull(strstr(firn_job_get_error(job)->message, blocker));
}

static void
assert_current(Fixture *fixture, const char *name)
{
    g_autoptr(FirnSnapshot) current =
        firn_catalogue_lookup(fixture->job.rig.catalogue, "@current", NULL);

    g_assert_cmpstr(current->name, ==, name);
}

/* Restore, undo, and undo again: there is always one undo point. */
static void
test_undo(Fixture *fixture, gconstpointer data)
{
    g_free(firn_test_job_rig_snapshot(&fixture->job, "b"));
    write_disks(fixture, "write -P 0xcc 0 64k");
    restore_well(fixture, "a");
    assert_disks(fixture, "aa aa", "aa aa");
    assert_current(fixture, "a");
    restore_well(fixture, NULL);
    assert_disks(fixture, "cc cc", "cc cc");
    assert_current(fixture, "b");
    restore_well(fixture, NULL);
    assert_disks(fixture, "aa aa", "aa aa");
    assert_current(fixture, "a");
    restore_well(fixture, "b");
    assert_disks(fixture, "bb bb", "bb bb");
    g_assert_cmpuint(count_tags(fixture, "vda"), ==, 3);
    g_assert_cmpuint(count_tags(fixture, "vdb"), ==, 3);
    g_assert_cmpuint(firn_catalogue_count(fixture->job.rig.catalogue), ==, 2);
}

static void
test_branch(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = firn_catalogue_lookup(fixture->job.rig.catalogue, "a", NULL);
    g_autoptr(FirnSnapshot) c = NULL;

    g_free(firn_test_job_rig_snapshot(&fixture->job, "b"));
    restore_well(fixture, "a");
    g_free(firn_test_job_rig_snapshot(&fixture->job, "c"));
    c = firn_catalogue_lookup(fixture->job.rig.catalogue, "c", NULL);
    g_assert_cmpstr(c->parent, ==, a->uuid);
}

/* The current snapshot does not change, because only one disk is restored. */
static void
test_one_disk(Fixture *fixture, gconstpointer data)
{
    FirnRestoreParams *params = new_params(fixture, "a");
    g_autoptr(FirnJob) job = NULL;

    g_free(firn_test_job_rig_snapshot(&fixture->job, "b"));
    params->disks = g_strsplit("vdb", " ", -1);
    job = restore(fixture, params);
    g_assert_no_error(firn_job_get_error(job));
    assert_disks(fixture, "bb bb", "aa aa");
    assert_current(fixture, "b");
    /* Undoing that does not change it either, whatever was restored in between. */
    g_free(firn_test_job_rig_snapshot(&fixture->job, "c"));
    restore_well(fixture, NULL);
    assert_disks(fixture, "bb bb", "bb bb");
    assert_current(fixture, "c");
}

static void
test_nothing_to_undo(Fixture *fixture, gconstpointer data)
{
    restore_badly(fixture, new_params(fixture, NULL), FIRN_HOST_ERROR_NOT_FOUND, "nothing to undo");
    restore_badly(fixture, new_params(fixture, "z"), FIRN_HOST_ERROR_NOT_FOUND, "\"z\"");
}

/* Restoring one disk of a killed guest to a clean state does not make the other one clean. */
static void
test_one_disk_cleans_nothing(FirnTestJobRig *job, gconstpointer data)
{
    Fixture fixture = {.job = *job};
    FirnRestoreParams *params = new_params(&fixture, "a");
    g_autoptr(FirnJob) partial = NULL;
    g_autoptr(FirnJob) whole = NULL;

    firn_test_vm_rig_end_qemu(&job->rig);
    g_free(firn_test_job_rig_snapshot(job, "a"));
    /* As after a run that was killed. */
    firn_last_run_note_revert(job->rig.vm, FIRN_RUN_END_UNCLEAN);
    params->disks = g_strsplit("vdb", " ", -1);
    partial = restore(&fixture, params);
    g_assert_no_error(firn_job_get_error(partial));
    g_assert_cmpint(firn_last_run_judge(job->rig.vm), ==, FIRN_RUN_END_UNCLEAN);
    whole = restore(&fixture, new_params(&fixture, "a"));
    g_assert_no_error(firn_job_get_error(whole));
    g_assert_cmpint(firn_last_run_judge(job->rig.vm), ==, FIRN_RUN_END_SHUT_DOWN);
}

/* Blockers are reported before anything is changed. */
static void
test_tag_missing(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) a = firn_catalogue_lookup(fixture->job.rig.catalogue, "a", NULL);
    g_autofree char *path = g_strdup_printf("%s/vdb.qcow2", fixture->job.rig.folder);

    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-d", a->tag, path, NULL));
    restore_badly(fixture,
                  new_params(fixture, "a"),
                  FIRN_HOST_ERROR_NOT_SUPPORTED,
                  "disk vdb: its image no longer has the snapshot");
    assert_disks(fixture, "bb bb", "bb bb");
    g_assert_cmpuint(count_tags(fixture, "vda"), ==, 1);
}

static void
test_resized(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_strdup_printf("%s/vda.qcow2", fixture->job.rig.folder);
    FirnRestoreParams *forced = new_params(fixture, "a");
    g_autoptr(FirnJob) job = NULL;
    g_autofree char *facts = NULL;

    g_free(firn_test_disk_image_run("qemu-img", "resize", "-q", "-f", "qcow2", path, "3M", NULL));
    restore_badly(fixture,
                  new_params(fixture, "a"),
                  FIRN_HOST_ERROR_NEEDS_FORCE,
                  "disk vda: it had 1.0");
    assert_disks(fixture, "bb bb", "bb bb");
    forced->is_forced = TRUE;
    job = restore(fixture, forced);
    g_assert_no_error(firn_job_get_error(job));
    assert_disks(fixture, "aa aa", "aa aa");
    /* An undo restores its size, too; it is resized again, so --force is needed. */
    forced = new_params(fixture, NULL);
    forced->is_forced = TRUE;
    g_object_unref(restore(fixture, forced));
    assert_disks(fixture, "bb bb", "bb bb");
    facts = firn_test_disk_image_run("qemu-img", "info", "--output=json", path, NULL);
    g_assert_nonnull(strstr(facts, "\"virtual-size\": 3145728"));
}

static void
add_bitmap(Fixture *fixture, const char *target)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);

    g_free(firn_test_disk_image_run("qemu-img", "bitmap", "--add", path, "nightly", NULL));
}

static void
assert_bitmaps(Fixture *fixture, const char *target, gboolean has_some)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);
    g_autofree char *facts =
        firn_test_disk_image_run("qemu-img", "info", "--output=json", path, NULL);

    g_assert_cmpint(strstr(facts, "nightly") != NULL, ==, has_some);
}

/* Bitmaps of incremental backups: reported before anything is changed, and removed if that is
 * accepted. */
static void
test_bitmaps(Fixture *fixture, gconstpointer data)
{
    FirnRestoreParams *accepted = new_params(fixture, "a");
    g_autoptr(FirnJob) job = NULL;

    add_bitmap(fixture, "vdb");
    restore_badly(fixture,
                  new_params(fixture, "a"),
                  FIRN_HOST_ERROR_NEEDS_FORCE,
                  "disk vdb: a backup tool keeps dirty bitmap nightly");
    assert_disks(fixture, "bb bb", "bb bb");
    assert_bitmaps(fixture, "vdb", TRUE);
    g_assert_cmpuint(count_tags(fixture, "vda"), ==, 1);
    accepted->drops_bitmaps = TRUE;
    job = restore(fixture, accepted);
    g_assert_no_error(firn_job_get_error(job));
    assert_disks(fixture, "aa aa", "aa aa");
    assert_bitmaps(fixture, "vdb", FALSE);
}

/* The same as for a restore. */
static void
test_undo_bitmaps(Fixture *fixture, gconstpointer data)
{
    FirnRestoreParams *undo = new_params(fixture, NULL);
    g_autoptr(FirnJob) job = NULL;

    restore_well(fixture, "a");
    add_bitmap(fixture, "vda");
    restore_badly(fixture, undo, FIRN_HOST_ERROR_NEEDS_FORCE, "nightly");
    undo = new_params(fixture, NULL);
    undo->drops_bitmaps = TRUE;
    job = restore(fixture, undo);
    g_assert_no_error(firn_job_get_error(job));
    assert_disks(fixture, "bb bb", "bb bb");
}

/* A restore offers --disk; an undo, which does not have it, does not. */
static void
test_overlaid(Fixture *fixture, gconstpointer data)
{
    FirnRestoreParams *undo = new_params(fixture, NULL);
    g_autofree char *path = g_strdup_printf("%s/vdb.qcow2", fixture->job.rig.folder);
    g_autofree char *base = g_strdup_printf("%s/base.qcow2", fixture->job.rig.folder);
    g_autoptr(FirnJob) job = NULL;

    restore_well(fixture, "a");
    g_free(firn_test_disk_image_run("qemu-img", "create", "-q", "-f", "qcow2", base, "1M", NULL));
    g_free(firn_test_disk_image_run("qemu-img",
                                    "rebase",
                                    "-q",
                                    "-u",
                                    "-f",
                                    "qcow2",
                                    "-b",
                                    base,
                                    "-F",
                                    "qcow2",
                                    path,
                                    NULL));
    restore_badly(fixture,
                  new_params(fixture, "a"),
                  FIRN_HOST_ERROR_NOT_SUPPORTED,
                  "; or restore only the other disks with --disk");
    job = restore(fixture, undo);
    g_test_message("%s", firn_job_get_error(job)->message);
    g_assert_nonnull(strstr(firn_job_get_error(job)->message, "disk vdb: its image"));
    g_assert_null(strstr(firn_job_get_error(job)->message, "--disk"));
    g_assert_null(strstr(firn_job_get_error(job)->message, "--exclude-disk"));
}

/* A file with RAM, and the record of a snapshot that has it. */
static void
add_memory(Fixture *fixture, FirnStateDir *directory)
{
    FirnCatalogue *catalogue = fixture->job.rig.catalogue;
    g_autoptr(FirnSnapshot) a = firn_catalogue_lookup(catalogue, "a", NULL);
    g_auto(FirnFileDescriptor) file =
        firn_save_image_begin(directory, a->uuid, "<domain/>", 4096, NULL);

    g_assert_cmpint(write(file, "RAM", 3), ==, 3);
    a->memory = firn_memory_record_new(FIRN_MEMORY_KIND_LIVE, "7.2.0");
    g_assert_true(firn_save_image_finish(file, &a->memory->size_bytes, NULL));
    g_assert_true(FIRN_TEST_CHANGE(catalogue, NULL, remove, a->uuid));
    g_assert_true(FIRN_TEST_CHANGE(catalogue, NULL, add, a));
}

static void
test_memory_cut_short(Fixture *fixture, gconstpointer data)
{
    g_autofree char *folder = g_build_filename(fixture->job.rig.folder, "memory", NULL);
    g_autoptr(FirnStateDir) directory = firn_state_dir_new(folder, FIRN_DURABILITY_WHOLE);
    g_autoptr(FirnSnapshot) a = NULL;
    g_autofree char *path = NULL;

    firn_vm_keep_files(fixture->job.rig.vm, directory, directory);
    add_memory(fixture, directory);
    a = firn_catalogue_lookup(fixture->job.rig.catalogue, "a", NULL);
    path = firn_save_image_path(directory, a->uuid);
    g_assert_no_errno(truncate(path, (off_t)a->memory->size_bytes - 1));
    restore_badly(fixture,
                  new_params(fixture, "a"),
                  FIRN_HOST_ERROR_NOT_SUPPORTED,
                  "RAM: save image: has 104 bytes, but was recorded with 105 bytes");
    assert_disks(fixture, "bb bb", "bb bb");
    g_assert_cmpuint(count_tags(fixture, "vda"), ==, 1);
}

static void
test_cannot_start(Fixture *fixture, gconstpointer data)
{
    FirnRestoreParams *params = new_params(fixture, "a");

    params->run_after = g_strdup("running");
    restore_badly(fixture, params, FIRN_HOST_ERROR_NOT_SUPPORTED, "launch=");
    assert_disks(fixture, "bb bb", "bb bb");
}

/* A running guest is not stopped without a request. */
static void
test_running(FirnTestJobRig *job, gconstpointer data)
{
    Fixture fixture = {.job = *job};

    g_free(firn_test_job_rig_snapshot(job, "a"));
    restore_badly(&fixture, new_params(&fixture, "a"), FIRN_HOST_ERROR_NEEDS_FORCE, "--stop");
    g_assert_cmpuint(firn_test_peer_count(job->rig.monitor_peer, "quit"), ==, 0);
    g_assert_cmpint(firn_vm_get_state(job->rig.vm), ==, FIRN_VM_STATE_RUNNING);
}

/* firn must be able to start a guest again before it stops it, in case the restore fails. */
static void
test_running_for_ever(FirnTestJobRig *job, gconstpointer data)
{
    Fixture fixture = {.job = *job};
    FirnRestoreParams *params = new_params(&fixture, "a");

    g_free(firn_test_job_rig_snapshot(job, "a"));
    params->is_to_stop = TRUE;
    params->accepts_inconsistent = TRUE;
    params->run_after = g_strdup("off");
    restore_badly(&fixture,
                  params,
                  FIRN_HOST_ERROR_NOT_SUPPORTED,
                  "shut it down by hand, and leave it off with --off");
    g_assert_cmpuint(firn_test_peer_count(job->rig.monitor_peer, "quit"), ==, 0);
    g_assert_cmpuint(firn_test_peer_count(job->rig.monitor_peer, "system_powerdown"), ==, 0);
    g_assert_cmpint(firn_vm_get_state(job->rig.vm), ==, FIRN_VM_STATE_RUNNING);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/job/restore-job/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("undo", test_undo);
    TEST("branch", test_branch);
    TEST("one-disk", test_one_disk);
    TEST("nothing-to-undo", test_nothing_to_undo);
    TEST("refused/tag-missing", test_tag_missing);
    TEST("refused/resized", test_resized);
    TEST("refused/dirty-bitmaps", test_bitmaps);
    TEST("undo-with-dirty-bitmaps", test_undo_bitmaps);
    TEST("refused/overlaid", test_overlaid);
    TEST("refused/memory-cut-short", test_memory_cut_short);
    TEST("refused/cannot-start", test_cannot_start);
    firn_test_job_rig_add("/job/restore-job/one-disk-cleans-nothing",
                          NULL,
                          test_one_disk_cleans_nothing);
    firn_test_job_rig_add("/job/restore-job/refused/running", NULL, test_running);
    firn_test_job_rig_add("/job/restore-job/refused/cannot-start-again",
                          NULL,
                          test_running_for_ever);
    return g_test_run();
}
