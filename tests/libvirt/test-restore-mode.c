/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A snapshot's configuration needs something that the host no longer has: each row is one such
 * thing. Restored are a domain that is off and one that runs, strictly and with best effort; each
 * time the dry run tells what the restore then does. It needs no guest: firmware without a system
 * is enough. */
#include <signal.h>
#include <string.h>

#include "disk-image.h"
#include "domain.h"
#include "firnd.h"
#include "patience.h"
#include "scratch-dir.h"
#include "wire.h"

#define LOOK_AGAIN_US (50 * 1000)
#define UUID          "5e0f7f1c-6a3e-4a7c-9a35-2f3e7f3c1d01"
#define RESTORE       "--json restore web1 s1 --stop --grace=0 --accept-inconsistent"

/**
 * Row:
 * @name: name of the test
 * @provide: (nullable): shell command that provides the thing
 * @devices: what the domain has for it; FOLDER stands for a folder of the test
 * @lose: shell command that takes it away; FOLDER as above
 * @word: what the messages name
 * @needed: part of the definition that names it
 * @without: (nullable): what best effort defines in its place; %NULL: nothing can be left out
 * @runs_too: also for a domain that runs; the others are alike
 */
typedef struct {
    const char *name;
    const char *provide;
    const char *devices;
    const char *lose;
    const char *word;
    const char *needed;
    const char *without;
    gboolean runs_too;
} Row;

#define VIRSH "virsh -qc qemu:///system "
#define NET   "echo '<network><name>lan</name></network>' >FOLDER/lan.xml; "
#define MAC   "<mac address='52:54:00:c0:00:0d'/>"

/* clang-format off */
static const Row rows[] = {
    {"medium", "truncate -s 1M FOLDER/cd.iso",
     "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>"
     "<source file='FOLDER/cd.iso'/><target dev='sda' bus='sata'/><readonly/></disk>",
     "rm FOLDER/cd.iso", "cd.iso", "cd.iso", "device='cdrom'", TRUE},
    {"floppy", "truncate -s 1440K FOLDER/fd.img",
     "<disk type='file' device='floppy'><driver name='qemu' type='raw'/>"
     "<source file='FOLDER/fd.img'/><target dev='fda' bus='fdc'/></disk>",
     "rm FOLDER/fd.img", "fd.img", "fd.img", "device='floppy'"},
    {"network", NET VIRSH "net-define FOLDER/lan.xml; " VIRSH "net-start lan",
     "<interface type='network'>" MAC "<source network='lan'/></interface>",
     VIRSH "net-destroy lan; " VIRSH "net-undefine lan", "lan does not exist", "network='lan'",
     "<link state='down'/>", TRUE},
    {"network-inactive", NET VIRSH "net-define FOLDER/lan.xml; " VIRSH "net-start lan",
     "<interface type='network'>" MAC "<source network='lan'/></interface>",
     VIRSH "net-destroy lan", "lan is not active", "network='lan'", NULL, TRUE},
    {"bridge", "ip link add br-firn type bridge",
     "<interface type='bridge'>" MAC "<source bridge='br-firn'/></interface>",
     "ip link del br-firn", "br-firn", "bridge='br-firn'", "<link state='down'/>"},
    {"host-device", "true",
     "<hostdev mode='subsystem' type='pci' managed='yes'><source>"
     "<address domain='0' bus='0xfe' slot='0x1e' function='0x7'/></source></hostdev>",
     "true", "0000:fe:1e.7", "<hostdev", "<devices>", TRUE},
    {"serial-device", "mkfifo FOLDER/tty",
     "<serial type='dev'><source path='FOLDER/tty'/></serial>",
     "rm FOLDER/tty", "/tty", "/tty'", "<devices>"},
    {"shared-folder", "mkdir FOLDER/share",
     "<filesystem type='mount'><source dir='FOLDER/share'/><target dir='x'/></filesystem>",
     "rmdir FOLDER/share", "/share", "/share'", NULL},
    {"read-only-disk", "truncate -s 1M FOLDER/base.raw",
     "<disk type='file'><driver name='qemu' type='raw'/><source file='FOLDER/base.raw'/>"
     "<target dev='vdb' bus='virtio'/><readonly/></disk>",
     "rm FOLDER/base.raw", "base.raw", "base.raw", NULL, TRUE},
};
/* clang-format on */

typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    const char *folder;      /* (unowned) */
    FirnTestFirnd *firnd;    /* (owned) */
} Fixture;

static char *
place(Fixture *fixture, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "FOLDER", -1);

    return g_strjoinv(fixture->folder, parts);
}

