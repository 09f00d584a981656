/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "disk-image.h"
#include "firnd-rig.h"

/* The command line against a real firnd, with VMs that are off and real images. */
typedef struct {
    FirnTestFirnd *firnd; /* (owned) */
    FirnTestRun run;      /* the last one */
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    self->firnd = firn_test_firnd_new();
    firn_test_firnd_add_vm(self->firnd, "web1", '1');
    firn_test_firnd_add_vm(self->firnd, "db1", '2');
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
assert_done(Fixture *self, const char *out)
{
    g_assert_cmpstr(self->run.err, ==, "");
    g_assert_cmpstr(self->run.out, ==, out);
    g_assert_cmpint(self->run.status, ==, 0);
}

static void
assert_failed(Fixture *self, int status, const char *err)
{
    g_assert_cmpstr(self->run.err, ==, err);
    g_assert_cmpstr(self->run.out, ==, "");
    g_assert_cmpint(self->run.status, ==, status);
}

static void
test_create(Fixture *self, gconstpointer data)
{
    g_auto(GStrv) tags = NULL;

    FIRN(self, "create", "web1", "first", "--description", "kernel 6.1 -> 6.12");
    assert_done(self, "web1: created snapshot first (offline)\n");
    tags = firn_test_disk_image_list_snapshots(firn_test_firnd_get_path(self->firnd, "web1.qcow2"));
    g_assert_cmpuint(g_strv_length(tags), ==, 1);
    g_assert_true(g_str_has_prefix(tags[0], "first."));
}

static void
test_create_like_virsh(Fixture *self, gconstpointer data)
{
    FIRN(self, "snapshot-create-as", "--quiesce", "web1", "a", "--atomic", "--disk-only");
    assert_done(self, "web1: created snapshot a (offline)\n");
    FIRN(self, "snapshot-info", "web1", "a");
    g_assert_cmpint(self->run.status, ==, 0);
    FIRN(self, "snapshot-current", "web1");
    g_assert_cmpint(self->run.status, ==, 0);
    FIRN(self, "snapshot-delete", "web1", "a");
    assert_done(self, "web1: deleted a\n");
}

static void
test_create_quiet(Fixture *self, gconstpointer data)
{
    FIRN(self, "-q", "create", "web1", "a");
    assert_done(self, "");
}

static void
test_create_json(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a", "--json");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_nonnull(strstr(self->run.out, "\"verdict\" : \"offline\""));
    g_assert_nonnull(strstr(self->run.out, "\"snapshot\" : \"UUID\""));
    g_assert_nonnull(strstr(self->run.out, "\"vm\" : \"web1\""));
    g_assert_nonnull(strstr(self->run.out, "\"job\" : 1"));
}

static void
test_create_dry_run(Fixture *self, gconstpointer data)
{
    g_autofree char *expected =
        g_strdup_printf("Name          a\n"
                        "VM            off\n"
                        "Quiesce       require\n"
                        "Agent         -\n"
                        "Disks         vda  qcow2  1.0 MiB  %s\n"
                        "Indications   Offline\n"
                        "Expected      offline\n",
                        firn_test_firnd_get_path(self->firnd, "web1.qcow2"));

    FIRN(self, "create", "web1", "a", "--dry-run");
    assert_done(self, expected);
    FIRN(self, "list", "web1");
    assert_done(self, "");
}

static void
test_create_dry_run_refused(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a");
    FIRN(self, "create", "web1", "A", "-n", "--exclude-disk", "vdz");
    g_assert_cmpint(self->run.status, ==, 5);
    g_assert_nonnull(strstr(self->run.out, "Cannot proceed:\n"));
    g_assert_nonnull(strstr(self->run.out, "[NameTaken]\n    -> "));
    g_assert_nonnull(strstr(self->run.out, "[InvalidArgument]\n    -> "));
}

static void
test_create_refused(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a b");
    g_assert_cmpint(self->run.status, ==, 2);
    g_assert_true(g_str_has_prefix(self->run.err, "firn: "));
    FIRN(self, "create", "web1", "a", "--deadline=soon");
    assert_failed(self,
                  2,
                  "firn: create: --deadline: invalid duration \"soon\"; use seconds, or 500ms, "
                  "30s, 2m, 1h, 7d; see: firn create --help\n");
    FIRN(self, "create", "web1", "--quiesce=maybe");
    assert_failed(self,
                  2,
                  "firn: create: --quiesce=maybe: must be require, try or never; "
                  "see: firn create --help\n");
    FIRN(self, "create");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "create", "web1", "a", "b");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "create", "web1", "--frozen-max=0");
    g_assert_cmpint(self->run.status, ==, 2);
}

