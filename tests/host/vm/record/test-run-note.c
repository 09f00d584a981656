/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-note.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "scratch-dir.h"

#define UUID "6f1f6b0a-90ad-4f1e-9a57-1f0e6b1c2d3e"

typedef struct {
    FirnTestScratchDir *scratch;
    FirnStateDir *notes;
    char *image;
} Fixture;

static void
write_image(Fixture *fixture, const char *text)
{
    g_assert_true(g_file_set_contents(fixture->image, text, -1, NULL));
}

/* The file system's clock is coarse: two writes in a row may have the same time. */
static void
set_time(Fixture *fixture, time_t seconds)
{
    const struct timespec times[] = {
        {seconds, 17},
        {seconds, 17}
    };

    g_assert_cmpint(utimensat(AT_FDCWD, fixture->image, times, 0), ==, 0);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const char *folder;

    fixture->scratch = firn_test_scratch_dir_new();
    folder = firn_test_scratch_dir_get_path(fixture->scratch);
    fixture->notes = firn_state_dir_new(folder, FIRN_DURABILITY_WHOLE);
    fixture->image = g_build_filename(folder, "vda.qcow2", NULL);
    write_image(fixture, "image");
    set_time(fixture, 1000000000);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_free(fixture->image);
    firn_state_dir_unref(fixture->notes);
    firn_test_scratch_dir_free(fixture->scratch);
}

static FirnRunNote *
make(Fixture *fixture)
{
    const char *const paths[] = {fixture->image, NULL};
    FirnRunNote *note = firn_run_note_new(FIRN_RUN_END_SHUT_DOWN);

    firn_run_note_stamp(note, paths);
    return note;
}

static FirnRunNote *
write_and_read(Fixture *fixture, const FirnRunNote *note)
{
    FirnRunNote *read;

    g_assert_true(firn_run_note_write(note, fixture->notes, UUID, NULL));
    read = firn_run_note_read(fixture->notes, UUID);
    g_assert_nonnull(read);
    return read;
}

static void
test_none(Fixture *fixture, gconstpointer data)
{
    g_assert_null(firn_run_note_read(fixture->notes, UUID));
}

static void
test_untouched(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnRunNote) note = make(fixture);
    g_autoptr(FirnRunNote) read = write_and_read(fixture, note);

    g_assert_cmpint(read->end, ==, FIRN_RUN_END_SHUT_DOWN);
    g_assert_true(firn_run_note_holds(read));
}

static void
test_written_to(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnRunNote) note = make(fixture);
    g_autoptr(FirnRunNote) read = write_and_read(fixture, note);

    set_time(fixture, 1000000001);
    g_assert_false(firn_run_note_holds(note));
    g_assert_false(firn_run_note_holds(read));
}

static void
test_replaced(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnRunNote) note = make(fixture);
    g_autofree char *other = g_strconcat(fixture->image, ".other", NULL);

    /* Renamed, not removed, so that the new file gets another inode. */
    g_assert_cmpint(g_rename(fixture->image, other), ==, 0);
    write_image(fixture, "image");
    set_time(fixture, 1000000000);
    g_assert_false(firn_run_note_holds(note));
}

static void
test_gone(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnRunNote) note = make(fixture);

    g_assert_cmpint(g_unlink(fixture->image), ==, 0);
    g_assert_false(firn_run_note_holds(note));
}

/* It is unknown what happened to them meanwhile. */
static void
test_unknown_images(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnRunNote) note = firn_run_note_new(FIRN_RUN_END_SHUT_DOWN);
    g_autoptr(FirnRunNote) read = write_and_read(fixture, note);

    g_assert_false(firn_run_note_holds(note));
    g_assert_false(firn_run_note_holds(read));
}

static void
test_damaged(Fixture *fixture, gconstpointer data)
{
    static const char *const texts[] = {"",
                                        "{",
                                        "[]",
                                        "{\"end\":\"peaceful\",\"has_gone_back\":false,"
                                        "\"images\":[]}",
                                        "{\"end\":\"shut-down\",\"images\":[]}",
                                        "{\"end\":\"shut-down\",\"has_gone_back\":false,"
                                        "\"images\":[{\"path\":7}]}"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(FirnRunNote) read = NULL;

        g_assert_true(
            firn_state_dir_replace(fixture->notes, UUID ".json", texts[i], strlen(texts[i]), NULL));
        read = firn_run_note_read(fixture->notes, UUID);
        g_assert_nonnull(read);
        g_assert_cmpint(read->end, ==, FIRN_RUN_END_UNKNOWN);
        g_assert_false(firn_run_note_holds(read));
    }
}

#define TEST(topic, function)                                                                      \
    g_test_add("/vm/run-note/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("none", test_none);
    TEST("untouched-images", test_untouched);
    TEST("written-to", test_written_to);
    TEST("replaced-by-another-file", test_replaced);
    TEST("image-gone", test_gone);
    TEST("unknown-images", test_unknown_images);
    TEST("damaged-tells-only-of-a-run", test_damaged);
    return g_test_run();
}
