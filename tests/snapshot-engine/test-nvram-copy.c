/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-copy.h"

#include <glib/gstdio.h>

#include "engine-error.h"

#define VM    "11111111-1111-4222-8333-123456789abc"
#define OTHER "11111111-1111-4222-8333-123456789abd"
#define A     "21111111-1111-4222-8333-123456789abc"
#define B     "31111111-1111-4222-8333-123456789abc"

typedef struct {
    char *folder;            /* (owned) */
    FirnStateDir *directory; /* (owned) */
    FirnNvramRecord *record; /* (owned) of A */
    GBytes *bytes;           /* (owned) of A */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->folder = g_dir_make_tmp("firn-nvram-XXXXXX", NULL);
    fixture->directory = firn_state_dir_new(fixture->folder, FIRN_DURABILITY_FLUSHED);
    fixture->record = firn_nvram_record_new("/srv/vars.fd");
    fixture->bytes = g_bytes_new_static("variables", 9);
    firn_nvram_record_measure(fixture->record, fixture->bytes);
    g_assert_true(firn_nvram_copy_keep(fixture->directory, VM, A, fixture->bytes, NULL));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_assert_true(firn_nvram_copy_remove(fixture->directory, VM, A, NULL));
    g_assert_false(firn_nvram_copy_has(fixture->directory, VM, A));
    firn_state_dir_unref(fixture->directory);
    g_assert_no_errno(g_rmdir(fixture->folder));
    g_free(fixture->folder);
    firn_nvram_record_free(fixture->record);
    g_bytes_unref(fixture->bytes);
}

static void
test_round(Fixture *fixture, gconstpointer data)
{
    g_autofree char *name = firn_nvram_copy_file_name(VM, A);
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) read =
        firn_nvram_copy_load(fixture->directory, VM, A, fixture->record, &error);
    GStatBuf facts;

    g_assert_no_error(error);
    g_assert_true(g_bytes_equal(read, fixture->bytes));
    g_assert_no_errno(g_stat(path, &facts));
    g_assert_cmpuint(facts.st_mode & 0777, ==, 0600);
}

static void
test_not_what_was_kept(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) others = g_bytes_new_static("variableS", 9);
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_nvram_copy_keep(fixture->directory, VM, A, others, NULL));
    g_assert_null(firn_nvram_copy_load(fixture->directory, VM, A, fixture->record, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    g_clear_error(&error);
    g_assert_null(firn_nvram_copy_load(fixture->directory, VM, B, fixture->record, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NOT_FOUND);
}

/* All VMs share the folder. */
static void
test_list(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) uuids = NULL;

    g_assert_true(firn_nvram_copy_keep(fixture->directory, VM, B, fixture->bytes, NULL));
    g_assert_true(firn_nvram_copy_keep(fixture->directory, OTHER, B, fixture->bytes, NULL));
    uuids = firn_nvram_copy_list(fixture->directory, VM);
    g_assert_cmpuint(uuids->len, ==, 2);
    g_assert_cmpstr(uuids->pdata[0], ==, A);
    g_assert_cmpstr(uuids->pdata[1], ==, B);
    g_assert_true(firn_nvram_copy_remove(fixture->directory, VM, B, NULL));
    g_assert_true(firn_nvram_copy_remove(fixture->directory, OTHER, B, NULL));
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/nvram-copy/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("round", test_round);
    TEST("not-what-was-kept", test_not_what_was_kept);
    TEST("list", test_list);
    return g_test_run();
}
