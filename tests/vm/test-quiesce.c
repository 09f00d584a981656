/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "patience.h"
#include "scratch-dir.h"
#include "vm-rig.h"

static const FirnVmRigOptions proxied = {.guest = {.n_disks = 2}, .with_proxy = TRUE};

/* Two guests, web1 and web2, booted once for all tests: each test leaves them running and
 * thawed. */
static FirnVmRig rig;
static FirnTestGuest *web2;
static FirnTestScratchDir *scratch;
static GSocket *sink;

/* A `firn quiesce` in a thread, and the files through which its command and the test
 * communicate. */
typedef struct {
    const char *name;       /* prefix of the files' names */
    const char *vms[2];     /* the second one may be NULL */
    const char *frozen_max; /* (nullable) an option */
    GThread *thread;
    FirnTestOutcome outcome;
} Holder;

static char *
dup_path(const char *name, const char *what)
{
    return g_strdup_printf("%s/%s-%s", firn_test_scratch_dir_get_path(scratch), name, what);
}

static gboolean
exists(const char *name, const char *what)
{
    g_autofree char *path = dup_path(name, what);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static char *
dup_script(const char *name)
{
    return g_strdup_printf("cd %s; echo $$ > %s-pid.new; mv %s-pid.new %s-pid; "
                           "until test -e %s-go; do sleep 0.1; done",
                           firn_test_scratch_dir_get_path(scratch),
                           name,
                           name,
                           name,
                           name);
}

static gpointer
run_holder(gpointer data)
{
    Holder *self = data;
    g_autofree char *script = dup_script(self->name);
    const char *words[] = {"--exec", "sh", "-c", script, NULL};
    const char *more[7] = {NULL};
    guint n = 0;

    if (self->vms[1] != NULL)
        more[n++] = self->vms[1];
    if (self->frozen_max != NULL)
        more[n++] = self->frozen_max;
    for (guint i = 0; words[i] != NULL; i++)
        more[n++] = words[i];
    firn_test_firnd_firn(rig.firnd,
                         &self->outcome,
                         "quiesce",
                         self->vms[0],
                         more[0],
                         more[1],
                         more[2],
                         more[3],
                         more[4],
                         more[5],
                         NULL);
    return NULL;
}

static gboolean
has_started(gpointer name)
{
    return exists(name, "pid");
}

static void
wait_until(gboolean (*is_so)(gpointer data), gpointer data)
{
    gint64 end_us = firn_test_give_up_us();

    while (!is_so(data)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(20000);
    }
}

/* Returns once the command runs. */
static void
hold(Holder *self)
{
    self->thread = g_thread_new("holder", run_holder, self);
    wait_until(has_started, (gpointer)self->name);
}

static void
tell_to_go(const char *name)
{
    g_autofree char *path = dup_path(name, "go");

    g_assert_true(g_file_set_contents(path, "", 0, NULL));
}

static void
assert_outcome(Holder *self, int status, const char *in_errors)
{
    g_thread_join(self->thread);
    if (self->outcome.status != status || strstr(self->outcome.err, in_errors) == NULL)
        g_error("exit status %d, not %d, and \"%s\" in: %s",
                self->outcome.status,
                status,
                in_errors,
                self->outcome.err);
    firn_test_outcome_clear(&self->outcome);
}

static gboolean
is_frozen(FirnTestGuest *guest)
{
    gboolean a = firn_test_guest_is_frozen(guest, "/mnt/a");
    gboolean b = firn_test_guest_is_frozen(guest, "/mnt/b");

    g_assert_cmpint(a, ==, b);
    return a;
}

static gboolean
is_thawed(gpointer guest)
{
    return !firn_test_guest_is_frozen(guest, "/mnt/a") &&
           !firn_test_guest_is_frozen(guest, "/mnt/b");
}

static void
assert_thawed(void)
{
    g_assert_true(is_thawed(rig.guest));
    g_assert_true(is_thawed(web2));
}

static gboolean
has_ended(gpointer name)
{
    g_autofree char *path = dup_path(name, "pid");
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return kill(atoi(text), 0) != 0;
}

static void
test_both(void)
{
    Holder holder = {
        "both",
        {"web1", "web2"}
    };

    hold(&holder);
    g_assert_true(is_frozen(rig.guest));
    g_assert_true(is_frozen(web2));
    tell_to_go("both");
    assert_outcome(&holder, 0, "web2  held  frozen for");
    assert_thawed();
}

static void
test_status(void)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_firn(rig.firnd, &outcome, "quiesce", "web1", "web2", "--exec", "false", NULL);
    g_assert_cmpint(outcome.status, ==, 1);
    assert_thawed();
}