static void
test_limit(Fixture *self, gconstpointer data)
{
    FIRN(self, "policy", "web1", "set", "max-snapshots=1");
    assert_done(self, "max-snapshots=1\nallow-memory=no\ndrift-guard=warn\npause-max=0s\n");
    FIRN(self, "create", "web1", "a");
    FIRN(self, "create", "web1", "b");
    g_assert_cmpint(self->run.status, ==, 7);
    g_assert_nonnull(strstr(self->run.err, "max-snapshots"));
    FIRN(self, "create", "web1", "a");
    g_assert_cmpint(self->run.status, ==, 5);
}

static void
make_family(Fixture *self)
{
    FIRN(self, "create", "web1", "a", "-d", "the first ☃");
    FIRN(self, "create", "web1", "b");
    FIRN(self, "create", "web1", "c");
    g_assert_cmpint(self->run.status, ==, 0);
}

static void
test_list(Fixture *self, gconstpointer data)
{
    make_family(self);
    g_free(firn_test_disk_image_run("qemu-img",
                                    "snapshot",
                                    "-c",
                                    "alien\033[31m",
                                    firn_test_firnd_get_path(self->firnd, "web1.qcow2"),
                                    NULL));
    FIRN(self, "list", "web1");
    assert_done(self,
                "   NAME           CREATED           VERDICT  FROZEN  DESCRIPTION\n"
                "   a              YYYY-MM-DD hh:mm  offline  -       the first ☃\n"
                "   b              YYYY-MM-DD hh:mm  offline  -\n"
                "*  c              YYYY-MM-DD hh:mm  offline  -\n"
                "   alien\\x1b[31m  YYYY-MM-DD hh:mm  foreign  -\n");
    FIRN(self, "ls", "--name", "--no-foreign", "web1");
    assert_done(self, "a\nb\nc\n");
}

static void
test_list_all(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a");
    FIRN(self, "create", "db1", "longer-name");
    FIRN(self, "list", "--no-legend");
    assert_done(self,
                "db1   *  longer-name  YYYY-MM-DD hh:mm  offline  -\n"
                "web1  *  a            YYYY-MM-DD hh:mm  offline  -\n");
}

static void
test_list_json(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a");
    FIRN(self, "list", "11111111-1111-4222-8333-123456789abc", "--json");
    g_assert_nonnull(strstr(self->run.out, "\"vm\" : \"web1\""));
    g_assert_nonnull(strstr(self->run.out, "\"consistent\" : true"));
    g_assert_nonnull(strstr(self->run.out, "\"current\" : true"));
    FIRN(self, "list", "--json");
    g_assert_nonnull(strstr(self->run.out, "\"name\" : \"a\""));
    FIRN(self, "list", "db1", "--json");
    assert_done(self, "[]\n");
}

static void
test_tree(Fixture *self, gconstpointer data)
{
    make_family(self);
    FIRN(self, "tree", "web1");
    assert_done(self,
                "a                        YYYY-MM-DD hh:mm  offline  the first ☃\n"
                "└─ b                     YYYY-MM-DD hh:mm  offline\n"
                "   └─ c                  YYYY-MM-DD hh:mm  offline\n"
                "      └─ (you are here)\n");
    FIRN(self, "snapshot-list", "--tree", "web1");
    g_assert_cmpint(self->run.status, ==, 0);
    FIRN(self, "tree", "web1", "--ascii", "--color=always");
    g_assert_nonnull(strstr(self->run.out, "\033[32moffline\033[0m"));
    g_assert_nonnull(strstr(self->run.out, "   \\- c "));
    FIRN(self, "tree", "db1");
    assert_done(self, "no snapshots\n");
}

static void
test_show(Fixture *self, gconstpointer data)
{
    g_autofree char *expected = NULL;

    make_family(self);
    FIRN(self, "show", "web1", "b", "--utc");
    expected = g_strdup_printf("Indications   Offline\n"
                               "Contains      disk vda\n"
                               "Disks         vda  qcow2  1.0 MiB  %s\n"
                               "Quiesce       require\n"
                               "VM was        off\n",
                               firn_test_firnd_get_path(self->firnd, "web1.qcow2"));
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_true(g_str_has_prefix(self->run.out,
                                   "Name          b\n"
                                   "VM            web1\n"
                                   "Description   -\n"
                                   "UUID          UUID\n"
                                   "Tag on disk   b."));
    g_assert_nonnull(
        strstr(self->run.out, "\nParent        a\nCreated       YYYY-MM-DD hh:mm:ss UTC ("));
    g_assert_nonnull(
        strstr(self->run.out, "\nVerdict       offline (consistent)\nPhase         ready\n"));
    g_assert_true(g_str_has_suffix(self->run.out, expected));
}

