/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-tool.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block-device.h"
#include "disk-image.h"
#include "engine-error.h"
#include "scratch-dir.h"
#include "small-disk.h"

#define TAG "before.0123abcd"

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    const char *folder;          /* (unowned) */
    FirnDisk *disk;              /* (owned) a fresh image of 64 MiB */
    GError *error;               /* (owned) (nullable) */
} Fixture;

static FirnDisk *
make_image(const char *folder, const char *name)
{
    FirnDisk *disk = firn_disk_new("vda", "qcow2");
    g_autofree char *out = NULL;

    disk->path = g_build_filename(folder, name, NULL);
    out = firn_test_disk_image_run("qemu-img",
                                   "create",
                                   "-q",
                                   "-f",
                                   "qcow2",
                                   disk->path,
                                   "64M",
                                   NULL);
    return disk;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->folder = firn_test_scratch_dir_get_path(fixture->scratch);
    fixture->disk = make_image(fixture->folder, "a.qcow2");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_error(&fixture->error);
    firn_disk_free(fixture->disk);
    firn_test_small_disk_unmount();
    firn_test_scratch_dir_free(fixture->scratch);
}

static void
add_by_hand(Fixture *fixture, const char *tag)
{
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", tag, fixture->disk->path, NULL));
}

/* All tags in the image's own order, each followed by a space. */
static char *
spell_tags(Fixture *fixture)
{
    g_autoptr(FirnDisk) now = firn_disk_copy(fixture->disk);
    GString *text = g_string_new(NULL);

    firn_image_tool_inspect(now, &fixture->error);
    g_assert_no_error(fixture->error);
    for (guint i = 0; i < now->snapshots->len; i++)
        g_string_append_printf(text, "%s ", ((FirnImageSnapshot *)now->snapshots->pdata[i])->tag);
    return g_string_free(text, FALSE);
}

static void
assert_tags(Fixture *fixture, const char *expected)
{
    g_autofree char *tags = spell_tags(fixture);

    g_assert_cmpstr(tags, ==, expected);
}

static void
assert_inspect_fails(Fixture *fixture, int code)
{
    g_assert_false(firn_image_tool_inspect(fixture->disk, &fixture->error));
    g_test_message("%s", fixture->error->message);
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, code);
    g_clear_error(&fixture->error);
}

static void
assert_take_fails(Fixture *fixture, int code)
{
    g_assert_false(firn_image_tool_take(fixture->disk, TAG, &fixture->error));
    g_test_message("%s", fixture->error->message);
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, code);
    g_clear_error(&fixture->error);
}

static void
assert_delete_fails(Fixture *fixture, const char *tag, int code)
{
    g_assert_false(firn_image_tool_delete(fixture->disk, tag, &fixture->error));
    g_test_message("%s", fixture->error->message);
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, code);
    g_clear_error(&fixture->error);
}

static void
overwrite(const char *path, off_t offset, const void *bytes, gsize length)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);

    g_assert_cmpint(pwrite(file, bytes, length, offset), ==, length);
    close(file);
}

static void
test_inspect(Fixture *fixture, gconstpointer data)
{
    FirnImageFacts facts = {0};

    add_by_hand(fixture, "one");
    g_assert_true(firn_image_tool_examine(fixture->disk, &facts, &fixture->error));
    g_assert_cmpuint(fixture->disk->size_bytes, ==, 64 << 20);
    g_assert_null(fixture->disk->backing_path);
    g_assert_cmpuint(firn_disk_count_tag(fixture->disk, "one"), ==, 1);
    g_assert_cmpuint(facts.cluster_bytes, ==, 65536);
    g_assert_false(facts.has_data_file);
    g_assert_false(facts.is_corrupt);
}

