/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine-error.h"
#include "scratch-dir.h"
#include "small-disk.h"

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    char *path;                  /* (owned) two levels deep, does not exist yet */
    FirnStateDir *directory;     /* (owned) */
    GError *error;               /* (owned) (nullable) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->path =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "lib", "firn", NULL);
    fixture->directory = firn_state_dir_new(fixture->path, FIRN_DURABILITY_FLUSHED);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_state_dir_unref(fixture->directory);
    g_clear_error(&fixture->error);
    g_free(fixture->path);
    firn_test_small_disk_unmount();
    firn_test_scratch_dir_free(fixture->scratch);
}

static char *
inside(Fixture *fixture, const char *name)
{
    return g_build_filename(fixture->path, name, NULL);
}

static char *
outside(Fixture *fixture, const char *name)
{
    return g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), name, NULL);
}

static gboolean
put(Fixture *fixture, const char *name, const char *text)
{
    g_clear_error(&fixture->error);
    return firn_state_dir_replace(fixture->directory, name, text, strlen(text), &fixture->error);
}

static char *
get(Fixture *fixture, const char *name)
{
    char *text = NULL;
    gsize length = 0;

    g_clear_error(&fixture->error);
    if (!firn_state_dir_read(fixture->directory, name, 10, &text, &length, &fixture->error))
        return NULL;
    g_assert_true(text == NULL ? length == 0 : length == strlen(text));
    return text;
}

static void
assert_text(Fixture *fixture, const char *name, const char *expected)
{
    g_autofree char *text = get(fixture, name);

    g_assert_no_error(fixture->error);
    g_assert_cmpstr(text, ==, expected);
}

static guint
count(Fixture *fixture, const char *suffix)
{
    g_autoptr(GPtrArray) names = firn_state_dir_list(fixture->directory, suffix, NULL);

    return names->len;
}

static void
test_life(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = inside(fixture, "a");
    struct stat facts;

    assert_text(fixture, "a", NULL);
    g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
    g_assert_true(put(fixture, "a", "1"));
    g_assert_true(put(fixture, "a", "22"));
    assert_text(fixture, "a", "22");
    g_assert_cmpint(stat(fixture->path, &facts), ==, 0);
    g_assert_cmpint(facts.st_mode & 07777, ==, 0700);
    g_assert_cmpint(stat(path, &facts), ==, 0);
    g_assert_cmpint(facts.st_mode & 07777, ==, 0600);
    g_assert_true(firn_state_dir_has(fixture->directory, "a"));
    g_assert_true(firn_state_dir_remove(fixture->directory, "a", NULL));
    g_assert_true(firn_state_dir_remove(fixture->directory, "a", NULL));
    g_assert_false(firn_state_dir_has(fixture->directory, "a"));
    g_assert_cmpuint(count(fixture, ""), ==, 0);
}

static void
test_list(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) names = NULL;

    g_assert_cmpuint(count(fixture, ".json"), ==, 0);
    g_assert_true(put(fixture, "b.json", ""));
    g_assert_true(put(fixture, "a.json", ""));
    g_assert_true(put(fixture, ".c.json", ""));
    g_assert_true(put(fixture, "a.json.unreadable", ""));
    names = firn_state_dir_list(fixture->directory, ".json", NULL);
    g_assert_cmpuint(names->len, ==, 2);
    g_assert_cmpstr(names->pdata[0], ==, "a.json");
    g_assert_cmpstr(names->pdata[1], ==, "b.json");
    g_assert_cmpuint(count(fixture, ".json"), ==, 2);
}

static void
assert_unreadable(Fixture *fixture, const char *name)
{
    g_assert_null(get(fixture, name));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
}

static void
test_odd_files(Fixture *fixture, gconstpointer data)
{
    g_autofree char *fifo = inside(fixture, "fifo");
    g_autofree char *folder = inside(fixture, "folder");
    g_autofree char *link = inside(fixture, "link");
    g_autofree char *secret = outside(fixture, "secret");

    g_assert_true(put(fixture, "long", "12345678901"));
    g_assert_true(g_file_set_contents(secret, "secret", -1, NULL));
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_assert_cmpint(symlink(secret, link), ==, 0);
    assert_unreadable(fixture, "long");
    assert_unreadable(fixture, "fifo");
    assert_unreadable(fixture, "folder");
    assert_unreadable(fixture, "link");
}

/* Writing never follows a link, even if the link is in place of the temporary file. */
static void
test_links_are_replaced(Fixture *fixture, gconstpointer data)
{
    g_autofree char *link = inside(fixture, "a");
    g_autofree char *temporary = inside(fixture, "a.new");
    g_autofree char *secret = outside(fixture, "secret");
    g_autofree char *text = NULL;

    g_assert_true(put(fixture, "a", "1"));
    g_assert_cmpint(g_unlink(link), ==, 0);
    g_assert_true(g_file_set_contents(secret, "secret", -1, NULL));
    g_assert_cmpint(symlink(secret, link), ==, 0);
    g_assert_cmpint(symlink(secret, temporary), ==, 0);
    g_assert_true(put(fixture, "a", "2"));
    assert_text(fixture, "a", "2");
    g_assert_true(g_file_get_contents(secret, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "secret");
    g_assert_cmpuint(count(fixture, ""), ==, 1);
}

/* Replacing the path later does not redirect the directory that is open. */
static void
test_swapped_directory(Fixture *fixture, gconstpointer data)
{
    g_autofree char *moved = outside(fixture, "moved");
    g_autofree char *trap = outside(fixture, "trap");
    g_autofree char *trapped = g_build_filename(trap, "a", NULL);

    g_assert_true(put(fixture, "a", "1"));
    g_assert_cmpint(rename(fixture->path, moved), ==, 0);
    g_assert_cmpint(g_mkdir(trap, 0700), ==, 0);
    g_assert_cmpint(symlink(trap, fixture->path), ==, 0);
    g_assert_true(put(fixture, "a", "2"));
    assert_text(fixture, "a", "2");
    g_assert_false(g_file_test(trapped, G_FILE_TEST_EXISTS));
}

static void
test_directory_is_a_link(Fixture *fixture, gconstpointer data)
{
    g_autofree char *above = g_path_get_dirname(fixture->path);
    g_autofree char *trap = outside(fixture, "trap");

    g_assert_cmpint(g_mkdir(trap, 0700), ==, 0);
    g_assert_cmpint(g_mkdir(above, 0700), ==, 0);
    g_assert_cmpint(symlink(trap, fixture->path), ==, 0);
    g_assert_false(put(fixture, "a", "1"));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
}

static void
test_no_directory_possible(Fixture *fixture, gconstpointer data)
{
    g_autofree char *above = g_path_get_dirname(fixture->path);

    g_assert_true(g_file_set_contents(above, "a file", -1, NULL));
    g_assert_false(put(fixture, "a", "1"));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
}

/* A name with a slash, or of the directory itself, is a bug of the caller. */
static void
test_names(Fixture *fixture, gconstpointer data)
{
    static const char *const names[] = {"", ".", "..", "../secret", "a/b", "/secret"};

    g_assert_true(put(fixture, "a", "1"));
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_test_expect_message("firn-engine", G_LOG_LEVEL_CRITICAL, "*is_plain_name*");
        g_assert_false(put(fixture, names[i], "2"));
        g_test_assert_expected_messages();
    }
}

