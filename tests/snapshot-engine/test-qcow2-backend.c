/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qcow2-backend.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block-device.h"
#include "disk-image.h"
#include "engine-error.h"
#include "fake-monitor.h"
#include "job-rig.h"
#include "monitor-client.h"
#include "qmp-error.h"
#include "real-qemu.h"
#include "scratch-dir.h"
#include "small-disk.h"

#define TAG "before.0123abcd"

typedef gboolean (*Step)(FirnBackend *backend, const FirnCut *cut, GError **error);

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    const char *folder;          /* (unowned) */
    FirnBackend *backend;        /* (owned) */
    FirnTestFakeMonitor *fake;   /* (owned) (nullable) */
    FirnTestPeer *peer;          /* (unowned) (nullable) of @fake */
    FirnTestRealQemu *qemu;      /* (owned) (nullable) */
    FirnChannel *monitor;        /* (owned) (nullable) */
    GPtrArray *disks;            /* (owned) (element-type FirnDisk) */
    FirnCut cut;
    Step step;
    gboolean ok;
    GError *error; /* (owned) (nullable) */
} Fixture;

static void
set_up_off(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->folder = firn_test_scratch_dir_get_path(fixture->scratch);
    fixture->backend = firn_qcow2_backend_new();
    fixture->disks = firn_disks_new();
    fixture->cut = (FirnCut){NULL, fixture->disks, TAG, 5000};
}

static FirnDisk *
add_disk(Fixture *fixture, const char *target, const char *node_name)
{
    FirnDisk *disk = firn_disk_new(target, "qcow2");

    disk->node_name = g_strdup(node_name);
    g_ptr_array_add(fixture->disks, disk);
    return disk;
}

static FirnDisk *
add_image(Fixture *fixture, const char *target, const char *node_name, const char *folder)
{
    FirnDisk *disk = add_disk(fixture, target, node_name);

    disk->path = g_strdup_printf("%s/%s.qcow2", folder, target);
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    "qcow2",
                                    disk->path,
                                    "64M",
                                    NULL));
    return disk;
}

static void
set_up_images(Fixture *fixture, gconstpointer data)
{
    set_up_off(fixture, data);
    add_image(fixture, "vda", NULL, fixture->folder);
    add_image(fixture, "vdb", NULL, fixture->folder);
}

static void
set_up_fake(Fixture *fixture, gconstpointer data)
{
    set_up_off(fixture, data);
    fixture->fake = firn_test_fake_monitor_new(NULL, 2);
    fixture->peer = firn_test_fake_monitor_get_peer(fixture->fake);
    fixture->monitor = firn_test_open_monitor(firn_test_peer_get_path(fixture->peer));
    fixture->cut.monitor = fixture->monitor;
    add_disk(fixture, "vda", "node-vda");
    add_disk(fixture, "vdb", "node-vdb");
}

static void
start_qemu(Fixture *fixture)
{
    const char *images[3] = {NULL};

    for (guint i = 0; i < fixture->disks->len; i++)
        images[i] = ((FirnDisk *)fixture->disks->pdata[i])->path;
    fixture->qemu = firn_test_real_qemu_new(fixture->folder, images);
    fixture->cut.monitor = firn_test_real_qemu_get_monitor(fixture->qemu);
}

