/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "disk-image.h"
#include "patience.h"
#include "vm-rig.h"

#define BUSY 5

static const FirnVmRigOptions proxied = {.guest = {.n_disks = 2}, .with_proxy = TRUE};

typedef struct {
    FirnVmRig rig;
    gboolean is_cut;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_vm_rig_set_up(&fixture->rig, &proxied);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_vm_rig_tear_down(&fixture->rig, &proxied);
}

static FirnTestVerdict
kill_and_drop(const char *line, gpointer fixture)
{
    firn_test_firnd_signal(((Fixture *)fixture)->rig.firnd, SIGKILL);
    return FIRN_TEST_VERDICT_DROP;
}

static FirnTestVerdict
note_cut(const char *line, gpointer fixture)
{
    ((Fixture *)fixture)->is_cut = TRUE;
    return FIRN_TEST_VERDICT_FORWARD;
}

/* The first reply after the cut is that to the cut; the first query of the disks is that of the
 * verification. */
static FirnTestVerdict
kill_once_cut(const char *line, gpointer fixture)
{
    return ((Fixture *)fixture)->is_cut ? kill_and_drop(line, fixture) : FIRN_TEST_VERDICT_FORWARD;
}

static guint
count_files(Fixture *fixture, const char *suffix)
{
    g_autofree char *path =
        g_build_filename(firn_test_firnd_get_state_dir(fixture->rig.firnd), "journal", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    guint count = 0;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        count += g_str_has_suffix(name, suffix);
    return count;
}

/* Runs firn until firnd is killed. */
static void
run_until_killed(Fixture *fixture, const char *verb)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_firn(fixture->rig.firnd, &outcome, verb, "web1", "s1", NULL);
    g_assert_cmpint(outcome.status, !=, 0);
    g_assert_cmpint(firn_test_firnd_wait_end(fixture->rig.firnd), ==, -SIGKILL);
    g_assert_cmpuint(count_files(fixture, ".json"), ==, 1);
}

/* The journal entry of a job is removed shortly before its recovery ends. */
static gboolean
is_recovering(Fixture *fixture)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_firn(fixture->rig.firnd, &outcome, "jobs", NULL);
    return count_files(fixture, ".json") > 0 || strstr(outcome.out, "in-progress") != NULL;
}

static void
restart(Fixture *fixture)
{
    gint64 end_us = firn_test_give_up_us();

    firn_test_firnd_start(fixture->rig.firnd);
    while (is_recovering(fixture))
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
}

/* Repeats while firnd itself tries to finish the interrupted job: a VM has one job at a time. */
static void
assert_firn(Fixture *fixture,
            int status,
            const char *expected,
            const char *verb,
            const char *option)
{
    gint64 end_us = firn_test_give_up_us();
    FirnTestOutcome outcome = {0};

    do {
        firn_test_outcome_clear(&outcome);
        firn_test_firnd_firn(fixture->rig.firnd, &outcome, verb, "web1", option, NULL);
    } while (outcome.status == BUSY && g_get_monotonic_time() < end_us);
    if (outcome.status != status || strstr(outcome.out, expected) == NULL)
        g_error("firn %s: %d: %s%s", verb, outcome.status, outcome.out, outcome.err);
    firn_test_outcome_clear(&outcome);
}

static void
assert_no_snapshot(Fixture *fixture)
{
    g_auto(FirnTestOutcome) shown = {0};
    g_auto(FirnTestOutcome) listed = {0};

    firn_vm_rig_assert_tags(&fixture->rig, 0);
    firn_test_firnd_firn(fixture->rig.firnd, &shown, "show", "web1", "s1", NULL);
    g_assert_cmpint(shown.status, ==, 3);
    firn_test_firnd_firn(fixture->rig.firnd, &listed, "list", "web1", NULL);
    g_assert_null(strstr(listed.out, "foreign"));
    assert_firn(fixture, 0, "no snapshots\n", "verify", NULL);
}