static void
test_show_json(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a");
    g_assert_cmpstr(self->run.err, ==, "");
    FIRN(self, "--json", "show", "web1", "@latest");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_nonnull(strstr(self->run.out, "\"uuid\" : \"UUID\""));
    g_assert_nonnull(strstr(self->run.out, "\"evidence\" : {\n    \"quiesce\" : \"require\""));
    g_assert_nonnull(strstr(self->run.out, "\"parent\" : \"\""));
}

static void
test_show_unavailable(Fixture *self, gconstpointer data)
{
    const char *image = firn_test_firnd_get_path(self->firnd, "web1.qcow2");
    g_auto(GStrv) tags = NULL;

    FIRN(self, "create", "web1", "a");
    FIRN(self, "show", "web1", "a", "--live");
    g_assert_cmpint(self->run.status, ==, 2);
    tags = firn_test_disk_image_list_snapshots(image);
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-d", tags[0], image, NULL));
    FIRN(self, "show", "web1", "a");
    g_assert_nonnull(strstr(self->run.out, "Phase         unavailable: not on all its disks"));
    FIRN(self, "check");
    g_assert_cmpstr(self->run.out, ==, "CRITICAL - web1: snapshot a is unavailable\n");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "delete", "web1", "a");
    assert_done(self, "web1: deleted a\n");
}

static void
test_edit(Fixture *self, gconstpointer data)
{
    make_family(self);
    FIRN(self, "edit", "web1", "b", "--name", "good", "-d", "tested");
    assert_done(self, "snapshot b changed\n");
    FIRN(self, "list", "web1", "--no-legend");
    assert_done(self,
                "   a     YYYY-MM-DD hh:mm  offline  -  the first ☃\n"
                "   good  YYYY-MM-DD hh:mm  offline  -  tested\n"
                "*  c     YYYY-MM-DD hh:mm  offline  -\n");
    FIRN(self, "edit", "web1", "good", "--name", "C");
    g_assert_cmpint(self->run.status, ==, 5);
    FIRN(self, "edit", "web1", "good");
    assert_failed(self,
                  2,
                  "firn: edit: nothing to change: use --name or --description; "
                  "see: firn edit --help\n");
}

static void
test_delete(Fixture *self, gconstpointer data)
{
    make_family(self);
    FIRN(self, "delete", "web1", "a", "-n", "--children");
    assert_done(self, "would delete a\nwould delete b\nwould delete c\n");
    FIRN(self, "delete", "web1", "a", "-n", "--children-only");
    assert_done(self, "would delete b\nwould delete c\n");
    FIRN(self, "delete", "web1", "b");
    assert_done(self, "web1: deleted b\n");
    FIRN(self, "tree", "web1", "--ascii");
    assert_done(self,
                "a                     YYYY-MM-DD hh:mm  offline  the first ☃\n"
                "\\- c                  YYYY-MM-DD hh:mm  offline\n"
                "   \\- (you are here)\n");
    FIRN(self, "rm", "web1", "a", "--children");
    assert_done(self, "web1: deleted a, c\n");
}

static void
test_delete_all(Fixture *self, gconstpointer data)
{
    make_family(self);
    FIRN(self, "delete", "web1", "--all");
    assert_failed(self, 2, "firn: delete --all without a terminal requires --yes\n");
    FIRN(self, "delete", "web1", "--all", "--yes");
    assert_done(self, "web1: deleted a, b, c\n");
    FIRN(self, "delete", "web1", "--all", "--yes");
    assert_done(self, "web1: nothing to delete\n");
}

static void
test_delete_several(Fixture *self, gconstpointer data)
{
    make_family(self);
    FIRN(self, "delete", "web1", "a", "c");
    assert_done(self, "web1: deleted a, c\n");
    FIRN(self, "delete", "web1", "b", "nothing");
    g_assert_cmpint(self->run.status, ==, 3);
    FIRN(self, "ls", "--name", "web1");
    assert_done(self, "b\n");
}

static void
test_delete_usage(Fixture *self, gconstpointer data)
{
    FIRN(self, "delete", "web1");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "delete", "web1", "a", "--all");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "delete", "web1", "a", "--children", "--children-only");
    g_assert_cmpint(self->run.status, ==, 2);
}

static void
test_policy(Fixture *self, gconstpointer data)
{
    FIRN(self, "policy", "web1");
    assert_done(self, "max-snapshots=3\nallow-memory=no\ndrift-guard=warn\npause-max=0s\n");
    FIRN(self,
         "policy",
         "web1",
         "set",
         "max-snapshots=5",
         "allow-memory=yes",
         "drift-guard=strict",
         "pause-max=90s");
    assert_done(self, "max-snapshots=5\nallow-memory=yes\ndrift-guard=strict\npause-max=90s\n");
    FIRN(self, "policy", "web1", "show", "--json");
    assert_done(self,
                "{\n  \"allow_memory\" : true,\n  \"drift_guard\" : \"strict\",\n"
                "  \"max_snapshots\" : 5,\n  \"pause_max\" : 90000000\n}\n");
    FIRN(self, "policy", "web1", "set", "max-snapshots");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "policy", "web1", "set", "max-snapshots=9", "colour=blue");
    g_assert_cmpint(self->run.status, ==, 2);
    g_assert_nonnull(strstr(self->run.err, "colour"));
    FIRN(self, "policy", "web1");
    assert_done(self, "max-snapshots=5\nallow-memory=yes\ndrift-guard=strict\npause-max=90s\n");
}

