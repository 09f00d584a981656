/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "disk-image.h"
#include "firnd-rig.h"

/* firn adopt against a real firnd: a VM that is off, and what others make in its image. */
typedef struct {
    FirnTestFirnd *firnd; /* (owned) */
    FirnTestRun run;      /* the last one */
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    self->firnd = firn_test_firnd_new();
    firn_test_firnd_add_vm(self->firnd, "web1", '1');
    firn_test_firnd_start(self->firnd);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_test_run_clear(&self->run);
    firn_test_firnd_free(self->firnd);
}

#define FIRN(self, ...) firn_test_firnd_run((self)->firnd, &(self)->run, __VA_ARGS__, NULL)

static void
make_foreign(Fixture *self, const char *tag)
{
    g_free(firn_test_disk_image_run("qemu-img",
                                    "snapshot",
                                    "-c",
                                    tag,
                                    firn_test_firnd_get_path(self->firnd, "web1.qcow2"),
                                    NULL));
}

static void
assert_ran(Fixture *self, int status, const char *out)
{
    g_test_message("%s", self->run.err);
    g_assert_cmpstr(self->run.out, ==, out);
    g_assert_cmpint(self->run.status, ==, status);
}

static void
test_all(Fixture *self, gconstpointer data)
{
    make_foreign(self, "before upgrade");
    make_foreign(self, "12");
    FIRN(self, "adopt", "web1", "-n");
    assert_ran(
        self,
        0,
        "TAG             STATE       NAME            VERDICT  WHY\n"
        "before upgrade  importable  before-upgrade  crash    -\n"
        "12              ambiguous   -               -        \"12\" is ambiguous: tools may "
        "take it for a snapshot id\n"
        "web1: 1 to be imported, 1 skipped\n");
    FIRN(self, "list", "web1", "--no-foreign");
    assert_ran(self, 0, "");
    FIRN(self, "adopt", "web1", "--no-legend");
    g_assert_true(g_str_has_suffix(self->run.out, "web1: 1 imported, 1 skipped\n"));
    FIRN(self, "list", "web1", "--name", "--no-foreign");
    assert_ran(self, 0, "before-upgrade\n");
    FIRN(self, "show", "web1", "before-upgrade");
    g_assert_nonnull(strstr(self->run.out, "Tag on disk   before upgrade\n"));
    g_assert_nonnull(strstr(self->run.out, "from disks\n"));
    g_assert_nonnull(strstr(self->run.out, "crash (NOT consistent)"));
    g_assert_null(strstr(self->run.out, "Quiesce"));
}

/* By its name, from the image; what is not firn's stays. */
static void
test_deleted(Fixture *self, gconstpointer data)
{
    g_auto(GStrv) tags = NULL;

    make_foreign(self, "-d");
    make_foreign(self, "other");
    FIRN(self, "adopt", "web1", "--", "-d");
    g_assert_cmpint(self->run.status, ==, 0);
    FIRN(self, "delete", "web1", "d");
    assert_ran(self, 0, "web1: deleted d\n");
    tags = firn_test_disk_image_list_snapshots(firn_test_firnd_get_path(self->firnd, "web1.qcow2"));
    g_assert_cmpuint(g_strv_length(tags), ==, 1);
    g_assert_cmpstr(tags[0], ==, "other");
}

static void
test_json(Fixture *self, gconstpointer data)
{
    make_foreign(self, "nightly");
    make_foreign(self, "1");
    FIRN(self, "adopt", "web1", "--json");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_nonnull(strstr(self->run.out, "\"tag\" : \"nightly\""));
    g_assert_nonnull(strstr(self->run.out, "\"verdict\" : \"crash\""));
    g_assert_nonnull(strstr(self->run.out, "\"reason\" : \"ambiguous\""));
    g_assert_nonnull(strstr(self->run.out, "\"dry_run\" : false"));
}

static void
test_limit(Fixture *self, gconstpointer data)
{
    make_foreign(self, "a");
    make_foreign(self, "b");
    FIRN(self, "policy", "web1", "set", "max-snapshots=1");
    FIRN(self, "adopt", "web1");
    g_assert_cmpint(self->run.status, ==, 8);
    g_assert_nonnull(strstr(self->run.out, "imported"));
    g_assert_nonnull(strstr(self->run.err, "firn policy web1 set max-snapshots=N"));
    FIRN(self, "adopt", "web1");
    g_assert_cmpint(self->run.status, ==, 7);
    assert_ran(self, 7, "");
}

static void
test_refused(Fixture *self, gconstpointer data)
{
    make_foreign(self, "a");
    make_foreign(self, "1");
    FIRN(self, "adopt");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "adopt", "web1", "nobody");
    assert_ran(self, 3, "");
    FIRN(self, "adopt", "web1", "a", "1");
    assert_ran(self, 2, "");
    g_assert_nonnull(strstr(self->run.err, "nothing was imported"));
    FIRN(self, "list", "web1", "--no-foreign");
    assert_ran(self, 0, "");
}

static void
test_nothing(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "own");
    FIRN(self, "adopt", "web1");
    assert_ran(self, 0, "web1: 0 imported, 0 skipped\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, test) g_test_add("/cli/firn-adopt/" path, Fixture, NULL, set_up, test, tear_down)
    ADD("all", test_all);
    ADD("deleted", test_deleted);
    ADD("json", test_json);
    ADD("limit", test_limit);
    ADD("refused", test_refused);
    ADD("nothing", test_nothing);
    return g_test_run();
}