static void
set_up_real(Fixture *fixture, gconstpointer data)
{
    set_up_off(fixture, data);
    add_image(fixture, "vda", "n0", fixture->folder);
    add_image(fixture, "vdb", "n1", fixture->folder);
    start_qemu(fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    if (fixture->monitor != NULL)
        firn_channel_close(fixture->monitor);
    g_clear_object(&fixture->monitor);
    g_clear_pointer(&fixture->fake, firn_test_fake_monitor_free);
    g_clear_pointer(&fixture->qemu, firn_test_real_qemu_free);
    g_clear_object(&fixture->backend);
    g_clear_error(&fixture->error);
    g_ptr_array_unref(fixture->disks);
    firn_test_small_disk_unmount();
    firn_test_scratch_dir_free(fixture->scratch);
}

static void
do_step(gpointer data)
{
    Fixture *fixture = data;

    g_clear_error(&fixture->error);
    fixture->ok = fixture->step(fixture->backend, &fixture->cut, &fixture->error);
}

static void
run(Fixture *fixture, Step step)
{
    fixture->step = step;
    firn_test_run_job(do_step, fixture);
    if (fixture->error != NULL)
        g_test_message("%s", fixture->error->message);
    g_assert_cmpint(fixture->ok, ==, fixture->error == NULL);
}

static void
assert_works(Fixture *fixture, Step step)
{
    run(fixture, step);
    g_assert_no_error(fixture->error);
}

static void
assert_fails(Fixture *fixture, Step step, GQuark domain, int code)
{
    run(fixture, step);
    g_assert_error(fixture->error, domain, code);
}

static void
assert_engine_fails(Fixture *fixture, Step step, int code)
{
    assert_fails(fixture, step, FIRN_ENGINE_ERROR, code);
}

static void
assert_fake_tags(Fixture *fixture, const char *vda, const char *vdb)
{
    g_autofree char *a = firn_test_fake_monitor_dup_snapshots(fixture->fake, "vda");
    g_autofree char *b = firn_test_fake_monitor_dup_snapshots(fixture->fake, "vdb");

    g_assert_cmpstr(a, ==, vda);
    g_assert_cmpstr(b, ==, vdb);
}

static void
assert_image_tags(Fixture *fixture, guint index, const char *expected)
{
    const FirnDisk *disk = fixture->disks->pdata[index];
    g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(disk->path);
    g_autofree char *spelt = g_strjoinv(" ", tags);

    g_assert_cmpstr(spelt, ==, expected);
}

static void
add_to_image(Fixture *fixture, guint index, const char *tag)
{
    const FirnDisk *disk = fixture->disks->pdata[index];

    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", tag, disk->path, NULL));
}

static void
test_name(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpstr(firn_backend_get_name(fixture->backend), ==, "qcow2");
}

/* The whole life cycle of a snapshot; @data: not used. The same for every kind of fixture. */
static void
test_life(Fixture *fixture, gconstpointer data)
{
    assert_engine_fails(fixture, firn_backend_verify, FIRN_ENGINE_ERROR_PARTIAL);
    assert_works(fixture, firn_backend_prepare);
    assert_works(fixture, firn_backend_take);
    assert_works(fixture, firn_backend_verify);
    assert_works(fixture, firn_backend_discard);
    assert_engine_fails(fixture, firn_backend_verify, FIRN_ENGINE_ERROR_PARTIAL);
    assert_works(fixture, firn_backend_discard);
}

static void
write_pattern(Fixture *fixture, guint index, const char *command)
{
    const FirnDisk *disk = fixture->disks->pdata[index];

    g_free(firn_test_disk_image_run("qemu-io", "-f", "qcow2", "-c", command, disk->path, NULL));
}

static void
assert_pattern(Fixture *fixture, guint index, const char *bytes)
{
    const FirnDisk *disk = fixture->disks->pdata[index];
    g_autofree char *text = firn_test_disk_image_run("qemu-io",
                                                     "-f",
                                                     "qcow2",
                                                     "-r",
                                                     "-c",
                                                     "read -v 0 16",
                                                     disk->path,
                                                     NULL);

    g_assert_nonnull(strstr(text, bytes));
}

static void
test_revert(Fixture *fixture, gconstpointer data)
{
    write_pattern(fixture, 0, "write -P 0xa0 0 64k");
    write_pattern(fixture, 1, "write -P 0xa1 0 64k");
    assert_works(fixture, firn_backend_take);
    write_pattern(fixture, 0, "write -P 0xb0 0 64k");
    write_pattern(fixture, 1, "write -P 0xb1 0 64k");
    assert_works(fixture, firn_backend_revert);
    assert_pattern(fixture, 0, "a0 a0 a0");
    assert_pattern(fixture, 1, "a1 a1 a1");
    assert_works(fixture, firn_backend_revert);
    assert_works(fixture, firn_backend_verify);
}

/* No disk is changed if one of them cannot be reverted. */
static void
test_revert_all_or_none(Fixture *fixture, gconstpointer data)
{
    add_to_image(fixture, 0, TAG);
    write_pattern(fixture, 0, "write -P 0xb0 0 64k");
    assert_engine_fails(fixture, firn_backend_revert, FIRN_ENGINE_ERROR_PARTIAL);
    assert_pattern(fixture, 0, "b0 b0 b0");
}

static void
test_revert_in_use(Fixture *fixture, gconstpointer data)
{
    assert_works(fixture, firn_backend_take);
    fixture->cut.monitor = NULL;
    assert_engine_fails(fixture, firn_backend_revert, FIRN_ENGINE_ERROR_IN_USE);
}

static void
test_fake_one_transaction(Fixture *fixture, gconstpointer data)
{
    assert_works(fixture, firn_backend_take);
    assert_fake_tags(fixture, TAG, TAG);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "transaction"), ==, 1);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "query-block"), ==, 0);
}