static void
define_launch(Fixture *self, const char *more)
{
    const char *path = firn_test_firnd_get_path(self->firnd, "etc/machines.d/web1.conf");
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *launch = g_strdup_printf("/bin/true -drive file=%s%s",
                                              firn_test_firnd_get_path(self->firnd, "web1.qcow2"),
                                              more);

    g_assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
    g_key_file_set_string(file, "machine", "launch", launch);
    g_assert_true(g_key_file_save_to_file(file, path, NULL));
}

/* Nothing starts the VM: its program need not be a QEMU. */
static void
test_restore_missing(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a");
    define_launch(self, " -cdrom /gone/cd.iso");
    FIRN(self, "wait", "web1", "--for=condition=DependencyMissing");
    g_assert_nonnull(strstr(self->run.out, "DependencyMissing is True (Missing): -cdrom: its "));
    FIRN(self, "status", "web1");
    g_assert_nonnull(strstr(self->run.out, "its medium /gone/cd.iso does not exist"));
    FIRN(self, "restore", "web1", "a", "--dry-run");
    g_assert_cmpint(self->run.status, ==, 8);
    g_assert_nonnull(strstr(self->run.out, "dependency -cdrom"));
    FIRN(self, "restore", "web1", "a", "--running");
    g_assert_cmpint(self->run.status, ==, 8);
    g_assert_nonnull(strstr(self->run.err, "missing: -cdrom: its medium /gone/cd.iso"));
    g_assert_nonnull(strstr(self->run.out, "(off)"));
    FIRN(self, "undo", "web1", "--off");
    g_assert_cmpint(self->run.status, ==, 0);
    define_launch(self, "");
    FIRN(self, "wait", "web1", "--for=condition=dependencymissing=false");
    assert_done(self, "web1: DependencyMissing is False (AllThere)\n");
}

static void
test_wait(Fixture *self, gconstpointer data)
{
    FIRN(self, "wait", "web1", "--for=state=off");
    assert_done(self, "web1: it is off\n");
    FIRN(self, "wait", "web1", "--for=condition=Ready");
    assert_done(self, "web1: Ready is True (StateKnown)\n");
    FIRN(self, "wait", "web1", "--for=state=running", "--wait-timeout=100ms");
    assert_failed(self, 124, "firn: web1: --wait-timeout is over; it is off\n");
    FIRN(self, "wait", "web9", "--for=state=off");
    g_assert_cmpint(self->run.status, ==, 3);
}

static void
test_wait_misused(Fixture *self, gconstpointer data)
{
    static const char *const goals[] = {"--for=Ready",
                                        "--for=state=on",
                                        "--for=condition=Ready=yes",
                                        "--for=condition=Happy"};

    for (guint i = 0; i < G_N_ELEMENTS(goals); i++) {
        FIRN(self, "wait", "web1", goals[i]);
        g_assert_cmpint(self->run.status, ==, 2);
    }
    FIRN(self, "wait", "web1");
    g_assert_cmpint(self->run.status, ==, 2);
}

#define ADD(name, function)                                                                        \
    g_test_add("/cli/firn/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("create/done", test_create);
    ADD("create/like-virsh", test_create_like_virsh);
    ADD("create/quiet", test_create_quiet);
    ADD("create/json", test_create_json);
    ADD("create/dry-run", test_create_dry_run);
    ADD("create/dry-run-refused", test_create_dry_run_refused);
    ADD("create/refused", test_create_refused);
    ADD("create/limit", test_limit);
    ADD("restore/missing", test_restore_missing);
    ADD("wait/met", test_wait);
    ADD("wait/misused", test_wait_misused);
    ADD("list/one", test_list);
    ADD("list/all", test_list_all);
    ADD("list/json", test_list_json);
    ADD("tree", test_tree);
    ADD("show/text", test_show);
    ADD("show/json", test_show_json);
    ADD("show/unavailable", test_show_unavailable);
    ADD("edit", test_edit);
    ADD("delete/one", test_delete);
    ADD("delete/all", test_delete_all);
    ADD("delete/several", test_delete_several);
    ADD("delete/usage", test_delete_usage);
    ADD("policy", test_policy);
    return g_test_run();
}
