/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest.h"

#include <gio/gio.h>

#include "disk-image.h"
#include "wire.h"

static void
test_answers(FirnTestGuest *guest)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *late = NULL;
    g_autofree char *output = NULL;
    g_autofree char *file = NULL;
    int status = 0;

    late = firn_test_guest_shell(guest, "sleep 3; echo late", 100, NULL, &error);
    g_assert_null(late);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
    g_clear_error(&error);
    output = firn_test_guest_shell(guest, "echo one; printf two; exit 3", 9000, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(output, ==, "one\ntwo");
    g_assert_cmpint(status, ==, 3);

    firn_test_guest_write_file(guest, "/run/x", "a 'b'\n\"$c\"\n");
    file = firn_test_guest_run(guest, "cat /run/x");
    g_assert_cmpstr(file, ==, "a 'b'\n\"$c\"");
}

static void
test_frozen(FirnTestGuest *guest)
{
    g_assert_false(firn_test_guest_is_frozen(guest, "/mnt/a"));
    g_free(firn_test_guest_run(guest, "fsfreeze --freeze /mnt/a"));
    g_assert_true(firn_test_guest_is_frozen(guest, "/mnt/a"));
    g_assert_false(firn_test_guest_is_frozen(guest, "/mnt/b"));
    g_free(firn_test_guest_run(guest, "fsfreeze --unfreeze /mnt/a"));
    g_assert_false(firn_test_guest_is_frozen(guest, "/mnt/a"));
}

static void
test_writer(FirnTestGuest *guest)
{
    gint64 acked;

    g_free(firn_test_guest_run(guest, "writer start"));
    firn_test_guest_wait_ack(guest, 5);
    g_free(firn_test_guest_run(guest, "fsfreeze --freeze /mnt/a"));
    acked = firn_test_guest_get_last_ack(guest);
    g_assert_true(firn_test_guest_is_frozen(guest, "/mnt/a"));
    g_assert_cmpint(firn_test_guest_get_last_ack(guest), <=, acked + 1);
    g_free(firn_test_guest_run(guest, "fsfreeze --unfreeze /mnt/a"));
    firn_test_guest_wait_ack(guest, acked + 3);
}

static void
ask_agent(FirnTestWire *agent, const char *command, const char *expected)
{
    g_autofree char *request = g_strdup_printf("{\"execute\":\"%s\"}\n", command);
    g_autoptr(GError) error = NULL;
    g_autofree char *line = NULL;

    firn_test_wire_send(agent, request, &error);
    g_assert_no_error(error);
    line = firn_test_wire_read_line(agent, firn_test_wire_deadline(30000), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(line, ==, expected);
}

static void
test_agent(FirnTestGuest *guest)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnTestWire) agent =
        firn_test_wire_connect(firn_test_guest_get_path(guest, "qga"), 5000, &error);
    g_autofree char *calls = NULL;

    g_assert_no_error(error);
    ask_agent(agent, "guest-fsfreeze-freeze", "{\"return\": 2}");
    g_assert_true(firn_test_guest_is_frozen(guest, "/mnt/a"));
    g_assert_true(firn_test_guest_is_frozen(guest, "/mnt/b"));
    ask_agent(agent, "guest-fsfreeze-thaw", "{\"return\": 2}");
    g_assert_false(firn_test_guest_is_frozen(guest, "/mnt/a"));
    calls = firn_test_guest_run(guest, "cat /run/hook.log");
    g_assert_cmpstr(calls, ==, "freeze\nthaw");
}

static void
test_monitor(FirnTestGuest *guest)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) event = NULL;
    g_autoptr(JsonNode) reply = NULL;

    g_assert_true(firn_test_guest_is_running(guest));
    firn_test_guest_do(guest, "stop");
    g_assert_false(firn_test_guest_is_running(guest));
    event = firn_test_guest_wait_event(guest, "STOP", 5000, &error);
    g_assert_no_error(error);
    firn_test_guest_do(guest, "cont");
    reply = firn_test_guest_qmp(guest, "no-such-command", NULL, &error);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
    g_assert_null(reply);
}

static void
test_reset(FirnTestGuest *guest)
{
    g_autofree char *found = NULL;

    firn_test_guest_reset(guest);
    firn_test_guest_wait_ready(guest);
    g_assert_cmpuint(firn_test_guest_count_boots(guest), ==, 2);
    found = firn_test_guest_run(guest, "writer check");
    g_assert_true(g_str_has_prefix(found, "a="));
}

static void
test_starts_again(FirnTestGuest *guest)
{
    g_autofree char *folder = g_path_get_dirname(firn_test_guest_get_path(guest, "qmp"));
    g_autofree char *machine = g_build_filename(folder, "web1.conf", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) tags = NULL;

    firn_test_guest_write_machine_file(guest, folder, "web1");
    g_assert_true(g_file_get_contents(machine, &text, NULL, NULL));
    g_assert_nonnull(g_strstr_len(text, -1, firn_test_guest_get_uuid(guest)));

    firn_test_guest_kill(guest);
    g_assert_cmpint(firn_test_guest_get_pid(guest), ==, 0);
    tags = firn_test_disk_image_list_snapshots(firn_test_guest_get_disk(guest, 0));
    g_assert_cmpuint(g_strv_length(tags), ==, 0);
    firn_test_guest_start(guest, NULL);
    firn_test_guest_wait_ready(guest);
    g_free(firn_test_guest_run(guest, "writer check"));
}

