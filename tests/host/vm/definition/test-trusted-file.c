/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trusted-file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-error.h"
#include "scratch-dir.h"

#define SOMEBODY 65534

typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    char *folder;            /* (owned) */
    char *path;              /* (owned) a file in it */
    char *link;              /* (owned) a symbolic link to it, in another folder */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const char *root;

    fixture->dir = firn_test_scratch_dir_new();
    root = firn_test_scratch_dir_get_path(fixture->dir);
    fixture->folder = g_build_filename(root, "folder", NULL);
    fixture->path = g_build_filename(fixture->folder, "web1.conf", NULL);
    fixture->link = g_build_filename(root, "web1.conf", NULL);
    g_assert_no_errno(mkdir(fixture->folder, 0755));
    g_assert_true(g_file_set_contents(fixture->path, "text", -1, NULL));
    g_assert_no_errno(chmod(fixture->path, 0644));
    g_assert_no_errno(symlink(fixture->path, fixture->link));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_scratch_dir_free(fixture->dir);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->link);
}

static void
assert_read(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = firn_trusted_file_read(path, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, "text");
}

static void
assert_refused(const char *path, const char *words)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_trusted_file_read(path, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
    if (strstr(error->message, words) == NULL)
        g_error("%s is not in: %s", words, error->message);
}

static void
test_own(Fixture *fixture, gconstpointer data)
{
    assert_read(fixture->path);
    assert_read(fixture->link);
    /* The group contains only users who may write it anyway. */
    g_assert_no_errno(chmod(fixture->path, 0664));
    assert_read(fixture->path);
    g_assert_no_errno(chmod(fixture->folder, 01777));
    assert_read(fixture->path);
}

static void
test_writable(Fixture *fixture, gconstpointer data)
{
    g_assert_no_errno(chmod(fixture->path, 0666));
    assert_refused(fixture->path, "it is writable by all users");
    g_assert_no_errno(chmod(fixture->path, 0644));
    g_assert_no_errno(chmod(fixture->folder, 0777));
    assert_refused(fixture->path, "its folder");
    /* The folder of the link is safe, that of the file is not. */
    assert_refused(fixture->link, "its folder");
}

static void
test_strangers(Fixture *fixture, gconstpointer data)
{
    if (geteuid() != 0) {
        g_test_skip("only root can give files to others");
        return;
    }
    g_assert_no_errno(chown(fixture->path, SOMEBODY, 0));
    assert_refused(fixture->path, "it belongs to user 65534");
    g_assert_no_errno(chown(fixture->path, 0, SOMEBODY));
    assert_read(fixture->path);
    g_assert_no_errno(chmod(fixture->path, 0664));
    assert_refused(fixture->path, "it is writable by group 65534");
    g_assert_no_errno(chown(fixture->path, 0, 0));
    g_assert_no_errno(chown(fixture->folder, SOMEBODY, 0));
    assert_refused(fixture->path, "belongs to user 65534");
}

static void
test_no_file(Fixture *fixture, gconstpointer data)
{
    g_assert_no_errno(unlink(fixture->path));
    assert_refused(fixture->path, "No such file");
    g_assert_no_errno(mkfifo(fixture->path, 0600));
    assert_refused(fixture->path, "it is not a regular file");
}

#define TEST(topic, function)                                                                      \
    g_test_add("/vm/trusted-file/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("own", test_own);
    TEST("writable", test_writable);
    TEST("strangers", test_strangers);
    TEST("no-file", test_no_file);
    return g_test_run();
}
