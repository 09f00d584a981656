/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "firn-config.h"
#include "firnd-rig.h"

#define PATIENCE_US (20 * G_USEC_PER_SEC)
#define MANAGER     FIRN_BUS_PATH "/Manager"

/* Two running VMs that can be frozen. */
typedef struct {
    FirnTestFirnd *firnd;
    FirnTestFakeMonitor *monitors[2];
    FirnTestFakeAgent *agents[2];
    char *paths[2]; /* object paths of the VMs */
} Fixture;

static char *
look_up(FirnTestFirnd *firnd, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = firn_test_firnd_call(firnd,
                                                      "/Manager",
                                                      "Manager.LookupVM",
                                                      g_variant_new("(s)", name),
                                                      &error);
    char *path;

    g_assert_no_error(error);
    g_variant_get(answer, "(o)", &path);
    return path;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    static const char *const names[] = {"web1", "web2"};

    fixture->firnd = firn_test_firnd_new();
    for (guint i = 0; i < 2; i++)
        firn_test_firnd_add_running_vm(fixture->firnd,
                                       names[i],
                                       &fixture->monitors[i],
                                       &fixture->agents[i]);
    firn_test_firnd_start(fixture->firnd);
    for (guint i = 0; i < 2; i++)
        fixture->paths[i] = look_up(fixture->firnd, names[i]);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_firnd_free(fixture->firnd);
    for (guint i = 0; i < 2; i++) {
        g_free(fixture->paths[i]);
        firn_test_fake_monitor_free(fixture->monitors[i]);
        g_clear_pointer(&fixture->agents[i], firn_test_fake_agent_free);
    }
}

static GVariant *
new_call(Fixture *fixture, guint n, const char *options)
{
    return g_variant_new("(@ao@a{sv})",
                         g_variant_new_objv((const char *const *)fixture->paths, n),
                         g_variant_new_parsed(options));
}

/* Returns the file descriptor, or -1 with @error set. */
static int
quiesce(Fixture *fixture, guint n, const char *options, GError **error)
{
    g_autoptr(GUnixFDList) fds = NULL;
    g_autoptr(GVariant) answer = g_dbus_connection_call_with_unix_fd_list_sync(
        firn_test_firnd_get_connection(fixture->firnd),
        FIRN_BUS_NAME,
        MANAGER,
        FIRN_BUS_NAME ".Manager",
        "Quiesce",
        new_call(fixture, n, options),
        G_VARIANT_TYPE("(ha{sv})"),
        G_DBUS_CALL_FLAGS_NONE,
        60000,
        NULL,
        &fds,
        NULL,
        error);
    g_autoptr(GVariant) details = NULL;
    guint64 expires = 0;

    if (answer == NULL)
        return -1;
    details = g_variant_get_child_value(answer, 1);
    g_assert_true(g_variant_lookup(details, "expires", "t", &expires));
    g_assert_cmpuint(expires, >, (guint64)g_get_real_time());
    return g_unix_fd_list_get(fds, 0, NULL);
}

static int
hold(Fixture *fixture, guint n)
{
    g_autoptr(GError) error = NULL;
    int lease = quiesce(fixture, n, "@a{sv} {}", &error);

    g_assert_no_error(error);
    for (guint i = 0; i < n; i++)
        g_assert_true(firn_test_fake_agent_is_frozen(fixture->agents[i]));
    return lease;
}

/* Returns everything that firnd sends until it closes the socket. */
static char *
read_lines(int lease)
{
    GString *lines = g_string_new(NULL);
    char buffer[1024];
    gssize n;

    while ((n = read(lease, buffer, sizeof buffer)) > 0)
        g_string_append_len(lines, buffer, n);
    g_close(lease, NULL);
    return g_string_free(lines, FALSE);
}

static char *
finish(int lease)
{
    g_assert_cmpint(shutdown(lease, SHUT_WR), ==, 0);
    return read_lines(lease);
}

static gboolean
is_thawed(gpointer data)
{
    Fixture *fixture = data;

    for (guint i = 0; i < 2; i++)
        if (fixture->agents[i] != NULL && firn_test_fake_agent_is_frozen(fixture->agents[i]))
            return FALSE;
    return TRUE;
}

static void
assert_thawed(Fixture *fixture)
{
    g_assert_true(firn_test_firnd_wait(is_thawed, fixture));
}

static gboolean
is_idle(gpointer firnd)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) jobs =
        firn_test_firnd_call(firnd, "/Manager", "Manager.ListJobs", NULL, &error);
    g_autofree char *text = NULL;

    g_assert_no_error(error);
    text = g_variant_print(jobs, FALSE);
    return strstr(text, "in-progress") == NULL;
}

/* A job continues for a moment after its guest is thawed; until then its VM is busy. */
static void
assert_thawed_and_idle(Fixture *fixture)
{
    assert_thawed(fixture);
    g_assert_true(firn_test_firnd_wait(is_idle, fixture->firnd));
}

