/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "save-image.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine-error.h"
#include "file-descriptor.h"
#include "scratch-dir.h"

#define UUID "12345678-1111-4222-8333-123456789abc"

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    FirnStateDir *directory;     /* (owned) */
    char *path;                  /* (owned) */
    GError *error;               /* (owned) (nullable) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *folder = NULL;

    fixture->scratch = firn_test_scratch_dir_new();
    folder = g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "memory", NULL);
    fixture->directory = firn_state_dir_new(folder, FIRN_DURABILITY_FLUSHED);
    fixture->path = firn_save_image_path(fixture->directory, UUID);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_state_dir_unref(fixture->directory);
    firn_test_scratch_dir_free(fixture->scratch);
    g_clear_error(&fixture->error);
    g_free(fixture->path);
}

static void
make(Fixture *fixture, const char *stream, gboolean is_finished)
{
    g_auto(FirnFileDescriptor) file =
        firn_save_image_begin(fixture->directory, UUID, "<domain/>", 1 << 20, &fixture->error);
    guint64 bytes;

    g_assert_no_error(fixture->error);
    g_assert_cmpint(write(file, stream, strlen(stream)), ==, (ssize_t)strlen(stream));
    if (!is_finished)
        return;
    g_assert_true(firn_save_image_finish(file, &bytes, NULL));
    g_assert_cmpuint(bytes, ==, 92 + sizeof "<domain/>" + strlen(stream));
}

static void
assert_xml(Fixture *fixture, const char *expected)
{
    g_autofree char *xml = firn_save_image_dup_xml(fixture->path, NULL);

    g_assert_cmpstr(xml, ==, expected);
}

/* Also of a file whose writer was killed. */
static void
test_xml(Fixture *fixture, gconstpointer data)
{
    g_autofree char *xml = NULL;

    make(fixture, "RAM", GPOINTER_TO_INT(data));
    assert_xml(fixture, "<domain/>");
    g_assert_no_errno(truncate(fixture->path, 92 + 4));
    xml = firn_save_image_dup_xml(fixture->path, &fixture->error);
    g_assert_null(xml);
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
}

static void
test_round(Fixture *fixture, gconstpointer data)
{
    mode_t mask = umask(0);
    g_auto(FirnFileDescriptor) file = -1;
    char stream[16] = "";
    struct stat facts;

    make(fixture, "QEVM...", TRUE);
    umask(mask);
    file = firn_save_image_open(fixture->path, NULL);
    g_assert_cmpint(read(file, stream, sizeof stream), ==, 7);
    g_assert_cmpstr(stream, ==, "QEVM...");
    g_assert_no_errno(fstat(file, &facts));
    g_assert_cmpint(facts.st_mode & 07777, ==, 0600);
}

static void
test_twice(Fixture *fixture, gconstpointer data)
{
    make(fixture, "", TRUE);
    g_assert_cmpint(
        firn_save_image_begin(fixture->directory, UUID, "<domain/>", 0, &fixture->error),
        ==,
        -1);
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS);
}

static void
assert_refused(Fixture *fixture)
{
    g_clear_error(&fixture->error);
    g_assert_cmpint(firn_save_image_open(fixture->path, &fixture->error), ==, -1);
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
}

static void
test_unfinished(Fixture *fixture, gconstpointer data)
{
    make(fixture, "QEVM...", FALSE);
    assert_refused(fixture);
}

static void
test_damage(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = NULL;
    gsize length;

    make(fixture, "QEVM...", TRUE);
    g_assert_true(g_file_get_contents(fixture->path, &text, &length, NULL));
    text[23] = 0x7f; /* length of the XML */
    g_assert_true(g_file_set_contents(fixture->path, text, (gssize)length, NULL));
    assert_refused(fixture);
    g_assert_true(g_file_set_contents(fixture->path, text, 20, NULL));
    assert_refused(fixture);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/save-image/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/snapshot-engine/save-image/xml/finished",
               Fixture,
               GINT_TO_POINTER(TRUE),
               set_up,
               test_xml,
               tear_down);
    g_test_add("/snapshot-engine/save-image/xml/unfinished",
               Fixture,
               GINT_TO_POINTER(FALSE),
               set_up,
               test_xml,
               tear_down);
    TEST("round", test_round);
    TEST("twice", test_twice);
    TEST("unfinished", test_unfinished);
    TEST("damage", test_damage);
    return g_test_run();
}