/* The reason for the missing snapshot is stored in the failed job. */
static void
assert_told(Fixture *fixture)
{
    g_auto(FirnTestOutcome) listed = {0};
    g_auto(FirnTestOutcome) shown = {0};
    g_autofree char *number = NULL;

    firn_test_firnd_firn(fixture->rig.firnd, &listed, "jobs", "--failed", "--no-legend", NULL);
    number = g_strdup_printf("%u", (guint)g_ascii_strtoull(listed.out, NULL, 10));
    if (strstr(listed.out, "create") == NULL || strstr(listed.out, "Interrupted") == NULL)
        g_error("firn jobs --failed: %s%s", listed.out, listed.err);
    firn_test_firnd_firn(fixture->rig.firnd, &shown, "job", number, NULL);
    if (strstr(shown.out,
               "firnd ended while it was making snapshot s1; the incomplete snapshot was "
               "removed") == NULL ||
        strstr(shown.out, "VM was") == NULL)
        g_error("firn job %s: %s%s", number, shown.out, shown.err);
}

/* QEMU has made the cut, firnd did not get the reply, and the guest is frozen. */
static void
test_killed_in_the_cut(Fixture *fixture, gconstpointer data)
{
    firn_test_proxy_on_request(fixture->rig.monitor, "\"transaction\"", 1, note_cut, fixture);
    firn_test_proxy_on_reply(fixture->rig.monitor, "\"return\"", 0, kill_once_cut, fixture);
    run_until_killed(fixture, "create");
    fixture->is_cut = FALSE;
    firn_vm_rig_assert_tags(&fixture->rig, 1);
    g_assert_true(firn_test_guest_is_frozen(fixture->rig.guest, "/mnt/a"));
    restart(fixture);
    g_assert_false(firn_test_guest_is_frozen(fixture->rig.guest, "/mnt/a"));
    assert_no_snapshot(fixture);
    firn_vm_rig_assert_well(&fixture->rig);
}

/* No other process listens on the socket: a monitor that closes the connection is not a VM that is
 * off. */
static void
kill_qemu(Fixture *fixture)
{
    firn_test_guest_kill(fixture->rig.guest);
    firn_test_proxy_free(fixture->rig.monitor);
    fixture->rig.monitor = NULL;
}

static void
kill_before_record(Fixture *fixture)
{
    firn_test_proxy_on_request(fixture->rig.monitor, "\"transaction\"", 1, note_cut, fixture);
    firn_test_proxy_on_request(fixture->rig.monitor, "\"query-block\"", 0, kill_once_cut, fixture);
    run_until_killed(fixture, "create");
    fixture->is_cut = FALSE;
    firn_vm_rig_assert_tags(&fixture->rig, 1);
}

static void
test_killed_before_the_record(Fixture *fixture, gconstpointer data)
{
    kill_before_record(fixture);
    restart(fixture);
    assert_no_snapshot(fixture);
    assert_told(fixture);
    g_free(firn_vm_rig_create(&fixture->rig, 0, NULL));
    firn_vm_rig_assert_tags(&fixture->rig, 1);
}

static void
test_qemu_killed_too(Fixture *fixture, gconstpointer data)
{
    kill_before_record(fixture);
    kill_qemu(fixture);
    restart(fixture);
    assert_no_snapshot(fixture);
}

static void
lose_on_second_disk(Fixture *fixture)
{
    g_auto(GStrv) tags =
        firn_test_disk_image_list_snapshots(firn_test_guest_get_disk(fixture->rig.guest, 1));
    g_autofree char *arguments =
        g_strdup_printf("{\"device\": \"vdb\", \"name\": \"%s\"}", tags[0]);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = firn_test_guest_qmp(fixture->rig.guest,
                                                    "blockdev-snapshot-delete-internal-sync",
                                                    arguments,
                                                    &error);

    g_assert_no_error(error);
}

static void
kill_in_delete(Fixture *fixture)
{
    g_free(firn_vm_rig_create(&fixture->rig, 0, NULL));
    firn_test_proxy_on_request(fixture->rig.monitor,
                               "\"snapshot-delete\"",
                               1,
                               kill_and_drop,
                               fixture);
    run_until_killed(fixture, "delete");
    lose_on_second_disk(fixture);
}

static void
test_killed_in_delete(Fixture *fixture, gconstpointer data)
{
    kill_in_delete(fixture);
    restart(fixture);
    assert_no_snapshot(fixture);
    firn_vm_rig_assert_well(&fixture->rig);
}

static void
test_killed_in_delete_with_qemu(Fixture *fixture, gconstpointer data)
{
    kill_in_delete(fixture);
    kill_qemu(fixture);
    restart(fixture);
    assert_no_snapshot(fixture);
}

