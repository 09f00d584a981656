/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "delete-job.h"

#include <glib/gstdio.h>

#include "catalogue-change.h"
#include "disk-image.h"
#include "engine-error.h"
#include "host-error.h"
#include "job-rig.h"
#include "save-image.h"
#include "snapshot-registry.h"

/* Three snapshots: a is the parent of b, b is the parent of c. */
typedef struct {
    FirnTestJobRig job;
    char *a, *b, *c; /* UUIDs */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
    fixture->a = firn_test_job_rig_snapshot(&fixture->job, "a");
    fixture->b = firn_test_job_rig_snapshot(&fixture->job, "b");
    fixture->c = firn_test_job_rig_snapshot(&fixture->job, "c");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_tear_down(&fixture->job, NULL);
    g_free(fixture->a);
    g_free(fixture->b);
    g_free(fixture->c);
}

static void
assert_deleted(FirnJob *job, const char *expected)
{
    g_autoptr(GVariant) result = firn_job_dup_result(job);
    g_auto(GStrv) uuids = NULL;
    g_autofree char *text = NULL;

    g_assert_true(g_variant_lookup(result, "deleted", "^as", &uuids));
    text = g_strjoinv(" ", uuids);
    g_assert_cmpstr(text, ==, expected);
}

/* The catalogue and the disks have the same snapshots. */
static void
assert_left(Fixture *fixture, const char *names)
{
    g_autoptr(GPtrArray) left = firn_catalogue_list(fixture->job.rig.catalogue);
    g_autoptr(GString) found = g_string_new(NULL);
    g_autoptr(GString) tags = g_string_new(NULL);

    for (guint i = 0; i < left->len; i++) {
        const FirnSnapshot *snapshot = left->pdata[i];

        g_string_append_printf(found, "%s%s", i == 0 ? "" : " ", snapshot->name);
        g_string_append_printf(tags, "%s%s", i == 0 ? "" : " ", snapshot->tag);
    }
    g_assert_cmpstr(found->str, ==, names);
    firn_test_job_rig_assert_tags(&fixture->job, tags->str);
}

static void
test_one(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = firn_test_job_rig_delete(&fixture->job, fixture->b, FIRN_DELETE_ONE);
    g_autoptr(FirnSnapshot) child = NULL;

    g_assert_no_error(firn_job_get_error(job));
    assert_deleted(job, fixture->b);
    assert_left(fixture, "a c");
    child = firn_catalogue_lookup(fixture->job.rig.catalogue, "c", NULL);
    g_assert_cmpstr(child->parent, ==, fixture->a);
}

static void
test_with_children(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job =
        firn_test_job_rig_delete(&fixture->job, fixture->b, FIRN_DELETE_WITH_CHILDREN);
    g_autofree char *expected = g_strdup_printf("%s %s", fixture->c, fixture->b);

    g_assert_no_error(firn_job_get_error(job));
    assert_deleted(job, expected);
    assert_left(fixture, "a");
}

static void
test_children_only(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job =
        firn_test_job_rig_delete(&fixture->job, fixture->a, FIRN_DELETE_CHILDREN_ONLY);
    g_autofree char *expected = g_strdup_printf("%s %s", fixture->c, fixture->b);

    g_assert_no_error(firn_job_get_error(job));
    assert_deleted(job, expected);
    assert_left(fixture, "a");
}

static void
test_all(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = firn_test_job_rig_delete(&fixture->job, NULL, FIRN_DELETE_ALL);
    g_autofree char *expected = g_strdup_printf("%s %s %s", fixture->c, fixture->b, fixture->a);

    g_assert_no_error(firn_job_get_error(job));
    assert_deleted(job, expected);
    assert_left(fixture, "");
}

/* What was deleted stays deleted; the rest is unchanged. */
static void
test_fails_midway(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    firn_test_peer_when(fixture->job.rig.monitor_peer,
                        "snapshot-delete",
                        1,
                        (FirnTestStep[]){{.pass = TRUE}, {0}});
    firn_test_peer_fail(fixture->job.rig.monitor_peer, "snapshot-delete", 1, "I/O error");
    job = firn_test_job_rig_delete(&fixture->job, NULL, FIRN_DELETE_ALL);
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    assert_deleted(job, fixture->c);
    assert_left(fixture, "a b");
    /* Every disk still has b: its deletion has failed, and must not be finished later. */
    firn_test_job_rig_assert_intents(&fixture->job, "");
}

static GPtrArray *list_calls; /* (element-type utf8) "+name" and "-name" */