static void
test_fake_lie(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep says_yes[] = {{.text = "{\"return\": {}, \"id\": $id}\r\n"}, {0}};

    firn_test_peer_when(fixture->peer, "\"transaction\"", 0, says_yes);
    assert_works(fixture, firn_backend_take);
    assert_engine_fails(fixture, firn_backend_verify, FIRN_ENGINE_ERROR_PARTIAL);
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vda", TAG);
    assert_engine_fails(fixture, firn_backend_verify, FIRN_ENGINE_ERROR_PARTIAL);
    g_assert_nonnull(strstr(fixture->error->message, "vda: has it; vdb: does not have it"));
    assert_works(fixture, firn_backend_discard);
    assert_fake_tags(fixture, "", "");
}

static void
test_fake_no_space(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_fail(fixture->peer,
                        "\"transaction\"",
                        0,
                        "Failed to create snapshot 'x' on device 'n0': No space left on device");
    assert_engine_fails(fixture, firn_backend_take, FIRN_ENGINE_ERROR_NO_SPACE);
}

static void
test_fake_refused(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_fail(fixture->peer, "\"transaction\"", 0, "Node 'x' is busy");
    assert_fails(fixture, firn_backend_take, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
}

static void
test_fake_silent(Fixture *fixture, gconstpointer data)
{
    fixture->cut.deadline_ms = 200;
    firn_test_peer_when(fixture->peer, "\"transaction\"", 0, NULL);
    assert_fails(fixture, firn_backend_take, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);
    firn_test_peer_when(fixture->peer, "\"query-block\"", 0, NULL);
    assert_fails(fixture, firn_backend_verify, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);
    assert_fails(fixture, firn_backend_discard, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE);
}

static void
test_fake_twins(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vda", TAG);
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vdb", TAG);
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vdb", TAG);
    assert_engine_fails(fixture, firn_backend_verify, FIRN_ENGINE_ERROR_PARTIAL);
    g_assert_nonnull(strstr(fixture->error->message, "vda: has it; vdb: has it 2 times"));
    assert_engine_fails(fixture, firn_backend_discard, FIRN_ENGINE_ERROR_PARTIAL);
    assert_fake_tags(fixture, TAG, TAG " " TAG);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "snapshot-delete"), ==, 0);
}

static void
test_fake_others_stay(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vda", "1");
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vda", TAG);
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vdb", "before");
    assert_works(fixture, firn_backend_discard);
    assert_fake_tags(fixture, "1", "before");
}

static void
test_fake_nothing_to_discard(Fixture *fixture, gconstpointer data)
{
    assert_works(fixture, firn_backend_discard);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "snapshot-delete"), ==, 0);
}

static void
test_fake_discard_refused(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vda", TAG);
    firn_test_peer_fail(fixture->peer, "\"snapshot-delete\"", 0, "Node 'x' is busy");
    assert_engine_fails(fixture, firn_backend_discard, FIRN_ENGINE_ERROR_PARTIAL);
    g_assert_nonnull(strstr(fixture->error->message, "Node 'x' is busy"));
}

static void
test_fake_lost_disk(Fixture *fixture, gconstpointer data)
{
    assert_works(fixture, firn_backend_take);
    add_disk(fixture, "vdc", "node-vdc");
    assert_engine_fails(fixture, firn_backend_verify, FIRN_ENGINE_ERROR_PARTIAL);
    assert_engine_fails(fixture, firn_backend_discard, FIRN_ENGINE_ERROR_PARTIAL);
    /* What could be deleted is deleted nevertheless. */
    assert_fake_tags(fixture, "", "");
}

