/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gunixsocketaddress.h>
#include <signal.h>

#include "firnd-rig.h"

/* The command line against a real firnd, with a running VM whose monitor and agent are scripted. */
typedef struct {
    FirnTestFirnd *firnd;         /* (owned) */
    FirnTestFakeMonitor *monitor; /* (owned) */
    FirnTestFakeAgent *agent;     /* (owned) (nullable) */
    FirnTestPeer *peer;           /* (unowned) (nullable) the agent's */
    FirnTestRun run;              /* the last one */
} Fixture;

static void
set_up(Fixture *self, gconstpointer has_agent)
{
    self->firnd = firn_test_firnd_new();
    firn_test_firnd_add_running_vm(self->firnd,
                                   "web1",
                                   &self->monitor,
                                   has_agent == NULL ? NULL : &self->agent);
    if (self->agent != NULL)
        self->peer = firn_test_fake_agent_get_peer(self->agent);
    firn_test_firnd_start(self->firnd);
}

static void
tear_down(Fixture *self, gconstpointer has_agent)
{
    firn_test_run_clear(&self->run);
    firn_test_firnd_free(self->firnd);
    firn_test_fake_monitor_free(self->monitor);
    firn_test_fake_agent_free(self->agent);
}

/* For as long as a job is at work while others are asked about it. */
#define BUSY_MS         6000

#define FIRN(self, ...) firn_test_firnd_run((self)->firnd, &(self)->run, __VA_ARGS__, NULL)

/* The next freeze takes its time. */
static void
slow_down(Fixture *self, guint delay_ms)
{
    FirnTestStep steps[] = {
        {.delay_ms = delay_ms, .pass = TRUE},
        {0                   }
    };

    firn_test_peer_when(self->peer, "guest-fsfreeze-freeze", 1, steps);
}

static void
test_consistent(Fixture *self, gconstpointer data)
{
    slow_down(self, 50);
    FIRN(self, "create", "web1", "a");
    g_assert_cmpstr(self->run.err, ==, "");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_true(
        g_str_has_prefix(self->run.out, "web1: created snapshot a (filesystem, frozen for "));
    FIRN(self, "show", "web1", "a");
    g_assert_nonnull(strstr(self->run.out, "\nVerdict       filesystem (consistent)\n"));
    g_assert_nonnull(
        strstr(self->run.out, "\nWindow:\n        +0 ms  freeze sent, YYYY-MM-DD hh:mm:ss UTC\n"));
    g_assert_nonnull(strstr(self->run.out, "  frozen: 1 of 1 file systems\n"));
    g_assert_nonnull(strstr(self->run.out, "  thawed: 1 file systems\n"));
}

static void
test_refused(Fixture *self, gconstpointer data)
{
    firn_test_peer_fail(self->peer, "guest-fsfreeze-freeze", 1, "fsfreeze hook has failed");
    FIRN(self, "create", "web1", "a");
    g_assert_cmpint(self->run.status, ==, 6);
    firn_test_firnd_kill(self->firnd);
    firn_test_firnd_start(self->firnd);
    FIRN(self, "job", "1");
    g_assert_nonnull(strstr(self->run.out, ".Error.FreezeFailed\n"));
    g_assert_nonnull(strstr(self->run.out, "\nIndications   Online, GuestAgent, QuiesceFailed\n"));
    g_assert_nonnull(strstr(self->run.out, "\nFrozen for    "));
    g_assert_nonnull(strstr(self->run.out, "freeze sent, YYYY-MM-DD hh:mm:ss UTC\n"));
    g_assert_nonnull(strstr(self->run.out, "  thawed: "));
    g_assert_nonnull(strstr(self->run.out,
                            "  freeze failed: guest-fsfreeze-freeze: fsfreeze hook has failed\n"));
}