static gboolean
note_registered(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_ptr_array_add(list_calls, g_strconcat("+", snapshot->name, NULL));
    return TRUE;
}

static gboolean
note_unregistered(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_ptr_array_add(list_calls, g_strconcat("-", snapshot->name, NULL));
    return TRUE;
}

static const FirnSnapshotRegistry noting = {.add = note_registered, .remove = note_unregistered};

/* A snapshot whose deletion has touched no disk is in its source's list again. */
static void
test_fails_listed(Fixture *fixture, gconstpointer data)
{
    const FirnPolicy policy = {.max_snapshots = 4};
    FirnVmClass *klass = FIRN_VM_GET_CLASS(fixture->job.rig.vm);
    g_autofree char *d = NULL;
    g_autofree char *calls = NULL;
    g_autoptr(FirnJob) job = NULL;

    list_calls = g_ptr_array_new_with_free_func(g_free);
    g_assert_true(FIRN_TEST_SET(fixture->job.rig.catalogue, NULL, change->policy = policy));
    klass->registry = &noting;
    d = firn_test_job_rig_snapshot(&fixture->job, "d");
    firn_test_peer_fail(fixture->job.rig.monitor_peer, "snapshot-delete", 1, "I/O error");
    job = firn_test_job_rig_delete(&fixture->job, d, FIRN_DELETE_ONE);
    klass->registry = NULL;
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    assert_left(fixture, "a b c d");
    g_ptr_array_add(list_calls, NULL);
    calls = g_strjoinv(" ", (char **)list_calls->pdata);
    g_assert_cmpstr(calls, ==, "+d -d +d");
    g_ptr_array_unref(list_calls);
}

/* Deletes a tag outside firn; @nodes as in JSON. */
static void
delete_tag(FirnTestJobRig *rig, const char *tag, const char *nodes)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(rig->rig.vm);
    g_autofree char *text =
        g_strdup_printf("{\"job-id\": \"j\", \"tag\": \"%s\", \"devices\": [%s]}", tag, nodes);
    g_autoptr(JsonNode) arguments = json_from_string(text, NULL);
    g_autoptr(JsonNode) reply = firn_channel_call(monitor,
                                                  "snapshot-delete",
                                                  json_node_get_object(arguments),
                                                  5000,
                                                  NULL,
                                                  NULL);

    g_assert_nonnull(reply);
}

static void
test_gone_from_disks_already(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = firn_catalogue_lookup(fixture->job.rig.catalogue, "b", NULL);
    g_autoptr(FirnJob) job = NULL;

    delete_tag(&fixture->job, snapshot->tag, "\"node-vda\", \"node-vdb\"");
    job = firn_test_job_rig_delete(&fixture->job, fixture->b, FIRN_DELETE_ONE);
    g_assert_no_error(firn_job_get_error(job));
    assert_left(fixture, "a c");
}

/* A snapshot that one disk has lost is useless: its deletion is finished later. */
static void
test_fails_half_way(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = firn_catalogue_lookup(fixture->job.rig.catalogue, "b", NULL);
    g_autoptr(FirnJob) job = NULL;

    delete_tag(&fixture->job, snapshot->tag, "\"node-vda\"");
    firn_test_peer_fail(fixture->job.rig.monitor_peer, "snapshot-delete", 1, "I/O error");
    job = firn_test_job_rig_delete(&fixture->job, fixture->b, FIRN_DELETE_ONE);
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    firn_test_job_rig_assert_intents(&fixture->job, "b!");
}

/* The disks no longer have it, but its file with RAM cannot be removed: that is done later. */
static void
test_fails_at_last(Fixture *fixture, gconstpointer data)
{
    FirnCatalogue *catalogue = fixture->job.rig.catalogue;
    g_autofree char *folder = g_build_filename(fixture->job.rig.folder, "memory", NULL);
    g_autoptr(FirnStateDir) directory = firn_state_dir_new(folder, FIRN_DURABILITY_WHOLE);
    g_autoptr(FirnSnapshot) c = firn_catalogue_lookup(catalogue, "c", NULL);
    g_autofree char *path = firn_save_image_path(directory, c->uuid);
    g_autoptr(FirnJob) job = NULL;

    firn_vm_keep_files(fixture->job.rig.vm, directory, directory);
    c->memory = firn_memory_record_new(FIRN_MEMORY_KIND_LIVE, "7.2.0");
    g_assert_true(FIRN_TEST_CHANGE(catalogue, NULL, remove, c->uuid));
    g_assert_true(FIRN_TEST_CHANGE(catalogue, NULL, add, c));
    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
    job = firn_test_job_rig_delete(&fixture->job, fixture->c, FIRN_DELETE_ONE);
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    firn_test_job_rig_assert_intents(&fixture->job, "c!");
}