static void
test_fake_no_node(Fixture *fixture, gconstpointer data)
{
    add_disk(fixture, "vdc", NULL);
    assert_engine_fails(fixture, firn_backend_take, FIRN_ENGINE_ERROR_INVALID);
    assert_fake_tags(fixture, "", "");
}

static void
test_foreign_tag(Fixture *fixture, gconstpointer data)
{
    fixture->cut.tag = "1";
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vda", "1");
    assert_engine_fails(fixture, firn_backend_take, FIRN_ENGINE_ERROR_INVALID);
    assert_engine_fails(fixture, firn_backend_discard, FIRN_ENGINE_ERROR_AMBIGUOUS);
    assert_fake_tags(fixture, "1", "");
}

/* A foreign snapshot that was adopted: firn can delete it, but makes none with such a tag. */
static void
test_adopted_tag(Fixture *fixture, gconstpointer data)
{
    fixture->cut.tag = "before the upgrade";
    assert_engine_fails(fixture, firn_backend_take, FIRN_ENGINE_ERROR_INVALID);
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vda", fixture->cut.tag);
    firn_test_fake_monitor_add_snapshot(fixture->fake, "vdb", fixture->cut.tag);
    assert_works(fixture, firn_backend_discard);
    assert_fake_tags(fixture, "", "");
}

static void
test_off_in_use(Fixture *fixture, gconstpointer data)
{
    const char *images[] = {((FirnDisk *)fixture->disks->pdata[1])->path, NULL};

    fixture->qemu = firn_test_real_qemu_new(fixture->folder, images);
    assert_engine_fails(fixture, firn_backend_take, FIRN_ENGINE_ERROR_IN_USE);
    assert_image_tags(fixture, 0, "");
    assert_image_tags(fixture, 1, "");
}

/* A process that uses an image may be about to make that snapshot: qemu-img outlives firnd. */
static void
test_off_discard_in_use(Fixture *fixture, gconstpointer data)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 101, .l_len = 1};
    int file = open(((FirnDisk *)fixture->disks->pdata[1])->path, O_RDWR | O_CLOEXEC);

    g_assert_cmpint(fcntl(file, F_OFD_SETLK, &lock), ==, 0);
    assert_engine_fails(fixture, firn_backend_discard, FIRN_ENGINE_ERROR_IN_USE);
    close(file);
    assert_works(fixture, firn_backend_discard);
}

static void
test_off_twins(Fixture *fixture, gconstpointer data)
{
    add_to_image(fixture, 0, TAG);
    add_to_image(fixture, 1, TAG);
    add_to_image(fixture, 1, TAG);
    assert_engine_fails(fixture, firn_backend_discard, FIRN_ENGINE_ERROR_PARTIAL);
    assert_image_tags(fixture, 0, TAG);
    assert_image_tags(fixture, 1, TAG " " TAG);
}

static void
test_off_lost_file(Fixture *fixture, gconstpointer data)
{
    add_to_image(fixture, 1, TAG);
    unlink(((FirnDisk *)fixture->disks->pdata[0])->path);
    assert_engine_fails(fixture, firn_backend_prepare, FIRN_ENGINE_ERROR_FAILED);
    assert_engine_fails(fixture, firn_backend_verify, FIRN_ENGINE_ERROR_PARTIAL);
    assert_engine_fails(fixture, firn_backend_discard, FIRN_ENGINE_ERROR_PARTIAL);
    assert_image_tags(fixture, 1, "");
}

/* Puts the second of two images on a full file system; FALSE: not possible here. */
static gboolean
add_images_with_full_second(Fixture *fixture)
{
    g_autofree char *small = g_build_filename(fixture->folder, "small", NULL);

    g_assert_cmpint(mkdir(small, 0700), ==, 0);
    if (!firn_test_small_disk_mount(small, "2m"))
        return FALSE;
    add_image(fixture, "vda", "n0", fixture->folder);
    add_image(fixture, "vdb", "n1", small);
    firn_test_small_disk_fill(small, 0);
    return TRUE;
}