static char *
shell(Fixture *fixture, const char *line)
{
    g_autofree char *placed = place(fixture, line);
    char *argv[] = {(char *)"sh", (char *)"-ec", placed, NULL};
    g_autofree char *errors = NULL;
    char *out = NULL;
    int status = -1;

    g_assert_true(g_spawn_sync(NULL,
                               argv,
                               NULL,
                               G_SPAWN_SEARCH_PATH,
                               NULL,
                               NULL,
                               &out,
                               &errors,
                               &status,
                               NULL));
    if (status != 0)
        g_error("%s: %s%s", placed, out, errors);
    return g_strchomp(out);
}

static void
define(Fixture *fixture, const char *devices)
{
    g_autofree char *placed = place(fixture, devices);
    g_autofree char *path = place(fixture, "FOLDER/domain.xml");
    g_autofree char *xml =
        g_strdup_printf("<domain type='qemu'><name>web1</name><uuid>" UUID "</uuid>"
                        "<memory unit='MiB'>32</memory><os><type machine='q35'>hvm</type></os>"
                        "<features><acpi/></features><devices>"
                        "<disk type='file'><driver name='qemu' type='qcow2'/>"
                        "<source file='%s/a.qcow2'/><target dev='vda' bus='virtio'/></disk>"
                        "%s</devices></domain>",
                        fixture->folder,
                        placed);

    g_assert_true(g_file_set_contents(path, xml, -1, NULL));
    g_free(shell(fixture, VIRSH "define FOLDER/domain.xml"));
}

static char *
dup_definition(Fixture *fixture)
{
    return shell(fixture, VIRSH "dumpxml --inactive --security-info " UUID);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->dir = firn_test_scratch_dir_new();
    fixture->folder = firn_test_scratch_dir_get_path(fixture->dir);
    g_free(shell(fixture, "qemu-img create -qf qcow2 FOLDER/a.qcow2 1M"));
    fixture->firnd = firn_test_firnd_new();
    firn_test_firnd_start(fixture->firnd);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_domain_virsh(NULL, "destroy", UUID, NULL);
    firn_test_firnd_free(fixture->firnd);
    firn_test_domain_virsh(NULL, "undefine", UUID, "--snapshots-metadata", NULL);
    g_free(shell(fixture, VIRSH "net-undefine lan 2>FOLDER/unused || true"));
    firn_test_scratch_dir_free(fixture->dir);
}

/* Returns what it prints, errors last. */
static char *
firn(Fixture *fixture, int status, const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(fixture->firnd, &outcome, line);
    if (outcome.status != status)
        g_error("firn %s: %d: %s%s", line, outcome.status, outcome.out, outcome.err);
    return g_strconcat(outcome.out, outcome.err, NULL);
}

static void
assert_says(Fixture *fixture, int status, const char *line, const char *part)
{
    g_autofree char *text = firn(fixture, status, line);

    if (strstr(text, part) == NULL)
        g_error("no \"%s\" in what firn %s says:\n%s", part, line, text);
}