static void
test_somebody_works(Fixture *fixture, gconstpointer data)
{
    const FirnTestStep backup[] = {
        {.text = "{\"id\": $id, \"return\": [{\"type\": \"backup\", \"id\": \"b\", "
                 "\"status\": \"running\"}]}\n"},
        {0},
    };
    g_autoptr(FirnJob) job = NULL;

    firn_test_peer_when(fixture->job.rig.monitor_peer, "query-jobs", 1, backup);
    job = firn_test_job_rig_delete(&fixture->job, fixture->a, FIRN_DELETE_ONE);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
    assert_left(fixture, "a b c");
}

static void
test_unreachable(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    firn_test_peer_fail(fixture->job.rig.monitor_peer, "query-status", 1, "hangs");
    job = firn_test_job_rig_delete(&fixture->job, fixture->a, FIRN_DELETE_ONE);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_VM_UNREACHABLE);
    assert_left(fixture, "a b c");
}

static void
test_unknown(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    /* Refused before it needs a main loop. */
    g_assert_null(firn_delete_job_start(fixture->job.jobs,
                                        fixture->job.rig.vm,
                                        fixture->job.backend,
                                        "no-such-snapshot",
                                        FIRN_DELETE_ONE,
                                        0,
                                        &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NOT_FOUND);
}

static void
test_off(FirnTestJobRig *rig, gconstpointer data)
{
    g_autofree char *path = g_build_filename(rig->rig.folder, "vda.qcow2", NULL);
    g_autofree char *uuid = NULL;
    g_autoptr(FirnJob) job = NULL;
    g_auto(GStrv) before = NULL;
    g_auto(GStrv) after = NULL;

    firn_test_vm_rig_end_qemu(&rig->rig);
    uuid = firn_test_job_rig_snapshot(rig, "off");
    before = firn_test_disk_image_list_snapshots(path);
    job = firn_test_job_rig_delete(rig, uuid, FIRN_DELETE_ONE);
    g_assert_no_error(firn_job_get_error(job));
    after = firn_test_disk_image_list_snapshots(path);
    g_assert_cmpuint(g_strv_length(before), ==, 1);
    g_assert_cmpuint(g_strv_length(after), ==, 0);
    g_assert_cmpuint(firn_catalogue_count(rig->rig.catalogue), ==, 0);
}

/* The image is the same disk in another place, and has the snapshot. */
static void
test_moved(Fixture *fixture, gconstpointer data)
{
    g_autofree char *old = g_build_filename(fixture->job.rig.folder, "vda.qcow2", NULL);
    g_autofree char *new = g_build_filename(fixture->job.rig.folder, "moved.qcow2", NULL);
    g_autoptr(FirnJob) job = NULL;

    g_assert_no_errno(g_rename(old, new));
    firn_test_fake_monitor_set_disk(fixture->job.rig.monitor, "vda", "qcow2", new, FALSE);
    job = firn_test_job_rig_delete(&fixture->job, fixture->b, FIRN_DELETE_ONE);
    g_assert_no_error(firn_job_get_error(job));
    assert_left(fixture, "a c");
}

/* One snapshot of a disk whose folder is gone since, and which the VM no longer has. */
static char *
lose_folder(FirnTestJobRig *rig, FirnSnapshot **out_snapshot)
{
    const FirnSnapshotDisk *disk;
    g_autofree char *uuid = NULL;
    g_autofree char *path = g_build_filename(rig->rig.folder, "storage", "vda.qcow2", NULL);
    char *folder = g_path_get_dirname(path);
    g_autofree char *image = g_build_filename(rig->rig.folder, "vda.qcow2", NULL);
    g_autofree char *away = g_strconcat(folder, "-away", NULL);

    g_assert_no_errno(g_mkdir(folder, 0755));
    g_assert_no_errno(g_rename(image, path));
    firn_test_fake_monitor_set_disk(rig->rig.monitor, "vda", "qcow2", path, FALSE);
    uuid = firn_test_job_rig_snapshot(rig, "a");
    *out_snapshot = firn_catalogue_lookup(rig->rig.catalogue, uuid, NULL);
    disk = (*out_snapshot)->disks->pdata[0];
    g_assert_cmpstr(disk->path, ==, path);
    firn_test_fake_monitor_set_disk(rig->rig.monitor, "vda", "qcow2", "/images/new", FALSE);
    delete_tag(rig, (*out_snapshot)->tag, "\"node-vda\"");
    g_assert_no_errno(g_rename(folder, away));
    return folder;
}

static void
test_folder_is_gone(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = NULL;
    g_autofree char *folder = lose_folder(rig, &snapshot);
    g_autoptr(FirnJob) job = firn_test_job_rig_delete(rig, snapshot->uuid, FIRN_DELETE_ONE);
    g_autofree char *vdb = firn_test_fake_monitor_dup_snapshots(rig->rig.monitor, "vdb");

    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED);
    g_assert_cmpstr(vdb, ==, snapshot->tag);
    g_assert_cmpuint(firn_catalogue_count(rig->rig.catalogue), ==, 1);
}