static void
test_expired(void)
{
    Holder holder = {
        "expired",
        {"web1", "web2"},
        "--frozen-max=4"
    };

    hold(&holder);
    assert_outcome(&holder, 6, "which is still running");
    assert_thawed();
    wait_until(has_ended, (gpointer) "expired");
}

static void
test_firn_killed(void)
{
    g_autofree char *script = dup_script("killed");
    GPid pid = firn_test_firnd_spawn(rig.firnd,
                                     "quiesce",
                                     "web1",
                                     "web2",
                                     "--exec",
                                     "sh",
                                     "-c",
                                     script,
                                     NULL);

    wait_until(has_started, (gpointer) "killed");
    g_assert_true(is_frozen(rig.guest));
    kill(pid, SIGKILL);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    wait_until(is_thawed, rig.guest);
    wait_until(is_thawed, web2);
    wait_until(has_ended, (gpointer) "killed");
}

static gboolean
has_agent(gpointer name)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_firn(rig.firnd, &outcome, "quiesce", name, "--exec", "true", NULL);
    return outcome.status == 0;
}

static void
test_no_agent(void)
{
    g_auto(FirnTestOutcome) outcome = {0};

    g_free(firn_test_guest_run(web2, "touch /run/no-agent; killall -9 qemu-ga"));
    firn_test_firnd_firn(rig.firnd, &outcome, "quiesce", "web1", "web2", "--exec", "true", NULL);
    g_assert_cmpint(outcome.status, ==, 6);
    g_assert_nonnull(strstr(outcome.err, "web2: "));
    assert_thawed();
    g_free(firn_test_guest_run(web2, "rm /run/no-agent"));
    wait_until(has_agent, (gpointer) "web2");
}

static void
test_two_holders(void)
{
    Holder first = {"first", {"web1"}};
    Holder second = {"second", {"web1"}};

    hold(&first);
    hold(&second);
    tell_to_go("first");
    wait_until(has_ended, (gpointer) "first");
    g_assert_true(is_frozen(rig.guest));
    tell_to_go("second");
    assert_outcome(&first, 0, "web1  held");
    assert_outcome(&second, 0, "web1  held");
    assert_thawed();
}

static void
test_create(void)
{
    Holder holder = {"create", {"web1"}};
    g_autofree char *errors = NULL;

    hold(&holder);
    errors = firn_vm_rig_create(&rig, 5, NULL);
    g_assert_nonnull(strstr(errors, "(quiesce, in phase held, for process "));
    g_assert_true(is_frozen(rig.guest));
    tell_to_go("create");
    assert_outcome(&holder, 0, "held");
}

static void
test_firnd_killed(void)
{
    Holder holder = {
        "firnd-killed",
        {"web1", "web2"}
    };

    hold(&holder);
    firn_test_firnd_signal(rig.firnd, SIGKILL);
    g_assert_cmpint(firn_test_firnd_wait_end(rig.firnd), ==, -SIGKILL);
    assert_outcome(&holder, 6, "lost connection to firnd");
    g_assert_true(is_frozen(web2));
    firn_test_firnd_start(rig.firnd);
    wait_until(is_thawed, rig.guest);
    wait_until(is_thawed, web2);
}

static void
test_firnd_ends(void)
{
    Holder holder = {
        "firnd-ends",
        {"web1", "web2"}
    };

    hold(&holder);
    firn_test_firnd_signal(rig.firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(rig.firnd), ==, 0);
    assert_thawed();
    assert_outcome(&holder, 6, "cancelled");
    firn_test_firnd_start(rig.firnd);
}

static void
test_agent_restarts(void)
{
    Holder holder = {"agent-restarts", {"web1"}};

    hold(&holder);
    g_free(firn_test_guest_run(rig.guest, "killall -9 qemu-ga"));
    assert_outcome(&holder, 6, "AGENT_CLOSED");
    assert_thawed();
}

static void
test_reset(void)
{
    Holder holder = {
        "reset",
        {"web1", "web2"}
    };

    hold(&holder);
    firn_test_guest_reset(web2);
    assert_outcome(&holder, 6, "RESET");
    firn_test_guest_wait_ready(web2);
    assert_thawed();
}

/* Target of migrations: accepts connections and never reads. libvirt denies its QEMU other programs
 * and files. */
static GSocket *
open_sink(const char *path)
{
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GError) error = NULL;
    GSocket *opened = g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, &error);

    g_assert_no_error(error);
    g_socket_bind(opened, address, TRUE, &error);
    g_assert_no_error(error);
    g_socket_listen(opened, &error);
    g_assert_no_error(error);
    return opened;
}