static void
test_full(Fixture *fixture, gconstpointer data)
{
    g_autofree char *big = g_strnfill(200000, 'x');

    g_assert_cmpint(g_mkdir_with_parents(fixture->path, 0700), ==, 0);
    if (!firn_test_small_disk_mount(fixture->path, "64k"))
        return;
    g_assert_true(put(fixture, "a", "1"));
    g_assert_false(put(fixture, "a", big));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE);
    assert_text(fixture, "a", "1");
    g_assert_cmpuint(count(fixture, ""), ==, 1);
}

static void
test_aside(Fixture *fixture, gconstpointer data)
{
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    g_assert_true(put(fixture, "a", "1"));
    first = firn_state_dir_set_aside(fixture->directory, "a", ".unreadable", NULL);
    g_assert_cmpstr(first, ==, "a.unreadable");
    g_assert_true(put(fixture, "a", "2"));
    second = firn_state_dir_set_aside(fixture->directory, "a", ".unreadable", NULL);
    g_assert_cmpstr(second, ==, "a.2.unreadable");
    assert_text(fixture, "a", NULL);
    assert_text(fixture, "a.unreadable", "1");
    assert_text(fixture, "a.2.unreadable", "2");
    g_assert_null(firn_state_dir_set_aside(fixture->directory, "a", ".unreadable", NULL));
}