/* The image's file system may have to be mounted there. */
static void
test_folder_is_another(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = NULL;
    g_autofree char *folder = lose_folder(rig, &snapshot);
    g_autoptr(FirnSnapshot) elsewhere = firn_snapshot_copy(snapshot);
    FirnSnapshotDisk *disk = elsewhere->disks->pdata[0];
    g_autoptr(FirnJob) job = NULL;

    g_free(disk->file_system);
    disk->file_system = g_strdup("0123456789abcdef /srv/unmounted");
    g_assert_true(FIRN_TEST_CHANGE(rig->rig.catalogue, NULL, remove, snapshot->uuid));
    g_assert_true(FIRN_TEST_CHANGE(rig->rig.catalogue, NULL, add, elsewhere));
    g_assert_no_errno(g_mkdir(folder, 0755));
    job = firn_test_job_rig_delete(rig, snapshot->uuid, FIRN_DELETE_ONE);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED);
    g_assert_cmpuint(firn_catalogue_count(rig->rig.catalogue), ==, 1);
}

/* What the message says to do when the image is gone for good. */
static void
test_said_to_be_gone(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = NULL;
    g_autofree char *folder = lose_folder(rig, &snapshot);
    g_autofree char *word = g_strdup_printf("%s/vda.qcow2.gone", folder);
    g_autoptr(FirnJob) job = NULL;

    g_assert_no_errno(g_mkdir(folder, 0755));
    g_assert_true(g_file_set_contents(word, "", 0, NULL));
    job = firn_test_job_rig_delete(rig, snapshot->uuid, FIRN_DELETE_ONE);
    g_assert_no_error(firn_job_get_error(job));
    g_assert_cmpuint(firn_catalogue_count(rig->rig.catalogue), ==, 0);
}

/* The folder is on the same file system, so the image is gone. */
static void
test_folder_is_empty(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = NULL;
    g_autofree char *folder = lose_folder(rig, &snapshot);
    g_autofree char *vdb = NULL;
    g_autoptr(FirnJob) job = NULL;

    g_assert_no_errno(g_mkdir(folder, 0755));
    job = firn_test_job_rig_delete(rig, snapshot->uuid, FIRN_DELETE_ONE);
    g_assert_no_error(firn_job_get_error(job));
    vdb = firn_test_fake_monitor_dup_snapshots(rig->rig.monitor, "vdb");
    g_assert_cmpstr(vdb, ==, "");
    g_assert_cmpuint(firn_catalogue_count(rig->rig.catalogue), ==, 0);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

static void
add_alone(const char *path, void (*test)(FirnTestJobRig *, gconstpointer))
{
    firn_test_job_rig_add(path, NULL, test);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/delete-job/one-hands-its-children-on", test_one);
    add("/job/delete-job/with-children-leaf-first", test_with_children);
    add("/job/delete-job/children-only", test_children_only);
    add("/job/delete-job/all", test_all);
    add("/job/delete-job/fails-midway", test_fails_midway);
    add("/job/delete-job/fails-listed", test_fails_listed);
    add("/job/delete-job/fails-half-way", test_fails_half_way);
    add("/job/delete-job/fails-at-last", test_fails_at_last);
    add("/job/delete-job/gone-from-the-disks-already", test_gone_from_disks_already);
    add("/job/delete-job/somebody-else-works", test_somebody_works);
    add("/job/delete-job/vm-unreachable", test_unreachable);
    add("/job/delete-job/unknown-snapshot", test_unknown);
    add("/job/delete-job/moved-image", test_moved);
    add_alone("/job/delete-job/off", test_off);
    add_alone("/job/delete-job/folder-is-gone", test_folder_is_gone);
    add_alone("/job/delete-job/folder-is-empty", test_folder_is_empty);
    add_alone("/job/delete-job/folder-of-another-file-system", test_folder_is_another);
    add_alone("/job/delete-job/said-to-be-gone", test_said_to_be_gone);
    return g_test_run();
}