static void
wait_for_state(Fixture *fixture, const char *state)
{
    gint64 deadline_us = firn_test_give_up_us();
    g_autofree char *line = g_strdup_printf("web1  %s", state);

    for (;;) {
        g_autofree char *text = firn(fixture, 0, "status --no-legend");

        if (strstr(text, line) != NULL)
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

/* What cannot be known before. */
static void
drop_forced_stop(JsonArray *changes)
{
    guint last = json_array_get_length(changes);

    if (last > 0 && g_str_has_prefix(json_array_get_string_element(changes, last - 1),
                                     "the guest did not shut down in time"))
        json_array_remove_element(changes, last - 1);
}

/* What a plan and a result have in common: state, changes, resources, and what is missing. */
static char *
dup_facts(const char *json)
{
    g_autoptr(JsonNode) node = json_from_string(json, NULL);
    JsonObject *object = json_node_get_object(node);
    GString *facts = g_string_new("");
    JsonArray *resources = json_object_get_array_member(object, "resources");
    g_autofree char *changes = NULL;
    g_autofree char *missing = json_to_string(json_object_get_member(object, "missing"), FALSE);

    drop_forced_stop(json_object_get_array_member(object, "changes"));
    changes = json_to_string(json_object_get_member(object, "changes"), FALSE);
    g_string_append_printf(
        facts,
        "%s\n%s\n%s\n",
        json_object_get_string_member(object,
                                      json_object_has_member(object, "state-after") ? "state-after"
                                                                                    : "state"),
        changes,
        missing);
    /* The last field is how far it is. */
    for (guint i = 0; i < json_array_get_length(resources); i++)
        for (guint k = 0; k < 4; k++)
            g_string_append_printf(
                facts,
                "%s%c",
                json_array_get_string_element(json_array_get_array_element(resources, i), k),
                k == 3 ? '\n' : ' ');
    return g_string_free(facts, FALSE);
}

/* The dry run first: it tells the same, and changes nothing. */
static char *
restore(Fixture *fixture, int status, const char *mode)
{
    g_autofree char *line = g_strconcat(RESTORE, mode, NULL);
    g_autofree char *dry_line = g_strconcat(line, " --dry-run", NULL);
    g_autofree char *before = dup_definition(fixture);
    g_auto(FirnTestOutcome) dry = {0};
    g_auto(FirnTestOutcome) outcome = {0};
    g_autofree char *after = NULL;
    g_autofree char *told = NULL;
    g_autofree char *done = NULL;

    firn_test_firnd_line(fixture->firnd, &dry, dry_line);
    after = dup_definition(fixture);
    g_assert_cmpstr(before, ==, after);
    firn_test_firnd_line(fixture->firnd, &outcome, line);
    g_test_message("%s%s%s", dry.out, outcome.out, outcome.err);
    g_assert_cmpint(dry.status, ==, status);
    g_assert_cmpint(outcome.status, ==, status);
    if (status != 0 && status != 8)
        return g_strconcat(dry.out, outcome.err, NULL);
    told = dup_facts(dry.out);
    done = dup_facts(outcome.out);
    g_assert_cmpstr(told, ==, done);
    return g_strconcat(outcome.out, outcome.err, NULL);
}

static void
assert_part(const char *text, const char *part, gboolean has_it)
{
    if ((strstr(text, part) != NULL) != has_it)
        g_error("%s \"%s\" in:\n%s", has_it ? "no" : "there is", part, text);
}

/* Defined with and without the thing. */
static void
begin(Fixture *fixture, const Row *row, gboolean runs)
{
    g_free(shell(fixture, row->provide));
    define(fixture, "");
    if (runs)
        g_free(shell(fixture, VIRSH "start " UUID));
    define(fixture, row->devices);
    wait_for_state(fixture, runs ? "running" : "off");
    g_free(firn(fixture, 0, "create web1 s1 --quiesce=never"));
    g_free(shell(fixture, row->lose));
}

/* Exactly as captured, defined, and left off. */
static void
test_off_strict(Fixture *fixture, gconstpointer data)
{
    const Row *row = data;
    g_autofree char *said = NULL;
    g_autofree char *definition = NULL;
    g_autofree char *needed = place(fixture, row->needed);

    begin(fixture, row, FALSE);
    define(fixture, "");
    said = restore(fixture, 8, "");
    definition = dup_definition(fixture);
    assert_part(said, row->word, TRUE);
    assert_part(definition, needed, TRUE);
    assert_says(fixture, 0, "status web1", row->word);
    assert_says(fixture, 1, "doctor web1", row->word);
    assert_says(fixture, 0, "verify web1", "");
    wait_for_state(fixture, "off");
    g_free(firn(fixture, 0, "undo web1"));
    assert_says(fixture, 0, "status web1", "off");
}

/* Asked to start, it is left off all the same; asked to stay off, nothing is wrong. */
static void
test_off_to_start(Fixture *fixture, gconstpointer data)
{
    begin(fixture, data, FALSE);
    g_free(restore(fixture, 8, " --running"));
    wait_for_state(fixture, "off");
    g_free(restore(fixture, 0, " --off"));
}

static void
test_off_best_effort(Fixture *fixture, gconstpointer data)
{
    const Row *row = data;
    g_autofree char *said = NULL;
    g_autofree char *definition = NULL;
    g_autofree char *needed = place(fixture, row->needed);

    begin(fixture, row, FALSE);
    said = restore(fixture, row->without == NULL ? 8 : 0, " --mode=best-effort");
    definition = dup_definition(fixture);
    assert_part(said, row->word, TRUE);
    assert_part(definition, needed, row->without == NULL);
    if (row->without == NULL)
        return;
    assert_part(definition, row->without, TRUE);
    g_free(shell(fixture, VIRSH "start " UUID));
    wait_for_state(fixture, "running");
}

static char *
dup_run(Fixture *fixture)
{
    return shell(fixture, VIRSH "domid " UUID "; " VIRSH "domstate " UUID);
}

/* A VM that is in use is not left off. */
static void
test_running_strict(Fixture *fixture, gconstpointer data)
{
    const Row *row = data;
    g_autofree char *before = NULL;
    g_autofree char *said = NULL;
    g_autofree char *after = NULL;

    begin(fixture, row, TRUE);
    define(fixture, "");
    before = dup_run(fixture);
    said = restore(fixture, 1, "");
    after = dup_run(fixture);
    g_assert_cmpstr(before, ==, after);
    assert_part(said, row->word, TRUE);
    assert_part(said, "--mode=best-effort", TRUE);
}

/* Neither the current definition nor the snapshot's would start here. */
static void
test_running_best_effort(Fixture *fixture, gconstpointer data)
{
    const Row *row = data;
    g_autofree char *before = NULL;
    g_autofree char *said = NULL;
    g_autofree char *after = NULL;
    g_autofree char *needed = place(fixture, row->needed);
    g_autofree char *undone = NULL;

    begin(fixture, row, TRUE);
    before = dup_run(fixture);
    said = restore(fixture, row->without == NULL ? 1 : 0, " --mode=best-effort");
    after = dup_run(fixture);
    assert_part(said, row->word, TRUE);
    assert_part(after, "running", TRUE);
    g_assert_cmpint(g_str_equal(before, after), ==, row->without == NULL);
    if (row->without == NULL)
        return;
    assert_says(fixture, 0, "undo web1 --stop --grace=0 --off --mode=strict", row->word);
    undone = dup_definition(fixture);
    assert_part(undone, needed, TRUE);
}

/* The guest that resumes finds the same devices: an empty drive, an interface without a link. */
static void
test_memory(Fixture *fixture, gconstpointer data)
{
    const Row *row = data;
    g_autofree char *line = g_strconcat(RESTORE, " --mode=best-effort", NULL);
    g_autofree char *live = NULL;

    g_free(shell(fixture, row->provide));
    define(fixture, row->devices);
    g_free(shell(fixture, VIRSH "start " UUID));
    wait_for_state(fixture, "running");
    g_free(firn(fixture, 0, "policy web1 set allow-memory=yes"));
    g_free(firn(fixture, 0, "create web1 s1 --memory"));
    g_free(shell(fixture, row->lose));
    assert_says(fixture, 1, RESTORE, row->word);
    assert_says(fixture, 0, line, row->word);
    wait_for_state(fixture, "running");
    live = shell(fixture, VIRSH "dumpxml " UUID);
    assert_part(live, row->without, TRUE);
}

static void
restart(Fixture *fixture, int signal, const char *step)
{
    firn_test_firnd_signal(fixture->firnd, signal);
    firn_test_firnd_wait_end(fixture->firnd);
    firn_test_firnd_set_crash_at(fixture->firnd, step);
    firn_test_firnd_start(fixture->firnd);
}

/* Gone between the check and the rollback: firnd is killed when it has stopped the VM. */
static void
test_lost_meanwhile(Fixture *fixture, gconstpointer data)
{
    const Row *row = data;
    gint64 deadline_us = firn_test_give_up_us();
    g_autofree char *needed = place(fixture, row->needed);
    g_autofree char *definition = NULL;

    g_free(shell(fixture, row->provide));
    define(fixture, row->devices);
    g_free(shell(fixture, VIRSH "start " UUID));
    wait_for_state(fixture, "running");
    g_free(firn(fixture, 0, "create web1 s1 --quiesce=never"));
    restart(fixture, SIGTERM, "restore: after the stop");
    wait_for_state(fixture, "running");
    firn_test_firnd_spawn_line(fixture->firnd, RESTORE);
    while (!firn_test_firnd_has_stopped(fixture->firnd)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
    g_free(shell(fixture, row->lose));
    restart(fixture, SIGKILL, NULL);
    wait_for_state(fixture, "running");
    g_free(firn(fixture, 0, "verify web1"));
    definition = dup_definition(fixture);
    assert_part(definition, needed, TRUE);
}

static void
test_options(Fixture *fixture, gconstpointer data)
{
    begin(fixture, &rows[0], FALSE);
    assert_says(fixture, 2, "restore web1 s1 --mode=sloppy", "best-effort");
    assert_says(fixture, 2, "restore web1 s1 --mode=best-effort --config=keep", "config=keep");
    assert_says(fixture, 2, "restore web1 s1 --mode=best-effort --disk vda", "--disk");
}

static void
add(const char *kind, const Row *row, void (*test)(Fixture *, gconstpointer))
{
    g_autofree char *path = g_strdup_printf("/libvirt/restore-mode/%s/%s", kind, row->name);

    g_test_add(path, Fixture, row, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        add("off/strict", &rows[i], test_off_strict);
        add("off/best-effort", &rows[i], test_off_best_effort);
        if (!rows[i].runs_too)
            continue;
        add("running/strict", &rows[i], test_running_strict);
        add("running/best-effort", &rows[i], test_running_best_effort);
    }
    add("off/to-start", &rows[0], test_off_to_start);
    add("memory", &rows[0], test_memory);
    add("memory", &rows[2], test_memory);
    add("lost-meanwhile", &rows[0], test_lost_meanwhile);
    add("lost-meanwhile", &rows[2], test_lost_meanwhile);
    g_test_add("/libvirt/restore-mode/options", Fixture, NULL, set_up, test_options, tear_down);
    return g_test_run();
}