static void
test_lock(Fixture *fixture, gconstpointer data)
{
    g_autofree char *own = g_strdup_printf("(process %d)", getpid());
    FirnStateDir *other = firn_state_dir_new(fixture->path, FIRN_DURABILITY_FLUSHED);

    g_assert_true(firn_state_dir_lock(fixture->directory, NULL));
    g_assert_false(firn_state_dir_lock(other, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_IN_USE);
    g_assert_nonnull(strstr(fixture->error->message, own));
    g_clear_pointer(&fixture->directory, firn_state_dir_unref);
    g_assert_true(firn_state_dir_lock(other, NULL));
    firn_state_dir_unref(other);
}

/* The lock of a process that was killed is free. */
static void
test_lock_of_the_dead(Fixture *fixture, gconstpointer data)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        if (firn_state_dir_lock(fixture->directory, NULL))
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFSIGNALED(status));
    g_assert_true(firn_state_dir_lock(fixture->directory, NULL));
}

/* Guests may be waiting for this firnd to thaw them: the text in the lock file is not essential. */
static void
test_lock_full(Fixture *fixture, gconstpointer data)
{
    const struct rlimit none = {0, 0};
    pid_t child = fork();
    int status;

    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &none);
        _exit(firn_state_dir_lock(fixture->directory, NULL) ? 0 : 1);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

/* Makes the kernel report that it has no openat2(). */
static void
take_openat2_away(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {G_N_ELEMENTS(filter), filter};

    g_assert_cmpint(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
    g_assert_cmpint(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), ==, 0);
    g_assert_cmpint(syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0), ==, -1);
    g_assert_cmpint(errno, ==, ENOSYS);
}

static void
test_old_kernel(Fixture *fixture, gconstpointer data)
{
    if (g_test_subprocess()) {
        take_openat2_away();
        test_life(fixture, NULL);
        test_odd_files(fixture, NULL);
        g_assert_true(firn_state_dir_remove(fixture->directory, "fifo", NULL));
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
}

/* As left by a writer that was killed before the rename. */
static void
test_sweep(Fixture *fixture, gconstpointer data)
{
    g_autofree char *half = inside(fixture, "a.json.new");

    firn_state_dir_sweep(fixture->directory);
    g_assert_true(firn_state_dir_replace(fixture->directory, "a.json", "old", 3, NULL));
    g_assert_true(g_file_set_contents(half, "ne", -1, NULL));
    firn_state_dir_sweep(fixture->directory);
    g_assert_false(firn_state_dir_has(fixture->directory, "a.json.new"));
    g_assert_true(firn_state_dir_has(fixture->directory, "a.json"));
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/state-dir/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("life-of-a-file", test_life);
    TEST("list", test_list);
    TEST("read/odd-files", test_odd_files);
    TEST("replace/links-are-not-followed", test_links_are_replaced);
    TEST("replace/directory-swapped-later", test_swapped_directory);
    TEST("replace/directory-is-a-link", test_directory_is_a_link);
    TEST("replace/no-directory-possible", test_no_directory_possible);
    TEST("replace/names-that-lead-away", test_names);
    TEST("replace/full", test_full);
    TEST("set-aside", test_aside);
    TEST("sweep", test_sweep);
    TEST("lock/two-openers", test_lock);
    TEST("lock/owner-was-killed", test_lock_of_the_dead);
    TEST("lock/full", test_lock_full);
    TEST("old-kernel", test_old_kernel);
    return g_test_run();
}
