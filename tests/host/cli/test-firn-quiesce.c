/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>

#include "firnd-rig.h"

/* `firn quiesce` and `firn thaw` against a real firnd, with two VMs that are scripted. */
typedef struct {
    FirnTestFirnd *firnd;
    FirnTestFakeMonitor *monitors[2];
    FirnTestFakeAgent *agents[2];
    FirnTestRun run; /* the last one */
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    static const char *const names[] = {"web1", "database2"};

    self->firnd = firn_test_firnd_new();
    for (guint i = 0; i < 2; i++)
        firn_test_firnd_add_running_vm(self->firnd, names[i], &self->monitors[i], &self->agents[i]);
    firn_test_firnd_start(self->firnd);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_test_run_clear(&self->run);
    firn_test_firnd_free(self->firnd);
    for (guint i = 0; i < 2; i++) {
        firn_test_fake_monitor_free(self->monitors[i]);
        firn_test_fake_agent_free(self->agents[i]);
    }
}

#define FIRN(self, ...) firn_test_firnd_run((self)->firnd, &(self)->run, __VA_ARGS__, NULL)

static guint
count_freezes(Fixture *self)
{
    return firn_test_peer_count(firn_test_fake_agent_get_peer(self->agents[0]),
                                "guest-fsfreeze-freeze");
}

static void
assert_run(Fixture *self, int status, const char *in_errors)
{
    if (self->run.status != status || strstr(self->run.err, in_errors) == NULL)
        g_error("exit status %d, not %d, and \"%s\" in: %s",
                self->run.status,
                status,
                in_errors,
                self->run.err);
    g_assert_false(firn_test_fake_agent_is_frozen(self->agents[0]));
}

static void
test_held(Fixture *self, gconstpointer data)
{
    FIRN(self, "quiesce", "web1", "database2", "--exec", "sh", "-c", "echo $FIRN_VMS --quiet");
    assert_run(self, 0, "web1       held  frozen for ");
    assert_run(self, 0, "database2  held  frozen for ");
    g_assert_cmpstr(self->run.out, ==, "web1 database2 --quiet\n");
}

static void
test_status(Fixture *self, gconstpointer data)
{
    FIRN(self, "quiesce", "web1", "--exec", "false");
    assert_run(self, 1, "held");
    FIRN(self, "quiesce", "web1", "--", "sh", "-c", "kill -KILL $$");
    assert_run(self, 128 + SIGKILL, "held");
    FIRN(self, "quiesce", "-q", "web1", "--exec", "true");
    g_assert_cmpstr(self->run.err, ==, "");
}

static void
test_until(Fixture *self, gconstpointer data)
{
    FIRN(self,
         "quiesce",
         "web1",
         "--exec",
         "sh",
         "-c",
         "test $(($FIRN_FROZEN_UNTIL - $(date +%s))) -gt 10");
    assert_run(self, 0, "held");
}

static void
test_no_program(Fixture *self, gconstpointer data)
{
    FIRN(self, "quiesce", "web1", "--exec", "firn-has-no-such-program");
    assert_run(self, 127, "no guest was frozen");
    FIRN(self, "quiesce", "web1", "--exec", "/dev/null");
    assert_run(self, 126, "no guest was frozen");
    g_assert_cmpuint(count_freezes(self), ==, 0);
}

static void
test_usage(Fixture *self, gconstpointer data)
{
    FIRN(self, "quiesce", "web1");
    assert_run(self, 2, "--exec");
    FIRN(self, "quiesce", "--exec", "true");
    assert_run(self, 2, "at least one VM");
    FIRN(self, "quiesce", "web1", "--frozen-max=x", "--exec", "true");
    assert_run(self, 2, "--frozen-max");
    FIRN(self, "quiesce", "web7", "--exec", "true");
    assert_run(self, 3, "web7");
    FIRN(self, "quiesce", "web1", "web1", "--exec", "true");
    assert_run(self, 2, "twice");
    g_assert_cmpuint(count_freezes(self), ==, 0);
}

static void
test_expired(Fixture *self, gconstpointer data)
{
    FIRN(self, "quiesce", "web1", "--frozen-max=300ms", "--exec", "sleep", "1000");
    assert_run(self, 6, "terminating sleep, which is still running");
    assert_run(self, 6, "web1  NOT HELD");
}

static void
test_not_frozen(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_set_frozen(self->agents[1], TRUE);
    FIRN(self, "quiesce", "web1", "database2", "--exec", "true");
    assert_run(self, 6, "database2: ");
}