static void
assert_line(const char *lines, const char *name, const char *more)
{
    g_auto(GStrv) all = g_strsplit(lines, "\n", -1);
    g_autofree char *member = g_strdup_printf("\"name\":\"%s\"", name);

    for (GStrv line = all; *line != NULL; line++)
        if (strstr(*line, member) != NULL && strstr(*line, more) != NULL)
            return;
    g_error("no line has %s and %s: %s", name, more, lines);
}

static void
test_held(Fixture *fixture, gconstpointer data)
{
    g_autofree char *lines = finish(hold(fixture, 2));

    g_assert_true(is_thawed(fixture));
    assert_line(lines, "web1", "\"held\":true,\"verdict\":\"filesystem\",\"reason\":\"\"");
    assert_line(lines, "web2", "\"held\":true");
}

static void
test_closed(Fixture *fixture, gconstpointer data)
{
    g_close(hold(fixture, 2), NULL);
    assert_thawed(fixture);
}

/* Any bytes end the quiesce session. */
static void
test_written_to(Fixture *fixture, gconstpointer data)
{
    int lease = hold(fixture, 1);
    g_autofree char *lines = NULL;

    g_assert_cmpint(write(lease, "x", 1), ==, 1);
    lines = read_lines(lease);
    assert_thawed(fixture);
    assert_line(lines, "web1", "\"held\":true");
}

static void
test_expired(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    int lease = quiesce(fixture, 2, "{'frozen-max': <@t 300000>}", &error);
    g_autofree char *lines = NULL;

    g_assert_no_error(error);
    lines = read_lines(lease);
    g_assert_true(is_thawed(fixture));
    assert_line(lines, "web1", "\"held\":false");
    assert_line(lines, "web2", "\"held\":false");
}

/* Both share one freeze window, which ends for both. */
static void
test_one_breaks(Fixture *fixture, gconstpointer data)
{
    int lease = hold(fixture, 2);
    g_autofree char *lines = NULL;

    firn_test_fake_monitor_emit(fixture->monitors[1], "RESET", "{\"guest\": true}");
    lines = read_lines(lease);
    assert_line(lines, "web2", "RESET");
    assert_line(lines, "web1", "\"held\":false");
    assert_line(lines, "web1", "web2");
    g_assert_false(firn_test_fake_agent_is_frozen(fixture->agents[0]));
}

static void
assert_refused(Fixture *fixture, guint n, const char *options, const char *name, const char *word)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *full = g_strconcat(FIRN_BUS_NAME ".Error.", name, NULL);
    g_autofree char *remote = NULL;

    g_assert_cmpint(quiesce(fixture, n, options, &error), ==, -1);
    remote = g_dbus_error_get_remote_error(error);
    g_assert_cmpstr(remote, ==, full);
    if (strstr(error->message, word) == NULL)
        g_error("\"%s\" says nothing of %s", error->message, word);
}

static void
test_all_or_none(Fixture *fixture, gconstpointer data)
{
    g_clear_pointer(&fixture->agents[1], firn_test_fake_agent_free);
    assert_refused(fixture, 2, "@a{sv} {}", "AgentUnavailable", "web2: ");
    assert_thawed_and_idle(fixture);
    g_close(hold(fixture, 1), NULL);
    assert_thawed(fixture);
}

/* The other guest is being frozen when this is found. */
static void
test_one_is_busy(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = NULL;

    firn_test_peer_when(firn_test_fake_agent_get_peer(fixture->agents[1]),
                        "guest-fsfreeze-thaw",
                        0,
                        NULL);
    answer = firn_test_firnd_call(fixture->firnd,
                                  fixture->paths[1] + strlen(FIRN_BUS_PATH),
                                  "VM.Thaw",
                                  g_variant_new("(@a{sv})", g_variant_new_parsed("@a{sv} {}")),
                                  &error);
    g_assert_no_error(error);
    assert_refused(fixture, 2, "@a{sv} {}", "Busy", "web2 is busy with job 1 (thaw");
    g_close(hold(fixture, 1), NULL);
    assert_thawed(fixture);
}

static void
test_wrong(Fixture *fixture, gconstpointer data)
{
    assert_refused(fixture, 0, "@a{sv} {}", "InvalidArgument", "at least one");
    assert_refused(fixture, 1, "{'frozen-maximum': <@t 1>}", "InvalidArgument", "frozen-maximum");
    assert_refused(fixture, 1, "{'frozen-max': <@t 7200000000>}", "InvalidArgument", "frozen-max");
    g_free(fixture->paths[1]);
    fixture->paths[1] = g_strdup(fixture->paths[0]);
    assert_refused(fixture, 2, "@a{sv} {}", "InvalidArgument", "twice");
    g_free(fixture->paths[1]);
    fixture->paths[1] = g_strdup("/what");
    assert_refused(fixture, 2, "@a{sv} {}", "NotFound", "/what");
    g_assert_true(is_thawed(fixture));
}

