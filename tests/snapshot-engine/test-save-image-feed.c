/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "save-image-feed.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "engine-error.h"
#include "file-descriptor.h"
#include "save-image.h"
#include "scratch-dir.h"

#define UUID        "12345678-1111-4222-8333-123456789abc"
#define RAM_BYTES   (3 * 1024 * 1024) /* more than a pipe holds */
#define PATIENCE_MS 10000

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    FirnStateDir *directory;     /* (owned) */
    char *image;                 /* (owned) */
    char *path;                  /* (owned) of the FIFO */
    char *ram;                   /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_auto(FirnFileDescriptor) file = -1;
    const char *folder;
    guint64 bytes;

    fixture->scratch = firn_test_scratch_dir_new();
    folder = firn_test_scratch_dir_get_path(fixture->scratch);
    fixture->directory = firn_state_dir_new(folder, FIRN_DURABILITY_FLUSHED);
    fixture->image = firn_save_image_path(fixture->directory, UUID);
    fixture->path = g_build_filename(folder, "run", "feed", NULL);
    fixture->ram = g_malloc(RAM_BYTES);
    for (guint i = 0; i < RAM_BYTES; i++)
        fixture->ram[i] = (char)(i % 251);
    file = firn_save_image_begin(fixture->directory, UUID, "<domain>old</domain>", 1 << 20, NULL);
    g_assert_cmpint(write(file, fixture->ram, RAM_BYTES), ==, RAM_BYTES);
    g_assert_true(firn_save_image_finish(file, &bytes, NULL));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
    firn_state_dir_unref(fixture->directory);
    firn_test_scratch_dir_free(fixture->scratch);
    g_free(fixture->image);
    g_free(fixture->path);
    g_free(fixture->ram);
}

static void
read_all(int file, char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t count = read(file, bytes, length);

        g_assert_cmpint(count, >, 0);
        bytes += count;
        length -= (gsize)count;
    }
}

/* Reads like a save image with another XML; the file itself is not changed. */
static void
test_read(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnSaveImageFeed) feed =
        firn_save_image_feed_new(fixture->image, fixture->path, "<domain>new</domain>", &error);
    g_auto(FirnFileDescriptor) file = -1;
    g_autofree char *got = g_malloc(RAM_BYTES);
    g_autofree char *xml = NULL;
    char head[92 + sizeof "<domain>new</domain>"];

    g_assert_no_error(error);
    file = open(fixture->path, O_RDONLY | O_CLOEXEC);
    g_assert_cmpint(file, >=, 0);
    read_all(file, head, sizeof head);
    g_assert_true(memcmp(head, "LibvirtQemudSave", 16) == 0);
    g_assert_cmpstr(head + 92, ==, "<domain>new</domain>");
    read_all(file, got, RAM_BYTES);
    g_assert_true(memcmp(got, fixture->ram, RAM_BYTES) == 0);
    xml = firn_save_image_dup_xml(fixture->image, NULL);
    g_assert_cmpstr(xml, ==, "<domain>old</domain>");
}

/* A truncated image ends, too: its reader does not wait for the rest without limit. */
static void
test_end(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSaveImageFeed) feed =
        firn_save_image_feed_new(fixture->image, fixture->path, "<domain/>", NULL);
    g_auto(FirnFileDescriptor) file = open(fixture->path, O_RDONLY | O_CLOEXEC);
    g_autofree char *got = g_malloc(RAM_BYTES);
    struct pollfd end = {file, POLLIN, 0};
    char head[92 + sizeof "<domain/>"];

    read_all(file, head, sizeof head);
    read_all(file, got, RAM_BYTES);
    g_assert_cmpint(poll(&end, 1, PATIENCE_MS), ==, 1);
    g_assert_cmpint(read(file, head, 1), ==, 0);
}

/* Also if a file of an earlier one is in its place. */
static void
test_unread(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_path_get_dirname(fixture->path);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(fixture->path, "stale", -1, NULL));
    firn_save_image_feed_free(
        firn_save_image_feed_new(fixture->image, fixture->path, "<domain/>", &error));
    g_assert_no_error(error);
}

static void
test_none(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(fixture->image, "no save image", -1, NULL));
    g_assert_null(firn_save_image_feed_new(fixture->image, fixture->path, "<domain/>", &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
}

#define ADD(name, function)                                                                        \
    g_test_add("/engine/save-image-feed/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("is-read-with-another-definition", test_read);
    ADD("ends", test_end);
    ADD("ends-unread", test_unread);
    ADD("of-no-save-image", test_none);
    return g_test_run();
}