/* While an image is missing, nothing is decided; once it is back, verify --repair finishes the
 * job. */
static void
test_image_away(Fixture *fixture, gconstpointer data)
{
    const char *path = firn_test_guest_get_disk(fixture->rig.guest, 1);
    g_autofree char *away = g_strconcat(path, ".away", NULL);

    kill_before_record(fixture);
    kill_qemu(fixture);
    g_assert_cmpint(g_rename(path, away), ==, 0);
    firn_test_firnd_start(fixture->rig.firnd);
    assert_firn(fixture, 1, "1 interrupted", "verify", "--repair");
    g_assert_cmpuint(count_files(fixture, ".json"), ==, 1);
    assert_firn(fixture, 0, "snapshot s1 is incompletely created", "status", NULL);
    assert_firn(fixture, 2, "CRITICAL - web1: snapshot s1 is incompletely created", "check", NULL);
    assert_firn(fixture, 1, "firn verify web1 --repair", "doctor", NULL);
    g_assert_cmpint(g_rename(away, path), ==, 0);
    assert_firn(fixture, 0, "1 repaired", "verify", "--repair");
    g_assert_cmpuint(count_files(fixture, ".json"), ==, 0);
    assert_no_snapshot(fixture);
}

/* An unreadable entry is kept, and blocks nothing. */
static void
test_garbage(Fixture *fixture, gconstpointer data)
{
    g_autofree char *folder =
        g_build_filename(firn_test_firnd_get_state_dir(fixture->rig.firnd), "journal", NULL);
    g_autofree char *path = NULL;
    g_autoptr(GDir) dir = NULL;

    kill_before_record(fixture);
    dir = g_dir_open(folder, 0, NULL);
    path = g_build_filename(folder, g_dir_read_name(dir), NULL);
    g_assert_true(g_file_set_contents(path, "{\"format\": 1, ", -1, NULL));
    restart(fixture);
    g_assert_cmpuint(count_files(fixture, ".unreadable"), ==, 1);
    assert_firn(fixture, 1, "1 foreign, 1 unreadable", "verify", "--repair");
    g_free(firn_vm_rig_create(&fixture->rig, 0, NULL));
    assert_firn(fixture, 1, "1 ok, 1 foreign, 1 unreadable", "verify", NULL);
}

/* An administrator changes the images with qemu-img while the VM is off. */
static void
test_behind_firns_back(Fixture *fixture, gconstpointer data)
{
    const char *vda = firn_test_guest_get_disk(fixture->rig.guest, 0);
    const char *vdb = firn_test_guest_get_disk(fixture->rig.guest, 1);
    g_auto(GStrv) tags = NULL;

    g_free(firn_vm_rig_create(&fixture->rig, 0, NULL));
    assert_firn(fixture, 0, "1 ok\n", "verify", NULL);
    tags = firn_test_disk_image_list_snapshots(vda);
    kill_qemu(fixture);
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", "nightly", vda, NULL));
    assert_firn(fixture, 0, "1 ok, 1 foreign\n", "verify", NULL);
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-d", tags[0], vda, NULL));
    assert_firn(fixture, 1, "1 foreign, 1 degraded\n", "verify", "--repair");
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-d", tags[0], vdb, NULL));
    assert_firn(fixture, 1, "1 foreign, 1 missing\n", "verify", NULL);
    assert_firn(fixture, 0, "1 repaired, 1 foreign\n", "verify", "--repair");
    assert_firn(fixture, 0, "1 foreign\n", "verify", NULL);
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
    add("/vm/interrupted/create/killed-in-the-cut", test_killed_in_the_cut);
    add("/vm/interrupted/create/killed-before-the-record", test_killed_before_the_record);
    add("/vm/interrupted/create/qemu-killed-too", test_qemu_killed_too);
    add("/vm/interrupted/delete/killed-half-way", test_killed_in_delete);
    add("/vm/interrupted/delete/qemu-killed-too", test_killed_in_delete_with_qemu);
    add("/vm/interrupted/undecided/image-away", test_image_away);
    add("/vm/interrupted/journal-is-garbage", test_garbage);
    add("/vm/interrupted/verify/behind-firns-back", test_behind_firns_back);
    return g_test_run();
}
