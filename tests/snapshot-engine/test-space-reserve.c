/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "space-reserve.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "engine-error.h"
#include "scratch-dir.h"
#include "small-disk.h"
#include "state-dir.h"

#define PART_BYTES (FIRN_SPACE_RESERVE_BYTES / 4)

/* A file system of 2 MiB of its own. */
typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    const char *folder;          /* (unowned) (nullable) NULL: none can be mounted */
    char *place;                 /* (owned) */
    char *filler;                /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const char *folder;

    fixture->scratch = firn_test_scratch_dir_new();
    folder = firn_test_scratch_dir_get_path(fixture->scratch);
    if (!firn_test_small_disk_mount(folder, "2m"))
        return;
    fixture->folder = folder;
    fixture->place = g_build_filename(folder, "reserve", NULL);
    fixture->filler = g_build_filename(folder, "filler", NULL);
    firn_space_reserve_set_place(fixture->place);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_space_reserve_set_place(NULL);
    firn_test_small_disk_unmount();
    g_free(fixture->place);
    g_free(fixture->filler);
    firn_test_scratch_dir_free(fixture->scratch);
}

static void
assert_size(Fixture *fixture, goffset size)
{
    GStatBuf facts;

    g_assert_no_errno(g_stat(fixture->place, &facts));
    g_assert_cmpint(facts.st_size, ==, size);
    g_assert_cmpint(facts.st_blocks * 512, ==, size);
}

static void
test_spend(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    if (fixture->folder == NULL)
        return;
    g_assert_true(firn_space_reserve_fill(NULL));
    assert_size(fixture, FIRN_SPACE_RESERVE_BYTES);
    g_assert_false(firn_space_reserve_spend(fixture->folder));
    for (guint i = 1; i <= 4; i++) {
        firn_test_small_disk_fill(fixture->folder, 0);
        g_assert_true(firn_space_reserve_spend(fixture->filler));
        assert_size(fixture, FIRN_SPACE_RESERVE_BYTES - i * PART_BYTES);
        g_assert_false(firn_space_reserve_spend(fixture->filler));
    }
    firn_test_small_disk_fill(fixture->folder, 0);
    g_assert_false(firn_space_reserve_spend(fixture->filler));
    g_assert_false(firn_space_reserve_fill(&error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE);
    g_assert_nonnull(strstr(error->message, "which keeps 1024 KiB free for deletions"));
    g_assert_no_errno(g_remove(fixture->filler));
    g_assert_true(firn_space_reserve_fill(NULL));
    assert_size(fixture, FIRN_SPACE_RESERVE_BYTES);
}

/* What space there is becomes a part of it. */
static void
test_partly(Fixture *fixture, gconstpointer data)
{
    if (fixture->folder == NULL)
        return;
    g_assert_true(firn_space_reserve_fill(NULL));
    firn_test_small_disk_fill(fixture->folder, 0);
    g_assert_true(firn_space_reserve_spend(fixture->folder));
    firn_test_small_disk_fill(fixture->folder, 0);
    g_assert_true(firn_space_reserve_spend(fixture->folder));
    g_assert_false(firn_space_reserve_spend(fixture->folder));
    assert_size(fixture, FIRN_SPACE_RESERVE_BYTES - 2 * PART_BYTES);
    g_assert_false(firn_space_reserve_fill(NULL));
    assert_size(fixture, FIRN_SPACE_RESERVE_BYTES - PART_BYTES);
}

/* As after a copy of /var/lib/firn that leaves out what is zero. */
static void
test_holes(Fixture *fixture, gconstpointer data)
{
    if (fixture->folder == NULL)
        return;
    g_assert_true(g_file_set_contents(fixture->place, "", 0, NULL));
    g_assert_no_errno(truncate(fixture->place, FIRN_SPACE_RESERVE_BYTES));
    g_assert_true(firn_space_reserve_fill(NULL));
    assert_size(fixture, FIRN_SPACE_RESERVE_BYTES);
}

static void
test_elsewhere(Fixture *fixture, gconstpointer data)
{
    if (fixture->folder == NULL)
        return;
    g_assert_true(firn_space_reserve_fill(NULL));
    firn_test_small_disk_fill(fixture->folder, 0);
    g_assert_false(firn_space_reserve_spend("/"));
    g_assert_false(firn_space_reserve_spend("/nowhere"));
    firn_space_reserve_set_place(NULL);
    g_assert_false(firn_space_reserve_spend(fixture->folder));
    g_assert_true(firn_space_reserve_fill(NULL));
    assert_size(fixture, FIRN_SPACE_RESERVE_BYTES);
}

/* Only the directories that are to. */
static void
test_state_dir(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnStateDir) usual = NULL;
    g_autoptr(FirnStateDir) needed = NULL;
    g_autoptr(GError) error = NULL;

    if (fixture->folder == NULL)
        return;
    usual = firn_state_dir_new(fixture->folder, FIRN_DURABILITY_FLUSHED);
    needed = firn_state_dir_new(fixture->folder, FIRN_DURABILITY_FLUSHED);
    firn_state_dir_use_reserve(needed);
    g_assert_true(firn_space_reserve_fill(NULL));
    firn_test_small_disk_fill(fixture->folder, 0);
    g_assert_false(firn_state_dir_replace(usual, "a.json", "{}", 2, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE);
    assert_size(fixture, FIRN_SPACE_RESERVE_BYTES);
    g_assert_true(firn_state_dir_replace(needed, "a.json", "{}", 2, NULL));
    assert_size(fixture, FIRN_SPACE_RESERVE_BYTES - PART_BYTES);
}

#define ADD(name, function)                                                                        \
    g_test_add("/engine/space-reserve/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("spend", test_spend);
    ADD("partly", test_partly);
    ADD("holes", test_holes);
    ADD("elsewhere", test_elsewhere);
    ADD("state-dir", test_state_dir);
    return g_test_run();
}
