/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backing-chain.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "disk-image.h"
#include "engine-error.h"
#include "scratch-dir.h"

/* base <- middle <- top, and an image beside them. */
typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    FirnDisk *top;           /* (owned) */
    GError *error;           /* (owned) (nullable) */
} Fixture;

static char *
dup_path(Fixture *fixture, const char *name)
{
    return g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), name, NULL);
}

static void
make(Fixture *fixture, const char *name, const char *below)
{
    g_autofree char *path = dup_path(fixture, name);
    g_autofree char *backing = below == NULL ? NULL : dup_path(fixture, below);

    if (below == NULL)
        g_free(firn_test_disk_image_run("qemu-img", "create", "-f", "qcow2", path, "1M", NULL));
    else
        g_free(firn_test_disk_image_run("qemu-img",
                                        "create",
                                        "-f",
                                        "qcow2",
                                        "-b",
                                        backing,
                                        "-F",
                                        "qcow2",
                                        path,
                                        NULL));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->dir = firn_test_scratch_dir_new();
    make(fixture, "base", NULL);
    make(fixture, "middle", "base");
    make(fixture, "top", "middle");
    make(fixture, "beside", NULL);
    fixture->top = firn_disk_new("vda", "qcow2");
    fixture->top->path = dup_path(fixture, "top");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_error(&fixture->error);
    firn_disk_free(fixture->top);
    firn_test_scratch_dir_free(fixture->dir);
}

static void
assert_has(Fixture *fixture, const char *name, gboolean expected)
{
    g_autofree char *path = dup_path(fixture, name);
    gboolean has = !expected;

    g_assert_true(firn_backing_chain_has(fixture->top, path, &has, &fixture->error));
    g_assert_no_error(fixture->error);
    g_assert_cmpint(has, ==, expected);
}

static void
assert_fails(Fixture *fixture, const char *name, FirnEngineError code)
{
    g_autofree char *path = dup_path(fixture, name);
    gboolean has;

    g_assert_false(firn_backing_chain_has(fixture->top, path, &has, &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, (int)code);
    g_test_message("%s", fixture->error->message);
}

static void
test_each(Fixture *fixture, gconstpointer data)
{
    assert_has(fixture, "middle", TRUE);
    assert_has(fixture, "base", TRUE);
    assert_has(fixture, "beside", FALSE);
    /* It is the head of the chain, not below it. */
    assert_has(fixture, "top", FALSE);
}

static void
test_other_name(Fixture *fixture, gconstpointer data)
{
    g_autofree char *link = dup_path(fixture, "link");

    g_assert_cmpint(symlink("base", link), ==, 0);
    assert_has(fixture, "link", TRUE);
}

static void
test_gone(Fixture *fixture, gconstpointer data)
{
    g_autofree char *middle = dup_path(fixture, "middle");

    g_assert_cmpint(g_unlink(middle), ==, 0);
    assert_fails(fixture, "base", FIRN_ENGINE_ERROR_FAILED);
}

static void
rebase(Fixture *fixture, const char *name, const char *below, const char *format)
{
    g_autofree char *path = dup_path(fixture, name);
    g_autofree char *backing = *below == '/' ? dup_path(fixture, below + 1) : g_strdup(below);

    g_free(firn_test_disk_image_run("qemu-img",
                                    "rebase",
                                    "-u",
                                    "-b",
                                    backing,
                                    "-F",
                                    format,
                                    path,
                                    NULL));
}

static void
test_ring(Fixture *fixture, gconstpointer data)
{
    rebase(fixture, "base", "/top", "qcow2");
    assert_fails(fixture, "beside", FIRN_ENGINE_ERROR_CORRUPT);
}

static void
test_raw_end(Fixture *fixture, gconstpointer data)
{
    rebase(fixture, "middle", "/base", "raw");
    assert_has(fixture, "base", TRUE);
    assert_has(fixture, "beside", FALSE);
}

static void
test_far_away(Fixture *fixture, gconstpointer data)
{
    rebase(fixture, "middle", "nbd://localhost/x", "raw");
    assert_has(fixture, "base", FALSE);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/snapshot-engine/backing-chain/each-image", test_each);
    add("/snapshot-engine/backing-chain/by-another-name", test_other_name);
    add("/snapshot-engine/backing-chain/image-is-gone", test_gone);
    add("/snapshot-engine/backing-chain/ring", test_ring);
    add("/snapshot-engine/backing-chain/raw-end", test_raw_end);
    add("/snapshot-engine/backing-chain/far-away", test_far_away);
    return g_test_run();
}