static void
begin_migration(void)
{
    g_autofree char *arguments =
        g_strdup_printf("{\"uri\": \"unix:%s/sink\"}", firn_test_scratch_dir_get_path(scratch));
    g_autoptr(JsonNode) slow = firn_test_guest_qmp(rig.guest,
                                                   "migrate-set-parameters",
                                                   "{\"max-bandwidth\": 65536}",
                                                   NULL);
    g_autoptr(JsonNode) begun = firn_test_guest_qmp(rig.guest, "migrate", arguments, NULL);

    g_assert_nonnull(slow);
    g_assert_nonnull(begun);
}

static gboolean
is_migration_over(gpointer data)
{
    g_autoptr(JsonNode) reply = firn_test_guest_qmp(rig.guest, "query-migrate", NULL, NULL);

    return g_strcmp0(json_object_get_string_member(json_node_get_object(reply), "status"),
                     "cancelled") == 0;
}

static void
end_migration(void)
{
    firn_test_guest_do(rig.guest, "migrate_cancel");
    wait_until(is_migration_over, NULL);
    g_assert_true(firn_test_guest_is_running(rig.guest));
}

static void
test_migration(void)
{
    Holder holder = {"migration", {"web1"}};

    hold(&holder);
    begin_migration();
    assert_outcome(&holder, 6, "migration (");
    assert_thawed();
    end_migration();
}

static FirnTestVerdict
migrate(const char *line, gpointer data)
{
    begin_migration();
    return FIRN_TEST_VERDICT_FORWARD;
}

/* The freeze window of a snapshot, which is shorter than the interval of one second at which it is
 * checked. */
static void
test_create_migration(void)
{
    g_autofree char *errors = NULL;

    firn_vm_rig_in_window(&rig, migrate);
    errors = firn_vm_rig_create(&rig, 6, NULL);
    g_assert_nonnull(strstr(errors, "migration ("));
    assert_thawed();
    end_migration();
    firn_vm_rig_assert_tags(&rig, 0);
}

static void
test_thaw(void)
{
    g_auto(FirnTestOutcome) outcome = {0};
    g_auto(FirnTestOutcome) again = {0};

    g_free(firn_test_guest_run(rig.guest, "fsfreeze --freeze /mnt/b"));
    g_assert_true(firn_test_guest_is_frozen(rig.guest, "/mnt/b"));
    firn_test_firnd_firn(rig.firnd, &outcome, "thaw", "web1", NULL);
    g_assert_cmpstr(outcome.out, ==, "web1: 1 file system(s) thawed\n");
    assert_thawed();
    firn_test_firnd_firn(rig.firnd, &again, "thaw", "web1", NULL);
    g_assert_cmpstr(again.out, ==, "web1: was not frozen\n");
}

static void
set_up(void)
{
    g_autofree char *path = NULL;

    scratch = firn_test_scratch_dir_new();
    path = g_build_filename(firn_test_scratch_dir_get_path(scratch), "sink", NULL);
    sink = open_sink(path);
    web2 = firn_test_guest_new(&(FirnTestGuestOptions){.n_disks = 2, .name = "web2"});
    firn_vm_rig_set_up(&rig, &proxied);
    firn_test_guest_wait_ready(web2);
    firn_test_guest_write_machine_file(web2, firn_test_firnd_get_machines_dir(rig.firnd), "web2");
    wait_until(has_agent, (gpointer) "web2");
}

static void
tear_down(void)
{
    firn_vm_rig_tear_down(&rig, &proxied);
    firn_test_guest_free(web2);
    g_object_unref(sink);
    firn_test_scratch_dir_free(scratch);
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/quiesce/both-are-frozen-while-the-command-runs", test_both);
    g_test_add_func("/vm/quiesce/exit-status-is-the-commands", test_status);
    g_test_add_func("/vm/quiesce/expired", test_expired);
    g_test_add_func("/vm/quiesce/firn-killed", test_firn_killed);
    g_test_add_func("/vm/quiesce/all-or-none", test_no_agent);
    g_test_add_func("/vm/quiesce/last-holder-thaws", test_two_holders);
    g_test_add_func("/vm/quiesce/create-meanwhile-is-refused", test_create);
    g_test_add_func("/vm/quiesce/firnd-killed-and-restarted", test_firnd_killed);
    g_test_add_func("/vm/quiesce/firnd-ends", test_firnd_ends);
    g_test_add_func("/vm/quiesce/agent-restarts", test_agent_restarts);
    g_test_add_func("/vm/quiesce/reset", test_reset);
    g_test_add_func("/vm/quiesce/migration-begins", test_migration);
    g_test_add_func("/vm/quiesce/migration-begins-while-create-cuts", test_create_migration);
    g_test_add_func("/vm/quiesce/thaw-what-was-frozen-by-hand", test_thaw);
    set_up();
    status = g_test_run();
    tear_down();
    return status;
}