/* Another client holds its monitor, so its state is unknown. */
static void
test_unknown(Fixture *self, gconstpointer data)
{
    FirnTestPeer *monitor = firn_test_fake_monitor_get_peer(self->monitor);
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(firn_test_peer_get_path(monitor));
    g_autoptr(GSocketConnection) holder = NULL;
    g_autoptr(GError) error = NULL;

    firn_test_firnd_kill(self->firnd);
    holder = g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
    g_assert_no_error(error);
    firn_test_firnd_start(self->firnd);
    FIRN(self, "check");
    g_assert_true(g_str_has_prefix(self->run.out, "UNKNOWN - web1: state unknown"));
    g_assert_cmpint(self->run.status, ==, 3);
    FIRN(self, "check", "web1");
    g_assert_cmpint(self->run.status, ==, 3);
}

/* A disk of it is full, say. */
static void
test_broken(Fixture *self, gconstpointer data)
{
    firn_test_firnd_kill(self->firnd);
    firn_test_fake_monitor_set_state(self->monitor, "io-error");
    firn_test_firnd_start(self->firnd);
    FIRN(self, "check");
    g_assert_cmpstr(self->run.out, ==, "CRITICAL - web1: paused after an error (io-error)\n");
    g_assert_cmpint(self->run.status, ==, 2);
}

static void
test_fell_back(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a", "--quiesce=try");
    g_assert_cmpint(self->run.status, ==, 6);
    g_assert_cmpstr(self->run.out, ==, "web1: created snapshot a (crash)\n");
    g_assert_nonnull(strstr(self->run.err, "WARNING: snapshot a is only crash-consistent"));
    g_assert_nonnull(strstr(self->run.err, "NoGuestAgent"));
    FIRN(self, "create", "web1", "b", "--quiesce=try", "--json");
    g_assert_cmpint(self->run.status, ==, 6);
    g_assert_nonnull(strstr(self->run.out, "\"verdict\" : \"crash\""));
    FIRN(self, "show", "web1", "a");
    g_assert_nonnull(strstr(self->run.out, "crash (NOT consistent)"));
    FIRN(self, "check", "--max-age=1h");
    g_assert_cmpint(self->run.status, ==, 1);
}

static void
test_never(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a", "--no-quiesce");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_cmpstr(self->run.out, ==, "web1: created snapshot a (crash)\n");
}

static void
test_required(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a");
    g_assert_cmpint(self->run.status, ==, 6);
    g_assert_nonnull(strstr(self->run.err, "--quiesce=try"));
    FIRN(self, "create", "web1", "a", "--dry-run");
    g_assert_cmpint(self->run.status, ==, 6);
    g_assert_nonnull(strstr(self->run.out, "[AgentUnavailable]"));
    FIRN(self, "doctor", "web1");
    g_assert_cmpint(self->run.status, ==, 1);
    g_assert_nonnull(strstr(self->run.out, "guest agent  "));
    FIRN(self, "list", "web1");
    g_assert_cmpstr(self->run.out, ==, "");
}

static void
test_doctor(Fixture *self, gconstpointer data)
{
    FIRN(self, "doctor", "web1");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_nonnull(strstr(self->run.out, "  ok       monitor      answers\n"));
    g_assert_nonnull(strstr(self->run.out, "  ok       guest agent  version "));
    FIRN(self, "status", "--no-legend");
    g_assert_cmpstr(self->run.out, ==, "web1  running  0 of 3  -  -  -\n");
    FIRN(self, "doctor", "web1", "--freeze");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_nonnull(strstr(self->run.out, "1 of 1 file systems: /mnt/a (ext4)\n"));
    g_assert_nonnull(strstr(self->run.out, "  ok       hooks "));
    FIRN(self, "list", "web1");
    g_assert_cmpstr(self->run.out, ==, "");
}

