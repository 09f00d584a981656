/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-place.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "scratch-dir.h"

#define OTHER "0123456789abcdef /srv/unmounted"

typedef struct {
    FirnTestScratchDir *scratch;
    char *path;
    char *file_system;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->path =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "vda.qcow2", NULL);
    g_assert_true(g_file_set_contents(fixture->path, "image", -1, NULL));
    fixture->file_system = firn_image_place_dup_file_system(fixture->path);
    g_assert_nonnull(fixture->file_system);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_free(fixture->path);
    g_free(fixture->file_system);
    firn_test_scratch_dir_free(fixture->scratch);
}

static void
assert_place(Fixture *fixture, const char *file_system, FirnImagePlace expected)
{
    g_assert_cmpint(firn_image_place_look(fixture->path, file_system), ==, expected);
}

static void
test_there(Fixture *fixture, gconstpointer data)
{
    assert_place(fixture, fixture->file_system, FIRN_IMAGE_PLACE_THERE);
    assert_place(fixture, NULL, FIRN_IMAGE_PLACE_THERE);
}

/* The path exists, but on another file system: the recorded one is not mounted. */
static void
test_another(Fixture *fixture, gconstpointer data)
{
    assert_place(fixture, OTHER, FIRN_IMAGE_PLACE_UNREACHABLE);
}

static void
test_gone(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(g_unlink(fixture->path), ==, 0);
    assert_place(fixture, fixture->file_system, FIRN_IMAGE_PLACE_GONE);
}

static void
test_unmounted(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(g_unlink(fixture->path), ==, 0);
    assert_place(fixture, OTHER, FIRN_IMAGE_PLACE_UNREACHABLE);
}

/* The folder exists, and may be a mount point. */
static void
test_old_record(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(g_unlink(fixture->path), ==, 0);
    assert_place(fixture, NULL, FIRN_IMAGE_PLACE_UNREACHABLE);
}

static void
test_said(Fixture *fixture, gconstpointer data)
{
    g_autofree char *word = g_strconcat(fixture->path, FIRN_IMAGE_PLACE_GONE_SUFFIX, NULL);

    g_assert_cmpint(g_unlink(fixture->path), ==, 0);
    g_assert_true(g_file_set_contents(word, "", 0, NULL));
    assert_place(fixture, NULL, FIRN_IMAGE_PLACE_GONE);
    assert_place(fixture, OTHER, FIRN_IMAGE_PLACE_GONE);
}

/* The target of the link is on a file system that is not mounted. */
static void
test_dangling_link(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(g_unlink(fixture->path), ==, 0);
    g_assert_cmpint(symlink("/nonexistent/volume/vda.qcow2", fixture->path), ==, 0);
    assert_place(fixture, fixture->file_system, FIRN_IMAGE_PLACE_UNREACHABLE);
}

static void
test_no_folder(Fixture *fixture, gconstpointer data)
{
    g_assert_null(firn_image_place_dup_file_system("/nonexistent/volume/vda.qcow2"));
    g_assert_cmpint(firn_image_place_look("/nonexistent/volume/vda.qcow2", fixture->file_system),
                    ==,
                    FIRN_IMAGE_PLACE_UNREACHABLE);
}

/* An LV that is not active, or a disk that is temporarily detached. */
static void
test_device(Fixture *fixture, gconstpointer data)
{
    g_assert_null(firn_image_place_dup_file_system("/dev/null"));
}

#define TEST(topic, function)                                                                      \
    g_test_add("/engine/image-place/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("there", test_there);
    TEST("another-of-its-name", test_another);
    TEST("gone", test_gone);
    TEST("unmounted", test_unmounted);
    TEST("old-record", test_old_record);
    TEST("said-to-be-gone", test_said);
    TEST("dangling-link", test_dangling_link);
    TEST("no-folder", test_no_folder);
    TEST("device", test_device);
    return g_test_run();
}
