/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine-error.h"

typedef struct {
    char *folder; /* (owned) */
    char *path;   /* (owned) */
} Fixture;

static void
write_text(Fixture *fixture, const char *text, gssize length)
{
    g_assert_true(g_file_set_contents(fixture->path, text, length, NULL));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->folder = g_dir_make_tmp("firn-nvram-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "vars.fd", NULL);
    write_text(fixture, "variables", -1);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_remove(fixture->path);
    g_assert_no_errno(g_rmdir(fixture->folder));
    g_free(fixture->folder);
    g_free(fixture->path);
}

static void
assert_unread(Fixture *fixture, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_nvram_file_read(fixture->path, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, FIRN_ENGINE_ERROR, code);
}

/* It stays the same file, with the same owner. */
static void
test_in_place(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) old = firn_nvram_file_read(fixture->path, NULL);
    g_autoptr(GBytes) bytes = g_bytes_new_static("elbairavs", 9);
    g_autoptr(GBytes) read = NULL;
    g_autoptr(GError) error = NULL;
    GStatBuf before, after;

    g_assert_cmpuint(g_bytes_get_size(old), ==, 9);
    g_assert_no_errno(g_chmod(fixture->path, 0640));
    g_assert_no_errno(g_stat(fixture->path, &before));
    g_assert_true(firn_nvram_file_write(fixture->path, bytes, &error));
    g_assert_no_error(error);
    g_assert_no_errno(g_stat(fixture->path, &after));
    g_assert_cmpuint(before.st_ino, ==, after.st_ino);
    g_assert_cmpuint(before.st_mode, ==, after.st_mode);
    read = firn_nvram_file_read(fixture->path, NULL);
    g_assert_true(g_bytes_equal(read, bytes));
}

/* A document grows and shrinks. */
static void
test_document(Fixture *fixture, gconstpointer data)
{
    static const char *const texts[] = {"{\"variables\": []}", "{}", "{\"variables\": [1, 2]}"};

    write_text(fixture, "{\"version\": 2}", -1);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new_static(texts[i], strlen(texts[i]));
        g_autoptr(GBytes) read = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_true(firn_nvram_file_is_document(bytes));
        g_assert_true(firn_nvram_file_write(fixture->path, bytes, &error));
        read = firn_nvram_file_read(fixture->path, NULL);
        g_assert_true(g_bytes_equal(read, bytes));
    }
    write_text(fixture, "", 0);
    assert_unread(fixture, FIRN_ENGINE_ERROR_INVALID);
    write_text(fixture, "{\"variables\": [", -1);
    assert_unread(fixture, FIRN_ENGINE_ERROR_INVALID);
}

static void
test_other_kind(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) document = g_bytes_new_static("{}", 2);
    g_autoptr(GBytes) flash = g_bytes_new_static("flash", 5);
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_nvram_file_write(fixture->path, document, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_clear_error(&error);
    write_text(fixture, "{}", -1);
    g_assert_false(firn_nvram_file_write(fixture->path, flash, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
}

static void
test_other_length(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("short", 5);
    g_autoptr(GBytes) read = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_nvram_file_write(fixture->path, bytes, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    read = firn_nvram_file_read(fixture->path, NULL);
    g_assert_cmpmem(g_bytes_get_data(read, NULL), g_bytes_get_size(read), "variables", 9);
}

static void
test_odd_contents(Fixture *fixture, gconstpointer data)
{
    write_text(fixture, "QFI\xfb\0\0\0\3", 8);
    assert_unread(fixture, FIRN_ENGINE_ERROR_INVALID);
    write_text(fixture, "", 0);
    assert_unread(fixture, FIRN_ENGINE_ERROR_INVALID);
    g_assert_no_errno(truncate(fixture->path, FIRN_NVRAM_BYTES_MAX + 1));
    assert_unread(fixture, FIRN_ENGINE_ERROR_INVALID);
}

/* QEMU's user may put any file there. */
static void
test_odd_files(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("elbairavs", 9);
    g_autofree char *elsewhere = g_build_filename(fixture->folder, "elsewhere", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_no_errno(g_rename(fixture->path, elsewhere));
    assert_unread(fixture, FIRN_ENGINE_ERROR_NOT_FOUND);
    g_assert_no_errno(symlink(elsewhere, fixture->path));
    assert_unread(fixture, FIRN_ENGINE_ERROR_INVALID);
    g_assert_false(firn_nvram_file_write(fixture->path, bytes, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_assert_true(g_file_get_contents(elsewhere, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "variables");
    g_assert_no_errno(g_remove(fixture->path));
    g_assert_no_errno(mkfifo(fixture->path, 0600));
    assert_unread(fixture, FIRN_ENGINE_ERROR_INVALID);
    g_assert_no_errno(g_remove(elsewhere));
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/nvram-file/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("in-place", test_in_place);
    TEST("other-length", test_other_length);
    TEST("document", test_document);
    TEST("other-kind", test_other_kind);
    TEST("odd-contents", test_odd_contents);
    TEST("odd-files", test_odd_files);
    return g_test_run();
}