/* As a guest with SELinux answers. */
static void
test_doctor_denied(Fixture *self, gconstpointer data)
{
    firn_test_peer_fail(self->peer,
                        "guest-fsfreeze-freeze",
                        0,
                        "failed to open /mnt/a: Permission denied");
    FIRN(self, "doctor", "web1", "--freeze", "-q");
    g_assert_cmpint(self->run.status, ==, 1);
    g_assert_nonnull(strstr(self->run.out, "  error    freeze of /mnt/a  "));
    g_assert_nonnull(strstr(self->run.out, "-> in a guest with SELinux: setsebool"));
    FIRN(self, "doctor", "web1", "--freeze", "--json");
    g_assert_nonnull(strstr(self->run.out, "\"code\" : \"GuestPermission\""));
    FIRN(self, "create", "web1", "a");
    g_assert_cmpint(self->run.status, ==, 6);
    g_assert_nonnull(strstr(self->run.err, "/mnt/a: Permission denied (guest-permission: "));
}

static void
test_busy(Fixture *self, gconstpointer data)
{
    slow_down(self, BUSY_MS);
    FIRN(self, "create", "web1", "a", "--no-block");
    g_assert_cmpstr(self->run.out, ==, "1\n");
    g_assert_true(firn_test_peer_wait_count(self->peer, "guest-fsfreeze-freeze", 1, 10000));
    FIRN(self, "create", "web1", "b");
    g_assert_cmpint(self->run.status, ==, 5);
    g_assert_nonnull(strstr(self->run.err, "firn job 1 --wait"));
    FIRN(self, "status", "web1");
    g_assert_nonnull(strstr(self->run.out, "\nJob           1\n"));
    g_assert_null(strstr(self->run.out, "not frozen"));
    FIRN(self, "check", "--frozen-max=1ms");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "job", "web1", "--wait");
    g_assert_cmpint(self->run.status, ==, 0);
}

/* What is on the disks and not yet in the catalogue is not foreign. */
static void
test_list_while_made(Fixture *self, gconstpointer data)
{
    FirnTestPeer *monitor = firn_test_fake_monitor_get_peer(self->monitor);
    FirnTestStep steps[] = {
        {.delay_ms = 1500, .pass = TRUE},
        {0               }
    };

    firn_test_peer_when(self->peer, "guest-fsfreeze-thaw", 1, steps);
    FIRN(self, "create", "web1", "a", "--no-block");
    g_assert_true(firn_test_peer_wait_count(self->peer, "guest-fsfreeze-thaw", 1, 10000));
    g_assert_cmpuint(firn_test_peer_count(monitor, "transaction"), ==, 1);
    FIRN(self, "list", "web1");
    g_assert_cmpstr(self->run.out, ==, "");
    FIRN(self, "job", "1", "--wait");
    g_assert_cmpint(self->run.status, ==, 0);
}

static void
test_wait_timeout(Fixture *self, gconstpointer data)
{
    slow_down(self, 1500);
    FIRN(self, "create", "web1", "a", "--wait-timeout=100ms");
    g_assert_cmpint(self->run.status, ==, 124);
    g_assert_nonnull(strstr(self->run.err, "job 1 continues in the background"));
    FIRN(self, "job", "1", "--wait");
    g_assert_cmpint(self->run.status, ==, 0);
    FIRN(self, "ls", "--name", "web1");
    g_assert_cmpstr(self->run.out, ==, "a\n");
}

static void
test_cancel(Fixture *self, gconstpointer data)
{
    slow_down(self, BUSY_MS);
    FIRN(self, "create", "web1", "a", "--no-block");
    g_assert_true(firn_test_peer_wait_count(self->peer, "guest-fsfreeze-freeze", 1, 10000));
    FIRN(self, "domjobabort", "web1");
    g_assert_cmpint(self->run.status, ==, 0);
    FIRN(self, "job", "1", "--wait");
    g_assert_cmpint(self->run.status, ==, 130);
    g_assert_false(firn_test_fake_agent_is_frozen(self->agent));
    FIRN(self, "list", "web1");
    g_assert_cmpstr(self->run.out, ==, "");
}

typedef struct {
    GSubprocess *process;
    gboolean has_ended;
    char *err; /* (owned) */
} Interactive;