static void
test_inspect_odd_paths(Fixture *fixture, gconstpointer data)
{
    static const char *const names[] = {"json:{}",
                                        "json:{\"driver\":\"null-co\"}",
                                        "a,file.filename=,b",
                                        ",,",
                                        "nbd:localhost:1",
                                        "fat:x",
                                        "-n",
                                        "a b\"'\n$(id)%s",
                                        "ä"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(fixture->folder, names[i], NULL);

        g_test_message("%s", path);
        g_assert_cmpint(rename(fixture->disk->path, path), ==, 0);
        g_free(fixture->disk->path);
        fixture->disk->path = g_steal_pointer(&path);
        firn_image_tool_take(fixture->disk, TAG, &fixture->error);
        g_assert_no_error(fixture->error);
        assert_tags(fixture, TAG " ");
        firn_image_tool_delete(fixture->disk, TAG, &fixture->error);
        g_assert_no_error(fixture->error);
        assert_tags(fixture, "");
    }
}

static void
test_inspect_no_path(Fixture *fixture, gconstpointer data)
{
    g_clear_pointer(&fixture->disk->path, g_free);
    assert_inspect_fails(fixture, FIRN_ENGINE_ERROR_FAILED);
    fixture->disk->path = g_strdup("a.qcow2");
    assert_inspect_fails(fixture, FIRN_ENGINE_ERROR_FAILED);
    g_free(fixture->disk->path);
    fixture->disk->path = g_build_filename(fixture->folder, "none", NULL);
    assert_inspect_fails(fixture, FIRN_ENGINE_ERROR_FAILED);
    g_assert_cmpint(mkfifo(fixture->disk->path, 0600), ==, 0);
    assert_inspect_fails(fixture, FIRN_ENGINE_ERROR_FAILED);
}

static void
test_inspect_garbage(Fixture *fixture, gconstpointer data)
{
    overwrite(fixture->disk->path, 0, "garbage", 7);
    assert_inspect_fails(fixture, FIRN_ENGINE_ERROR_CORRUPT);
}

static void
test_inspect_claims(Fixture *fixture, gconstpointer data)
{
    static const guint8 all_ones[] = {0xff, 0xff, 0xff, 0xff};

    /* nb_snapshots, docs/interop/qcow2.txt */
    overwrite(fixture->disk->path, 60, all_ones, 4);
    assert_inspect_fails(fixture, FIRN_ENGINE_ERROR_CORRUPT);
}

/* A guest with a raw disk can write any header to its beginning. */
static void
test_inspect_raw_is_raw(Fixture *fixture, gconstpointer data)
{
    add_by_hand(fixture, "one");
    g_free(fixture->disk->format);
    fixture->disk->format = g_strdup("raw");
    firn_image_tool_inspect(fixture->disk, &fixture->error);
    g_assert_no_error(fixture->error);
    g_assert_cmpuint(fixture->disk->snapshots->len, ==, 0);
    assert_take_fails(fixture, FIRN_ENGINE_ERROR_INVALID);
}

static void
test_inspect_odd_format(Fixture *fixture, gconstpointer data)
{
    g_free(fixture->disk->format);
    fixture->disk->format = g_strdup("raw,file.filename=/etc/passwd");
    assert_inspect_fails(fixture, FIRN_ENGINE_ERROR_CORRUPT);
    g_free(fixture->disk->format);
    fixture->disk->format = g_strdup("null-co");
    assert_inspect_fails(fixture, FIRN_ENGINE_ERROR_CORRUPT);
}

static void
test_backing(Fixture *fixture, gconstpointer data)
{
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-u",
                                    "-f",
                                    "qcow2",
                                    "-F",
                                    "raw",
                                    "-b",
                                    "json:{\"driver\":\"raw\",\"file\":{\"driver\":\"file\","
                                    "\"filename\":\"/etc/passwd\"}}",
                                    fixture->disk->path,
                                    "1M",
                                    NULL));
    firn_image_tool_inspect(fixture->disk, &fixture->error);
    g_assert_no_error(fixture->error);
    g_assert_nonnull(fixture->disk->backing_path);
    assert_take_fails(fixture, FIRN_ENGINE_ERROR_INVALID);
}