static void
test_json(Fixture *self, gconstpointer data)
{
    FIRN(self, "--json", "quiesce", "web1", "--exec", "false");
    assert_run(self, 1, "");
    g_assert_nonnull(strstr(self->run.out, "\"command_status\" : 1"));
    g_assert_nonnull(strstr(self->run.out, "\"held\" : true"));
    g_assert_nonnull(strstr(self->run.out, "\"verdict\" : \"filesystem\""));
}

static gboolean
is_frozen(gpointer agent)
{
    return firn_test_fake_agent_is_frozen(agent);
}

static gboolean
is_thawed(gpointer agent)
{
    return !firn_test_fake_agent_is_frozen(agent);
}

static void
test_signal(Fixture *self, gconstpointer data)
{
    g_autoptr(GSubprocess) firn =
        firn_test_firnd_run_async(self->firnd, "quiesce", "web1", "--exec", "sleep", "1000", NULL);

    g_assert_true(firn_test_firnd_wait(is_frozen, self->agents[0]));
    /* Until its handlers are there it ends at once, and the guest is thawed all the same. */
    g_subprocess_send_signal(firn, SIGINT);
    g_assert_true(g_subprocess_wait(firn, NULL, NULL));
    g_assert_true(firn_test_firnd_wait(is_thawed, self->agents[0]));
    if (g_subprocess_get_if_exited(firn))
        g_assert_cmpint(g_subprocess_get_exit_status(firn), ==, 128 + SIGINT);
}

static void
test_firnd_killed(Fixture *self, gconstpointer data)
{
    g_autoptr(GSubprocess) firn =
        firn_test_firnd_run_async(self->firnd, "quiesce", "web1", "--exec", "sleep", "1000", NULL);
    g_autofree char *err = NULL;

    g_assert_true(firn_test_firnd_wait(is_frozen, self->agents[0]));
    FIRN(self, "job", "web1");
    firn_test_firnd_kill(self->firnd);
    g_assert_true(g_subprocess_communicate_utf8(firn, NULL, NULL, NULL, &err, NULL));
    g_assert_cmpint(g_subprocess_get_exit_status(firn), !=, 0);
    firn_test_firnd_start(self->firnd);
    g_assert_true(firn_test_firnd_wait(is_thawed, self->agents[0]));
}

static void
test_holder_is_shown(Fixture *self, gconstpointer data)
{
    g_autoptr(GSubprocess) firn =
        firn_test_firnd_run_async(self->firnd, "quiesce", "web1", "--exec", "sleep", "1000", NULL);
    g_autofree char *holder =
        g_strdup_printf("process %s of uid ", g_subprocess_get_identifier(firn));

    g_assert_true(firn_test_firnd_wait(is_frozen, self->agents[0]));
    FIRN(self, "job", "web1");
    g_assert_nonnull(strstr(self->run.out, holder));
    FIRN(self, "thaw", "web1");
    g_assert_cmpint(self->run.status, ==, 5);
    g_assert_nonnull(strstr(self->run.err, "quiesce"));
    g_assert_nonnull(strstr(self->run.err, holder));
    g_subprocess_force_exit(firn);
    g_assert_true(g_subprocess_wait(firn, NULL, NULL));
    g_assert_true(firn_test_firnd_wait(is_thawed, self->agents[0]));
}

static void
test_thaw(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_set_frozen(self->agents[0], TRUE);
    FIRN(self, "thaw", "web1");
    assert_run(self, 0, "");
    g_assert_cmpstr(self->run.out, ==, "web1: 1 file system(s) thawed\n");
    firn_test_fake_agent_set_counts(self->agents[0], -1, 0);
    FIRN(self, "thaw", "web1", "--deadline=5s");
    g_assert_cmpstr(self->run.out, ==, "web1: was not frozen\n");
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
    add("/cli/firn/quiesce/held", test_held);
    add("/cli/firn/quiesce/exit-status-is-the-commands", test_status);
    add("/cli/firn/quiesce/command-learns-how-long", test_until);
    add("/cli/firn/quiesce/no-program-no-freeze", test_no_program);
    add("/cli/firn/quiesce/usage", test_usage);
    add("/cli/firn/quiesce/expired", test_expired);
    add("/cli/firn/quiesce/all-or-none", test_not_frozen);
    add("/cli/firn/quiesce/json", test_json);
    add("/cli/firn/quiesce/interrupted", test_signal);
    add("/cli/firn/quiesce/firnd-killed", test_firnd_killed);
    add("/cli/firn/quiesce/others-learn-who-holds-it", test_holder_is_shown);
    add("/cli/firn/thaw", test_thaw);
    return g_test_run();
}