static void
test_off_no_space(Fixture *fixture, gconstpointer data)
{
    if (!add_images_with_full_second(fixture))
        return;
    assert_engine_fails(fixture, firn_backend_take, FIRN_ENGINE_ERROR_NO_SPACE);
    assert_image_tags(fixture, 0, TAG);
    assert_engine_fails(fixture, firn_backend_verify, FIRN_ENGINE_ERROR_PARTIAL);
    assert_works(fixture, firn_backend_discard);
    assert_image_tags(fixture, 0, "");
    assert_image_tags(fixture, 1, "");
}

static void
test_real_no_space(Fixture *fixture, gconstpointer data)
{
    if (!add_images_with_full_second(fixture))
        return;
    start_qemu(fixture);
    assert_engine_fails(fixture, firn_backend_take, FIRN_ENGINE_ERROR_NO_SPACE);
    assert_engine_fails(fixture, firn_backend_verify, FIRN_ENGINE_ERROR_PARTIAL);
    g_assert_nonnull(
        strstr(fixture->error->message, "vda: does not have it; vdb: does not have it"));
    assert_works(fixture, firn_backend_discard);
}

static void
test_real_taken(Fixture *fixture, gconstpointer data)
{
    assert_works(fixture, firn_backend_take);
    assert_fails(fixture, firn_backend_take, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
    assert_works(fixture, firn_backend_verify);
}

static void
do_check(gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autofree char *text = NULL;

    firn_backend_check(fixture->backend, &fixture->cut, blockers);
    text = firn_blockers_to_text(blockers);
    g_assert_cmpstr(text, ==, "");
}

static void
add_bitmap(gpointer data)
{
    Fixture *fixture = data;
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_string_member(arguments, "node", "n1");
    json_object_set_string_member(arguments, "name", "backup");
    reply = firn_channel_call(fixture->cut.monitor,
                              "block-dirty-bitmap-add",
                              arguments,
                              5000,
                              NULL,
                              &fixture->error);
    g_assert_no_error(fixture->error);
}

/* A bitmap of a backup program does not block QEMU, so it does not block firn. */
static void
test_real_bitmap(Fixture *fixture, gconstpointer data)
{
    firn_test_run_job(add_bitmap, fixture);
    firn_test_run_job(do_check, fixture);
    assert_works(fixture, firn_backend_take);
    assert_works(fixture, firn_backend_verify);
}

#define TEST(topic, set_up, function)                                                              \
    g_test_add("/snapshot-engine/qcow2-backend/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("name", set_up_off, test_name);
    TEST("fake/life", set_up_fake, test_life);
    TEST("fake/take/one-transaction", set_up_fake, test_fake_one_transaction);
    TEST("fake/take/qemu-lies", set_up_fake, test_fake_lie);
    TEST("fake/take/no-space", set_up_fake, test_fake_no_space);
    TEST("fake/take/refused", set_up_fake, test_fake_refused);
    TEST("fake/take/no-node", set_up_fake, test_fake_no_node);
    TEST("fake/silent", set_up_fake, test_fake_silent);
    TEST("fake/twins", set_up_fake, test_fake_twins);
    TEST("fake/foreign-tag", set_up_fake, test_foreign_tag);
    TEST("fake/adopted-tag", set_up_fake, test_adopted_tag);
    TEST("fake/lost-disk", set_up_fake, test_fake_lost_disk);
    TEST("fake/discard/others-stay", set_up_fake, test_fake_others_stay);
    TEST("fake/discard/nothing-there", set_up_fake, test_fake_nothing_to_discard);
    TEST("fake/discard/refused", set_up_fake, test_fake_discard_refused);
    TEST("off/life", set_up_images, test_life);
    TEST("off/revert", set_up_images, test_revert);
    TEST("off/revert-all-or-none", set_up_images, test_revert_all_or_none);
    TEST("off/in-use", set_up_images, test_off_in_use);
    TEST("off/discard-in-use", set_up_images, test_off_discard_in_use);
    TEST("off/twins", set_up_images, test_off_twins);
    TEST("off/lost-file", set_up_images, test_off_lost_file);
    TEST("off/no-space", set_up_off, test_off_no_space);
    TEST("real/life", set_up_real, test_life);
    TEST("real/revert", set_up_real, test_revert_in_use);
    TEST("real/tag-taken", set_up_real, test_real_taken);
    TEST("real/bitmap", set_up_real, test_real_bitmap);
    TEST("real/no-space", set_up_off, test_real_no_space);
    return g_test_run();
}