static void
test_data_file(Fixture *fixture, gconstpointer data)
{
    g_autofree char *option = g_strdup_printf("data_file=%s/raw", fixture->folder);
    FirnImageFacts facts;

    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    "qcow2",
                                    "-o",
                                    option,
                                    fixture->disk->path,
                                    "1M",
                                    NULL));
    g_assert_true(firn_image_tool_examine(fixture->disk, &facts, NULL));
    g_assert_true(facts.has_data_file);
    assert_take_fails(fixture, FIRN_ENGINE_ERROR_INVALID);
}

/* The image was replaced by one with a data file meanwhile. Opening that would block without limit,
 * because it is a FIFO. */
static void
assert_parts_are_left_alone(Fixture *fixture, const char *option)
{
    g_assert_true(firn_image_tool_take(fixture->disk, TAG, NULL));
    g_free(firn_test_disk_image_run("qemu-img",
                                    "rebase",
                                    "-u",
                                    "-f",
                                    "qcow2",
                                    "-F",
                                    "raw",
                                    "-b",
                                    option,
                                    fixture->disk->path,
                                    NULL));
    assert_delete_fails(fixture, TAG, FIRN_ENGINE_ERROR_INVALID);
    g_assert_false(firn_image_tool_revert(fixture->disk, TAG, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_clear_error(&fixture->error);
    g_assert_false(firn_image_tool_drop_bitmaps(fixture->disk, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_clear_error(&fixture->error);
    assert_tags(fixture, TAG " ");
}

static void
test_backing_fifo(Fixture *fixture, gconstpointer data)
{
    g_autofree char *fifo = g_build_filename(fixture->folder, "fifo", NULL);

    g_assert_no_errno(mkfifo(fifo, 0600));
    assert_parts_are_left_alone(fixture, fifo);
}

static void
test_backing_url(Fixture *fixture, gconstpointer data)
{
    assert_parts_are_left_alone(fixture, "nbd:localhost:1");
}

static void
test_take(Fixture *fixture, gconstpointer data)
{
    firn_image_tool_take(fixture->disk, TAG, &fixture->error);
    g_assert_no_error(fixture->error);
    assert_tags(fixture, TAG " ");
    assert_take_fails(fixture, FIRN_ENGINE_ERROR_EXISTS);
    assert_tags(fixture, TAG " ");
}

static void
test_delete(Fixture *fixture, gconstpointer data)
{
    assert_delete_fails(fixture, TAG, FIRN_ENGINE_ERROR_NOT_FOUND);
    g_assert_true(firn_image_tool_take(fixture->disk, TAG, NULL));
    firn_image_tool_delete(fixture->disk, TAG, &fixture->error);
    g_assert_no_error(fixture->error);
    assert_tags(fixture, "");
}

/* Tags that equal ids of others, duplicates, and words that are options. */
static void
test_delete_among_hostile_tags(Fixture *fixture, gconstpointer data)
{
    static const char *const hostile[] = {"2", "1", "1", "3", "", "-d", TAG " ", "before"};

    for (guint i = 0; i < G_N_ELEMENTS(hostile); i++)
        add_by_hand(fixture, hostile[i]);
    g_assert_true(firn_image_tool_take(fixture->disk, TAG, NULL));
    assert_tags(fixture, "2 1 1 3  -d " TAG "  before " TAG " ");
    firn_image_tool_delete(fixture->disk, TAG, &fixture->error);
    g_assert_no_error(fixture->error);
    assert_tags(fixture, "2 1 1 3  -d " TAG "  before ");
    for (guint i = 0; i < 4; i++)
        assert_delete_fails(fixture, hostile[i], FIRN_ENGINE_ERROR_AMBIGUOUS);
    assert_delete_fails(fixture, hostile[4], FIRN_ENGINE_ERROR_INVALID);
    assert_tags(fixture, "2 1 1 3  -d " TAG "  before ");
    /* Adopted ones are deleted by exactly their tags. */
    for (guint i = 5; i < G_N_ELEMENTS(hostile); i++) {
        firn_image_tool_delete(fixture->disk, hostile[i], &fixture->error);
        g_assert_no_error(fixture->error);
    }
    assert_tags(fixture, "2 1 1 3  ");
}

static char *
read_image(Fixture *fixture)
{
    return firn_test_disk_image_run("qemu-io",
                                    "-f",
                                    "qcow2",
                                    "-r",
                                    "-c",
                                    "read -v 0 16",
                                    fixture->disk->path,
                                    NULL);
}

static void
write_image(Fixture *fixture, const char *command)
{
    g_free(firn_test_disk_image_run("qemu-io",
                                    "-f",
                                    "qcow2",
                                    "-c",
                                    command,
                                    fixture->disk->path,
                                    NULL));
}

/* What was written since is lost, and its clusters are free. */
static void
test_revert(Fixture *fixture, gconstpointer data)
{
    g_autofree char *then = NULL;

    g_assert_false(firn_image_tool_revert(fixture->disk, TAG, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NOT_FOUND);
    g_clear_error(&fixture->error);
    write_image(fixture, "write -P 0xaa 0 64k");
    g_assert_true(firn_image_tool_take(fixture->disk, TAG, NULL));
    write_image(fixture, "write -P 0xbb 0 64k");
    for (guint i = 0; i < 2; i++) {
        firn_image_tool_revert(fixture->disk, TAG, &fixture->error);
        g_assert_no_error(fixture->error);
    }
    then = read_image(fixture);
    g_assert_nonnull(strstr(then, "aa aa aa aa"));
    assert_tags(fixture, TAG " ");
}

static void
test_delete_twins(Fixture *fixture, gconstpointer data)
{
    add_by_hand(fixture, TAG);
    add_by_hand(fixture, TAG);
    assert_delete_fails(fixture, TAG, FIRN_ENGINE_ERROR_AMBIGUOUS);
    assert_tags(fixture, TAG " " TAG " ");
}

/* Id and tag are adjacent in the table: moving the boundary between them forges an id. */
static void
forge_id(Fixture *fixture, const char *stored)
{
    g_autofree char *bytes = NULL;
    gsize length;
    char *found;
    guint8 sizes[4] = {0, (guint8)(strlen(stored) - 1), 0, 1};

    g_assert_true(g_file_get_contents(fixture->disk->path, &bytes, &length, NULL));
    found = memmem(bytes, length, stored, strlen(stored));
    g_assert_nonnull(found);
    /* 40 bytes of record and 24 of extra data precede; the sizes are at 12 and 14. */
    overwrite(fixture->disk->path, found - bytes - 64 + 12, sizes, sizeof sizes);
}

static void
test_delete_forged_id(Fixture *fixture, gconstpointer data)
{
    g_assert_true(firn_image_tool_take(fixture->disk, "1a.0123abcd", NULL));
    /* id "2", tag "a.00000000x" becomes id "2a.00000000", tag "x" */
    add_by_hand(fixture, "a.00000000x");
    forge_id(fixture, "2a.00000000x");
    add_by_hand(fixture, "2a.00000000");
    assert_tags(fixture, "1a.0123abcd x 2a.00000000 ");
    assert_delete_fails(fixture, "2a.00000000", FIRN_ENGINE_ERROR_AMBIGUOUS);
    assert_tags(fixture, "1a.0123abcd x 2a.00000000 ");
}

static int
lock_as_qemu(Fixture *fixture, off_t byte, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    int file = open(fixture->disk->path, O_RDWR | O_CLOEXEC);

    g_assert_cmpint(fcntl(file, F_OFD_SETLK, &lock), ==, 0);
    return file;
}

static void
test_in_use(Fixture *fixture, gconstpointer data)
{
    static const off_t bytes[] = {100, 101, 103, 201, 299};

    firn_image_tool_check_unused(fixture->disk, &fixture->error);
    g_assert_no_error(fixture->error);
    for (guint i = 0; i < G_N_ELEMENTS(bytes); i++) {
        int file = lock_as_qemu(fixture, bytes[i], F_RDLCK);

        g_assert_false(firn_image_tool_check_unused(fixture->disk, &fixture->error));
        g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_IN_USE);
        g_clear_error(&fixture->error);
        assert_take_fails(fixture, FIRN_ENGINE_ERROR_IN_USE);
        assert_delete_fails(fixture, TAG, FIRN_ENGINE_ERROR_IN_USE);
        assert_tags(fixture, "");
        close(file);
    }
    g_assert_true(firn_image_tool_check_unused(fixture->disk, NULL));
}

static void
test_in_use_other_lock(Fixture *fixture, gconstpointer data)
{
    int file = lock_as_qemu(fixture, 99, F_WRLCK);

    g_assert_true(firn_image_tool_check_unused(fixture->disk, NULL));
    close(file);
}

static void
test_no_space(Fixture *fixture, gconstpointer data)
{
    g_autofree char *small = g_build_filename(fixture->folder, "small", NULL);

    g_assert_cmpint(mkdir(small, 0700), ==, 0);
    if (!firn_test_small_disk_mount(small, "2m"))
        return;
    firn_disk_free(fixture->disk);
    fixture->disk = make_image(small, "a.qcow2");
    firn_test_small_disk_fill(small, 0);
    assert_take_fails(fixture, FIRN_ENGINE_ERROR_NO_SPACE);
    assert_tags(fixture, "");
}

static void
test_block_device(Fixture *fixture, gconstpointer data)
{
    g_autofree char *device = NULL;
    g_autofree char *quoted = g_shell_quote(fixture->disk->path);
    g_autofree char *script =
        g_strdup_printf("truncate -s 64M %s && losetup -f --show %s", quoted, quoted);
    int file;

    if (getuid() != 0 || access("/dev/loop-control", W_OK) < 0) {
        g_test_skip("cannot make a loop device here (needs root)");
        return;
    }
    device = g_strchomp(firn_test_disk_image_run("sh", "-c", script, NULL));
    file = open(device, O_RDONLY | O_CLOEXEC);
    /* It stays until it is closed, and disappears even if this test does not reach its end. */
    g_free(firn_test_disk_image_run("losetup", "-d", device, NULL));
    g_free(fixture->disk->path);
    fixture->disk->path = g_strdup(device);
    g_assert_true(firn_image_tool_check_unused(fixture->disk, NULL));
    firn_image_tool_take(fixture->disk, TAG, &fixture->error);
    g_assert_no_error(fixture->error);
    assert_tags(fixture, TAG " ");
    firn_image_tool_delete(fixture->disk, TAG, &fixture->error);
    g_assert_no_error(fixture->error);
    assert_tags(fixture, "");
    close(file);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/image-tool/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("inspect/facts", test_inspect);
    TEST("inspect/odd-paths", test_inspect_odd_paths);
    TEST("inspect/no-such-file", test_inspect_no_path);
    TEST("inspect/garbage", test_inspect_garbage);
    TEST("inspect/billions-of-snapshots", test_inspect_claims);
    TEST("inspect/raw-stays-raw", test_inspect_raw_is_raw);
    TEST("inspect/odd-format", test_inspect_odd_format);
    TEST("parts/backing-file", test_backing);
    TEST("parts/data-file", test_data_file);
    TEST("parts/backing-fifo", test_backing_fifo);
    TEST("parts/backing-url", test_backing_url);
    TEST("take/once", test_take);
    TEST("take/no-space", test_no_space);
    TEST("delete/once", test_delete);
    TEST("delete/hostile-tags", test_delete_among_hostile_tags);
    TEST("delete/twins", test_delete_twins);
    TEST("revert", test_revert);
    TEST("delete/forged-id", test_delete_forged_id);
    TEST("in-use/qemu-lock", test_in_use);
    TEST("in-use/other-lock", test_in_use_other_lock);
    TEST("block-device", test_block_device);
    return g_test_run();
}
