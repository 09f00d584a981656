/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-rig.h"

#include "catalogue-change.h"
#include "small-disk.h"

const FirnPolicy firn_test_catalogue_profile = {3, FALSE, FIRN_DRIFT_GUARD_WARN};

void
firn_test_catalogue_reopen(FirnTestCatalogue *fixture)
{
    g_clear_object(&fixture->catalogue);
    fixture->catalogue = firn_catalogue_open(fixture->directory,
                                             FIRN_TEST_VM_UUID,
                                             "web1",
                                             &firn_test_catalogue_profile);
}

void
firn_test_catalogue_set_up(FirnTestCatalogue *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->directory =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "state", "vm", NULL);
    fixture->path = g_build_filename(fixture->directory, FIRN_TEST_VM_UUID ".json", NULL);
    firn_test_catalogue_reopen(fixture);
}

void
firn_test_catalogue_drain(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        continue;
}

void
firn_test_catalogue_tear_down(FirnTestCatalogue *fixture, gconstpointer data)
{
    firn_test_catalogue_drain();
    g_clear_object(&fixture->catalogue);
    g_clear_error(&fixture->error);
    g_free(fixture->directory);
    g_free(fixture->path);
    firn_test_small_disk_unmount();
    firn_test_scratch_dir_free(fixture->scratch);
}

FirnSnapshot *
firn_test_catalogue_make_record(const char *name, const char *parent)
{
    static gint64 clock_us = 1000;
    FirnSnapshot *snapshot =
        firn_snapshot_new(name, parent, firn_evidence_new(FIRN_QUIESCE_REQUIRE));

    firn_snapshot_add_disk(snapshot, "vda", "qcow2", "/srv/a.qcow2", 1024);
    snapshot->created_us = clock_us++;
    return snapshot;
}

/* Returns the UUID. */
char *
firn_test_catalogue_add(FirnTestCatalogue *fixture, const char *name)
{
    g_autofree char *parent = firn_catalogue_dup_current(fixture->catalogue);
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record(name, parent);

    FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, snapshot);
    g_assert_no_error(fixture->error);
    return g_strdup(snapshot->uuid);
}

static char *
spell(FirnCatalogue *catalogue)
{
    g_autoptr(GPtrArray) list = firn_catalogue_list(catalogue);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        const FirnSnapshot *snapshot = list->pdata[i];
        g_autoptr(FirnSnapshot) parent =
            snapshot->parent == NULL ? NULL
                                     : firn_catalogue_lookup(catalogue, snapshot->parent, NULL);

        g_string_append_printf(text, "%s<%s ", snapshot->name, parent == NULL ? "" : parent->name);
    }
    return g_string_free(text, FALSE);
}

void
firn_test_catalogue_assert_tree(FirnTestCatalogue *fixture, const char *expected)
{
    g_autofree char *spelt = spell(fixture->catalogue);

    g_assert_cmpstr(spelt, ==, expected);
}
