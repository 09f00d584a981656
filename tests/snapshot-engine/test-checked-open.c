/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checked-open.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file-descriptor.h"
#include "scratch-dir.h"

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    char *path;                  /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->path = g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "it", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_scratch_dir_free(fixture->scratch);
    g_free(fixture->path);
}

static void
assert_fails(const char *path, int flags, int error)
{
    struct stat facts = {.st_size = 7};

    errno = 0;
    g_assert_cmpint(
        firn_checked_open(path, FIRN_FILE_KIND_REGULAR | FIRN_FILE_KIND_BLOCK, flags, &facts),
        ==,
        -1);
    g_assert_cmpint(errno, ==, error);
    g_assert_cmpint(facts.st_size, ==, 7);
}

static void
test_regular(Fixture *fixture, gconstpointer data)
{
    struct stat facts;
    g_auto(FirnFileDescriptor) file = -1;
    g_auto(FirnFileDescriptor) link = -1;
    g_autofree char *alias = g_strconcat(fixture->path, ".link", NULL);
    char byte;

    g_assert_true(g_file_set_contents(fixture->path, "text", -1, NULL));
    file = firn_checked_open(fixture->path, FIRN_FILE_KIND_REGULAR, O_RDONLY, &facts);
    g_assert_cmpint(read(file, &byte, 1), ==, 1);
    g_assert_cmpint(byte, ==, 't');
    g_assert_cmpint(facts.st_size, ==, 4);
    g_assert_no_errno(symlink(fixture->path, alias));
    link = firn_checked_open(alias, FIRN_FILE_KIND_REGULAR, O_RDWR, NULL);
    g_assert_cmpint(link, >=, 0);
    assert_fails(alias, O_RDONLY | O_NOFOLLOW, ELOOP);
    g_assert_cmpint(firn_checked_open(fixture->path, FIRN_FILE_KIND_BLOCK, O_RDONLY, NULL), ==, -1);
}

/* A process that opens a FIFO for writing blocks until another opens it for reading. */
static void
test_fifo(Fixture *fixture, gconstpointer data)
{
    g_assert_no_errno(mkfifo(fixture->path, 0600));
    assert_fails(fixture->path, O_RDONLY, EMEDIUMTYPE);
    assert_fails(fixture->path, O_RDWR, EMEDIUMTYPE);
}

static void
test_others(Fixture *fixture, gconstpointer data)
{
    assert_fails(fixture->path, O_RDONLY, ENOENT);
    assert_fails("/dev/zero", O_RDONLY, EMEDIUMTYPE);
    assert_fails("/", O_RDONLY, EMEDIUMTYPE);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/checked-open/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("regular", test_regular);
    TEST("fifo", test_fifo);
    TEST("others", test_others);
    return g_test_run();
}