/* One guest for all parts, because booting takes the time; a failed part ends the program
 * anyway. */
static void
test_life(void)
{
    g_autofree char *folder = NULL;
    FirnTestGuest *guest;

    if (!firn_test_guest_can_run())
        return;
    guest = firn_test_guest_new(&(FirnTestGuestOptions){.n_disks = 2, .words = "firn.hook"});
    folder = g_path_get_dirname(firn_test_guest_get_path(guest, "qmp"));
    firn_test_guest_wait_ready(guest);
    test_answers(guest);
    test_frozen(guest);
    test_writer(guest);
    test_agent(guest);
    test_monitor(guest);
    test_reset(guest);
    test_starts_again(guest);
    firn_test_guest_free(guest);
    g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

static void
test_without_agent(void)
{
    g_autoptr(FirnTestGuest) guest = NULL;
    g_autofree char *agents = NULL;

    if (!firn_test_guest_can_run())
        return;
    guest = firn_test_guest_new(
        &(FirnTestGuestOptions){.n_disks = 1, .with_backing = TRUE, .words = "firn.noagent"});
    firn_test_guest_wait_ready(guest);
    agents = firn_test_guest_run(guest, "pidof qemu-ga || echo none");
    g_assert_cmpstr(agents, ==, "none");
    g_assert_false(firn_test_guest_is_frozen(guest, "/mnt/a"));
}

static void
assert_begun(FirnTestGuest *guest)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = firn_test_guest_qmp(guest, "query-migrate", NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(reply), "status"),
                    ==,
                    "completed");
}

static void
assert_clock(FirnTestGuest *guest)
{
    g_autofree char *seconds = firn_test_guest_run(guest, "date +%s");

    g_assert_cmpint(ABS(g_ascii_strtoll(seconds, NULL, 10) - g_get_real_time() / G_USEC_PER_SEC),
                    <,
                    10);
}

static void
assert_agent(FirnTestGuest *guest)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnTestWire) agent =
        firn_test_wire_connect(firn_test_guest_get_path(guest, "qga"), 5000, &error);

    g_assert_no_error(error);
    ask_agent(agent, "guest-fsfreeze-status", "{\"return\": \"thawed\"}");
}

static void
assert_other(FirnTestGuest *one, FirnTestGuest *two, const char *command)
{
    g_autofree char *of_one = firn_test_guest_run(one, command);
    g_autofree char *of_two = firn_test_guest_run(two, command);

    g_assert_cmpstr(of_one, !=, of_two);
}

/* The contents of the disks count, not those at the time when the RAM was saved. */
static void
assert_own_disks(FirnTestGuest *guest)
{
    g_free(firn_test_guest_run(guest, "echo mine >/mnt/a/word; sync"));
    firn_test_guest_kill(guest);
    firn_test_guest_start(guest, NULL);
    firn_test_guest_wait_ready(guest);
    assert_begun(guest);
    g_free(firn_test_guest_run(guest, "grep -q mine /mnt/a/word"));
}

/* Guests that begin from the same saved RAM behave as after a boot, and no two are alike. */
static void
test_saved(void)
{
    g_autoptr(FirnTestGuest) one = NULL;
    g_autoptr(FirnTestGuest) two = NULL;

    if (!firn_test_guest_can_run())
        return;
    if (g_getenv("FIRN_TEST_BOOT") != NULL) {
        g_test_skip("FIRN_TEST_BOOT is set: all guests boot");
        return;
    }
    one = firn_test_guest_new(NULL);
    two = firn_test_guest_new(NULL);
    firn_test_guest_wait_ready(one);
    firn_test_guest_wait_ready(two);
    assert_begun(one);
    assert_clock(one);
    assert_agent(one);
    assert_other(one, two, "cat /proc/sys/kernel/random/boot_id");
    assert_other(one, two, "head -c 16 /dev/urandom | hexdump");
    assert_own_disks(one);
}

/* What only a boot shows is available. */
static void
test_booted(void)
{
    g_autoptr(FirnTestGuest) guest = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = NULL;

    if (!firn_test_guest_can_run())
        return;
    guest = firn_test_guest_new(&(FirnTestGuestOptions){.start = FIRN_TEST_GUEST_BOOTS});
    firn_test_guest_wait_ready(guest);
    reply = firn_test_guest_qmp(guest, "query-migrate", NULL, &error);
    g_assert_no_error(error);
    g_assert_false(json_object_has_member(json_node_get_object(reply), "status"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/support/guest/life", test_life);
    g_test_add_func("/support/guest/without-agent", test_without_agent);
    g_test_add_func("/support/guest/saved", test_saved);
    g_test_add_func("/support/guest/booted", test_booted);
    return g_test_run();
}
