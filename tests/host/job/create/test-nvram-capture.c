/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-capture.h"

#include "catalogue-change.h"
#include "indication.h"
#include "job-rig.h"
#include "nvram-copy.h"

/* A VM that is off, and whose variables are known to be in vars.fd. */
typedef struct {
    FirnTestJobRig job;
    char *path;              /* (owned) of vars.fd */
    FirnStateDir *directory; /* (owned) */
    FirnSnapshot *snapshot;  /* (owned) the future record */
} Fixture;

static void
write_variables(Fixture *fixture, const char *text)
{
    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
}

static FirnSnapshot *
new_record(const char *name)
{
    FirnSnapshot *record = firn_snapshot_new(name, NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));

    firn_snapshot_add_disk(record, "vda", "qcow2", "/vda", 5);
    return record;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *folder = NULL;
    g_autoptr(FirnSnapshot) seen = new_record("seen");

    firn_test_job_rig_set_up(&fixture->job, NULL);
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    fixture->path = g_build_filename(fixture->job.rig.folder, "vars.fd", NULL);
    folder = g_build_filename(fixture->job.rig.folder, "nvram", NULL);
    fixture->directory = firn_state_dir_new(folder, FIRN_DURABILITY_FLUSHED);
    firn_vm_keep_files(fixture->job.rig.vm, fixture->directory, fixture->directory);
    seen->nvram = firn_nvram_record_new(fixture->path);
    g_assert_true(FIRN_TEST_CHANGE(fixture->job.rig.catalogue, NULL, add, seen));
    fixture->snapshot = new_record("s1");
    write_variables(fixture, "before");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_snapshot_unref(fixture->snapshot);
    firn_state_dir_unref(fixture->directory);
    g_free(fixture->path);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static FirnNvramCapture *
look(Fixture *fixture)
{
    return firn_nvram_capture_look(fixture->job.rig.vm, fixture->snapshot->evidence);
}

static gboolean
indicates(Fixture *fixture, const char *word)
{
    return g_ptr_array_find_with_equal_func(fixture->snapshot->evidence->indications,
                                            word,
                                            g_str_equal,
                                            NULL);
}

static void
assert_kept(Fixture *fixture, FirnNvramCapture *take, const char *text, gboolean is_changing)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) kept = NULL;

    g_assert_true(firn_nvram_capture_keep(take, fixture->snapshot, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(fixture->snapshot->nvram->path, ==, fixture->path);
    kept = firn_nvram_copy_load(fixture->directory,
                                firn_vm_get_uuid(fixture->job.rig.vm),
                                fixture->snapshot->uuid,
                                fixture->snapshot->nvram,
                                &error);
    g_assert_no_error(error);
    g_assert_cmpmem(g_bytes_get_data(kept, NULL), g_bytes_get_size(kept), text, strlen(text));
    g_assert_cmpint(indicates(fixture, FIRN_INDICATION_NVRAM_CHANGING), ==, is_changing);
    g_assert_false(indicates(fixture, FIRN_INDICATION_NVRAM_LEFT_OUT));
}

static void
test_same(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnNvramCapture) take = look(fixture);

    g_assert_true(firn_nvram_capture_before(take, NULL));
    assert_kept(fixture, take, "before", FALSE);
}

/* It is unknown which instant they are of, and the record says so. */
static void
test_changing(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnNvramCapture) take = look(fixture);

    g_assert_true(firn_nvram_capture_before(take, NULL));
    write_variables(fixture, "after!");
    assert_kept(fixture, take, "after!", TRUE);
}

/* What was read while the guest was paused is of that instant, whatever the guest does then. */
static void
test_still(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnNvramCapture) take = look(fixture);

    g_assert_true(firn_nvram_capture_before(take, NULL));
    write_variables(fixture, "still!");
    g_assert_true(firn_nvram_capture_still(take, NULL));
    write_variables(fixture, "after!");
    assert_kept(fixture, take, "still!", FALSE);
}

static void
test_left_out(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnNvramCapture) take = NULL;

    write_variables(fixture, "QFI\xfb of an image");
    take = look(fixture);
    g_test_message("%s", take->blocker);
    g_assert_null(take->path);
    g_assert_true(indicates(fixture, FIRN_INDICATION_NVRAM_LEFT_OUT));
    g_assert_true(firn_nvram_capture_before(take, NULL));
    g_assert_true(firn_nvram_capture_still(take, NULL));
    g_assert_true(firn_nvram_capture_keep(take, fixture->snapshot, NULL));
    g_assert_null(fixture->snapshot->nvram);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/job/nvram-take/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("same", test_same);
    TEST("changing", test_changing);
    TEST("still", test_still);
    TEST("left-out", test_left_out);
    return g_test_run();
}