static void
test_busy(Fixture *fixture, gconstpointer data)
{
    int lease = hold(fixture, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer =
        firn_test_firnd_call(fixture->firnd,
                             fixture->paths[0] + strlen(FIRN_BUS_PATH),
                             "VM.CreateSnapshot",
                             g_variant_new("(s@a{sv})", "a", g_variant_new_parsed("@a{sv} {}")),
                             &error);
    g_autofree char *owner = g_strdup_printf("process %d of uid", getpid());

    g_assert_null(answer);
    g_assert_nonnull(strstr(error->message, "quiesce, in phase held"));
    g_assert_nonnull(strstr(error->message, owner));
    g_free(finish(lease));
}

static void
test_joined(Fixture *fixture, gconstpointer data)
{
    int first = hold(fixture, 1);
    int second = hold(fixture, 2);
    g_autofree char *second_lines = NULL;
    g_autofree char *first_lines = NULL;

    g_assert_cmpint(shutdown(first, SHUT_WR), ==, 0);
    /* A reply that firnd sends after it has checked the socket. */
    g_free(look_up(fixture->firnd, "web1"));
    g_assert_true(firn_test_fake_agent_is_frozen(fixture->agents[0]));
    second_lines = finish(second);
    first_lines = read_lines(first);
    assert_line(first_lines, "web1", "\"held\":true");
    assert_line(second_lines, "web1", "\"held\":true");
    assert_line(second_lines, "web2", "\"held\":true");
    g_assert_true(is_thawed(fixture));
}

static gboolean
is_freezing(gpointer agent)
{
    return firn_test_peer_count(firn_test_fake_agent_get_peer(agent), "guest-fsfreeze-freeze") > 0;
}

/* The caller is a process that dies before the second guest has replied to its freeze. */
static void
test_caller_dies(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) caller =
        g_dbus_connection_new_for_address_sync(firn_test_firnd_get_bus(fixture->firnd),
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL,
                                               NULL,
                                               &error);

    g_assert_no_error(error);
    firn_test_peer_when(firn_test_fake_agent_get_peer(fixture->agents[1]),
                        "guest-fsfreeze-freeze",
                        1,
                        NULL);
    g_dbus_connection_call(caller,
                           FIRN_BUS_NAME,
                           MANAGER,
                           FIRN_BUS_NAME ".Manager",
                           "Quiesce",
                           new_call(fixture, 2, "@a{sv} {}"),
                           NULL,
                           G_DBUS_CALL_FLAGS_NONE,
                           -1,
                           NULL,
                           NULL,
                           NULL);
    g_assert_true(firn_test_firnd_wait(is_freezing, fixture->agents[0]));
    g_assert_true(firn_test_firnd_wait(is_freezing, fixture->agents[1]));
    g_dbus_connection_close_sync(caller, NULL, NULL);
    assert_thawed_and_idle(fixture);
    g_close(hold(fixture, 2), NULL);
    assert_thawed(fixture);
}

static void
test_firnd_ends(Fixture *fixture, gconstpointer data)
{
    int lease = hold(fixture, 2);
    g_autofree char *lines = NULL;

    firn_test_firnd_send_signal(fixture->firnd, SIGTERM);
    lines = read_lines(lease);
    assert_line(lines, "web1", "\"held\":false");
    assert_line(lines, "web2", "\"held\":false");
    g_assert_cmpint(firn_test_firnd_wait_end(fixture->firnd, NULL), ==, 0);
    g_assert_true(is_thawed(fixture));
}

static void
test_thaw(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *state = NULL;

    firn_test_fake_agent_set_frozen(fixture->agents[0], TRUE);
    answer = firn_test_firnd_call(fixture->firnd,
                                  fixture->paths[0] + strlen(FIRN_BUS_PATH),
                                  "VM.Thaw",
                                  g_variant_new("(@a{sv})", g_variant_new_parsed("@a{sv} {}")),
                                  &error);
    g_assert_no_error(error);
    state = firn_test_firnd_wait_job(fixture->firnd, answer);
    g_assert_cmpstr(state, ==, "completed");
    g_assert_true(is_thawed(fixture));
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
    add("/service/quiesce/held-until-done", test_held);
    add("/service/quiesce/closed-lease-thaws", test_closed);
    add("/service/quiesce/written-to-lease-thaws", test_written_to);
    add("/service/quiesce/expired-window-is-told-unasked", test_expired);
    add("/service/quiesce/one-window-for-all", test_one_breaks);
    add("/service/quiesce/all-or-none", test_all_or_none);
    add("/service/quiesce/all-or-none-when-one-is-busy", test_one_is_busy);
    add("/service/quiesce/wrong-arguments", test_wrong);
    add("/service/quiesce/other-jobs-learn-who-holds-it", test_busy);
    add("/service/quiesce/two-holders", test_joined);
    add("/service/quiesce/caller-dies-while-freezing", test_caller_dies);
    add("/service/quiesce/firnd-ends", test_firnd_ends);
    add("/service/quiesce/thaw", test_thaw);
    return g_test_run();
}
