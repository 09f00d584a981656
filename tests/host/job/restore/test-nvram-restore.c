/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-restore.h"

#include "disk-image.h"
#include "job-rig.h"
#include "nvram-copy.h"
#include "restore-rollback.h"

#define NOW "now's variables"

/* A VM whose restore was interrupted at some point. Its variables were NOW before. */
typedef struct {
    FirnTestJobRig job;
    char *path;              /* (owned) of vars.fd */
    FirnStateDir *directory; /* (owned) of copies */
    FirnSnapshot *present;   /* (owned) as in the journal entry */
    char *command;           /* (owned) (nullable) */
} Fixture;

static void
write_variables(Fixture *fixture, const char *text)
{
    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
}

static void
assert_variables(Fixture *fixture, const char *text)
{
    g_autofree char *found = NULL;

    g_assert_true(g_file_get_contents(fixture->path, &found, NULL, NULL));
    g_assert_cmpstr(found, ==, text);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *folder = NULL;

    firn_test_job_rig_set_up(&fixture->job, NULL);
    folder = g_build_filename(fixture->job.rig.folder, "nvram", NULL);
    fixture->path = g_build_filename(fixture->job.rig.folder, "vars.fd", NULL);
    fixture->directory = firn_state_dir_new(folder, FIRN_DURABILITY_FLUSHED);
    firn_vm_keep_files(fixture->job.rig.vm, fixture->directory, fixture->directory);
    fixture->present = firn_snapshot_new("undo", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    fixture->present->nvram = firn_nvram_record_new(fixture->path);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *target = g_strdup_printf("vd%c", 'a' + i);
        g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);

        firn_snapshot_add_disk(fixture->present, target, "qcow2", path, 1024 * 1024);
    }
    write_variables(fixture, NOW);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_tear_down(&fixture->job, NULL);
    g_clear_pointer(&fixture->command, g_free);
    firn_snapshot_unref(fixture->present);
    firn_state_dir_unref(fixture->directory);
    g_free(fixture->path);
}

static void
keep_disk(Fixture *fixture, guint i)
{
    const FirnSnapshotDisk *disk = fixture->present->disks->pdata[i];

    g_free(firn_test_disk_image_run("qemu-img",
                                    "snapshot",
                                    "-c",
                                    fixture->present->tag,
                                    disk->path,
                                    NULL));
}

static void
keep_disks(Fixture *fixture)
{
    keep_disk(fixture, 0);
    keep_disk(fixture, 1);
}

static void
keep_variables(Fixture *fixture)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(NOW, strlen(NOW));

    g_assert_true(firn_nvram_copy_keep(fixture->directory,
                                       firn_vm_get_uuid(fixture->job.rig.vm),
                                       fixture->present->uuid,
                                       bytes,
                                       NULL));
}

static void
assert_no_tags(Fixture *fixture)
{
    for (guint i = 0; i < fixture->present->disks->len; i++) {
        const FirnSnapshotDisk *disk = fixture->present->disks->pdata[i];
        g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(disk->path);

        g_assert_cmpuint(g_strv_length(tags), ==, 0);
    }
}

static gboolean
has_copy(Fixture *fixture)
{
    return firn_nvram_copy_has(fixture->directory,
                               firn_vm_get_uuid(fixture->job.rig.vm),
                               fixture->present->uuid);
}

static void
take_way_back(Fixture *fixture)
{
    const FirnIntentRestore restore = {(char *)"11111111-1111-4222-8333-123456789abc",
                                       (char *)"a",
                                       (char *)"off",
                                       (char *)"off"};
    g_autoptr(GError) error = NULL;

    g_clear_pointer(&fixture->command, g_free);
    firn_restore_rollback_run(fixture->job.rig.vm,
                              fixture->job.backend,
                              fixture->present,
                              &restore,
                              &fixture->command,
                              &error);
    g_assert_no_error(error);
}

/* Whatever was written to the variables, they get their previous contents back; the copy goes. */
static void
test_half_written(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    keep_disks(fixture);
    keep_variables(fixture);
    write_variables(fixture, "thenw's variabl");
    take_way_back(fixture);
    assert_variables(fixture, NOW);
    g_assert_false(has_copy(fixture));
    assert_no_tags(fixture);
}

/* Interrupted before they were saved: they were not changed. */
static void
test_not_kept(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    keep_disks(fixture);
    take_way_back(fixture);
    assert_variables(fixture, NOW);
    assert_no_tags(fixture);
}

/* The rollback itself was interrupted, when the disks were done: what the VM has written since is
 * kept. */
static void
test_left_over(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    keep_disk(fixture, GPOINTER_TO_UINT(data));
    keep_variables(fixture);
    write_variables(fixture, "since then 1234");
    take_way_back(fixture);
    assert_variables(fixture, "since then 1234");
    g_assert_false(has_copy(fixture));
    keep_variables(fixture);
    take_way_back(fixture);
    assert_variables(fixture, "since then 1234");
    g_assert_false(has_copy(fixture));
}

/* The VM was started in the meantime: its variables are not changed, and the previous ones are
 * saved in the undo point. */
static void
test_started(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnUndoPoint) undo = NULL;

    keep_variables(fixture);
    firn_test_fake_monitor_add_snapshot(fixture->job.rig.monitor, "vda", fixture->present->tag);
    firn_test_fake_monitor_add_snapshot(fixture->job.rig.monitor, "vdb", fixture->present->tag);
    write_variables(fixture, "its guest's own");
    take_way_back(fixture);
    g_assert_nonnull(fixture->command);
    assert_variables(fixture, "its guest's own");
    undo = firn_catalogue_dup_undo(fixture->job.rig.catalogue);
    g_assert_cmpuint(undo->snapshot->nvram->size_bytes, ==, strlen(NOW));
    g_assert_nonnull(undo->snapshot->nvram->digest);
    g_assert_true(has_copy(fixture));
}

/* The same, but they had not been saved yet: an undo does not change them. */
static void
test_nothing_to_measure(Fixture *fixture, gconstpointer data)
{
    g_assert_true(firn_nvram_restore_measure(fixture->job.rig.vm, fixture->present, NULL));
    g_assert_null(fixture->present->nvram);
}

#define TEST(topic, function, data)                                                                \
    g_test_add("/job/nvram-return/" topic, Fixture, data, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("way-back/half-written", test_half_written, NULL);
    TEST("way-back/not-kept", test_not_kept, NULL);
    TEST("way-back/left-over/first-disk", test_left_over, GUINT_TO_POINTER(0));
    TEST("way-back/left-over/second-disk", test_left_over, GUINT_TO_POINTER(1));
    TEST("way-back/started", test_started, NULL);
    TEST("nothing-to-measure", test_nothing_to_measure, NULL);
    return g_test_run();
}