static void
on_ended(GObject *process, GAsyncResult *result, gpointer data)
{
    Interactive *self = data;

    g_assert_true(g_subprocess_communicate_utf8_finish(G_SUBPROCESS(process),
                                                       result,
                                                       NULL,
                                                       &self->err,
                                                       NULL));
    self->has_ended = TRUE;
}

static gboolean
has_ended(gpointer data)
{
    return ((Interactive *)data)->has_ended;
}

static void
begin(Fixture *self, Interactive *firn)
{
    firn->process = firn_test_firnd_run_async(self->firnd, "create", "web1", "a", NULL);
    g_subprocess_communicate_utf8_async(firn->process, NULL, NULL, on_ended, firn);
    g_assert_true(firn_test_peer_wait_count(self->peer, "guest-fsfreeze-freeze", 1, 10000));
}

static int
end(Interactive *firn)
{
    int status;

    g_assert_true(firn_test_firnd_wait(has_ended, firn));
    status = g_subprocess_get_if_exited(firn->process) ? g_subprocess_get_exit_status(firn->process)
                                                       : -1;
    g_clear_object(&firn->process);
    return status;
}

/* ^C: the job is cancelled, and firn waits for that. */
static void
test_interrupt(Fixture *self, gconstpointer data)
{
    Interactive firn = {NULL, FALSE, NULL};

    slow_down(self, BUSY_MS);
    begin(self, &firn);
    /* Another firn begins, asks and ends: by then the first one listens to signals. */
    FIRN(self, "job", "1");
    g_subprocess_send_signal(firn.process, SIGINT);
    g_assert_cmpint(end(&firn), ==, 130);
    g_assert_nonnull(strstr(firn.err, "cancelling job 1"));
    g_free(firn.err);
    FIRN(self, "job", "1");
    g_assert_nonnull(strstr(self->run.out, "\nState         cancelled\n"));
    g_assert_false(firn_test_fake_agent_is_frozen(self->agent));
}

/* A client that dies does not end its job. */
static void
test_client_dies(Fixture *self, gconstpointer data)
{
    Interactive firn = {NULL, FALSE, NULL};

    slow_down(self, 1000);
    begin(self, &firn);
    g_subprocess_send_signal(firn.process, SIGKILL);
    end(&firn);
    g_free(firn.err);
    FIRN(self, "job", "1", "--wait");
    g_assert_cmpint(self->run.status, ==, 0);
    FIRN(self, "ls", "--name", "web1");
    g_assert_cmpstr(self->run.out, ==, "a\n");
}

static void
test_firnd_dies(Fixture *self, gconstpointer data)
{
    Interactive firn = {NULL, FALSE, NULL};

    slow_down(self, 1500);
    begin(self, &firn);
    firn_test_firnd_kill(self->firnd);
    g_assert_cmpint(end(&firn), ==, 9);
    g_assert_nonnull(strstr(firn.err, "lost connection to firnd"));
    g_free(firn.err);
}

#define ADD(name, has_agent, function)                                                             \
    g_test_add("/cli/firn-running/" name, Fixture, has_agent, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    static const char with_agent[] = "agent";

    g_test_init(&argc, &argv, NULL);
    ADD("create/consistent", with_agent, test_consistent);
    ADD("create/refused-is-told-later", with_agent, test_refused);
    ADD("check/state-unknown", NULL, test_unknown);
    ADD("check/stands-still", NULL, test_broken);
    ADD("create/fell-back", NULL, test_fell_back);
    ADD("create/never", NULL, test_never);
    ADD("create/required", NULL, test_required);
    ADD("doctor", with_agent, test_doctor);
    ADD("doctor-denied", with_agent, test_doctor_denied);
    ADD("busy", with_agent, test_busy);
    ADD("list-while-made", with_agent, test_list_while_made);
    ADD("wait-timeout", with_agent, test_wait_timeout);
    ADD("cancel", with_agent, test_cancel);
    ADD("interrupt", with_agent, test_interrupt);
    ADD("client-dies", with_agent, test_client_dies);
    ADD("firnd-dies", with_agent, test_firnd_dies);
    return g_test_run();
}
