/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#include "disk-image.h"
#include "firn-config.h"
#include "firnd-rig.h"

#define WEB1 "/vm/_11111111_1111_4222_8333_123456789abc"

static FirnTestFirnd *
start_with_web1(void)
{
    FirnTestFirnd *firnd = firn_test_firnd_new();

    firn_test_firnd_add_vm(firnd, "web1", '1');
    firn_test_firnd_start(firnd);
    return firnd;
}

static void
test_serve(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autoptr(GVariant) vms = NULL;
    g_autofree char *text = NULL;

    firn_test_firnd_add_vm(firnd, "web1", '1');
    firn_test_firnd_add_vm(firnd, "db1", '2');
    firn_test_firnd_start(firnd);
    vms = firn_test_firnd_call(firnd, "/Manager", "Manager.ListVMs", NULL, NULL);
    text = g_variant_print(vms, FALSE);
    g_assert_cmpstr(text,
                    ==,
                    "([('" FIRN_BUS_PATH "/vm/_22222222_1111_4222_8333_123456789abc', "
                    "'22222222-1111-4222-8333-123456789abc', 'db1'), "
                    "('" FIRN_BUS_PATH WEB1
                    "', '11111111-1111-4222-8333-123456789abc', 'web1')],)");
}

static void
test_bad_machine_file(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autoptr(GVariant) problems = NULL;
    g_autoptr(GVariant) vm = NULL;
    g_autofree const char **sentences = NULL;

    firn_test_firnd_add_vm(firnd, "web1", '1');
    firn_test_firnd_write(firnd, "etc/machines.d/bad.conf", "[machine]\nuuid=what\n");
    firn_test_firnd_start(firnd);
    vm = firn_test_firnd_call(firnd,
                              "/Manager",
                              "Manager.LookupVM",
                              g_variant_new("(s)", "web1"),
                              NULL);
    g_assert_nonnull(vm);
    problems = firn_test_firnd_get(firnd, "/Manager", "Manager.Problems");
    sentences = g_variant_get_strv(problems, NULL);
    g_assert_cmpuint(g_strv_length((char **)sentences), ==, 1);
    g_assert_nonnull(strstr(sentences[0], "bad.conf"));
}

/* firnd looks for a folder that is missing every few seconds, unless a client asks. */
static void
test_machine_file_new(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autofree char *folder = g_strdup(firn_test_firnd_get_path(firnd, "etc/machines.d"));
    g_autofree char *later = g_strdup(firn_test_firnd_get_path(firnd, "etc/later"));
    g_auto(FirnTestRun) run = {0};

    firn_test_firnd_add_vm(firnd, "web1", '1');
    g_assert_no_errno(g_rename(folder, later));
    firn_test_firnd_start(firnd);
    g_assert_no_errno(g_rename(later, folder));
    firn_test_firnd_run(firnd, &run, "status", "web1", NULL);
    g_assert_cmpint(run.status, ==, 0);
}

static gboolean
is_gone(gpointer data)
{
    g_autoptr(GVariant) vms = firn_test_firnd_call(data, "/Manager", "Manager.ListVMs", NULL, NULL);
    g_autofree char *text = g_variant_print(vms, FALSE);

    return strstr(text, "web1") == NULL;
}

static void
test_machine_file_goes(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = NULL;

    g_remove(firn_test_firnd_get_path(firnd, "etc/machines.d/web1.conf"));
    g_assert_true(firn_test_firnd_wait(is_gone, firnd));
    answer = firn_test_firnd_call(firnd, WEB1, "VM.GetTree", NULL, &error);
    g_assert_null(answer);
    g_assert_true(g_dbus_error_is_remote_error(error));
}

/* Between the removal of the VM and the export of the orphan there is no object on the bus. */
static gboolean
is_orphaned(gpointer data)
{
    g_autoptr(GVariant) state = firn_test_firnd_try_get(data, WEB1, "VM.State", NULL);

    return state != NULL && g_str_equal(g_variant_get_string(state, NULL), "orphaned");
}

/* A VM with snapshots remains as an orphan, without new snapshots. */
static void
test_machine_file_of_snapshots_goes(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();
    g_autoptr(GVariant) count = NULL;
    g_autoptr(GVariant) warnings = NULL;
    g_auto(FirnTestRun) run = {0};
    const char *word;

    firn_test_firnd_create(firnd, WEB1, "a");
    g_remove(firn_test_firnd_get_path(firnd, "etc/machines.d/web1.conf"));
    g_assert_true(firn_test_firnd_wait(is_orphaned, firnd));
    count = firn_test_firnd_get(firnd, WEB1, "VM.SnapshotCount");
    g_assert_cmpuint(g_variant_get_uint32(count), ==, 1);
    warnings = firn_test_firnd_get(firnd, WEB1, "VM.Warnings");
    g_variant_get_child(warnings, 0, "(&s&s)", &word, NULL);
    g_assert_cmpstr(word, ==, "Orphaned");
    firn_test_firnd_run(firnd, &run, "create", "web1", "b", NULL);
    g_assert_cmpint(run.status, !=, 0);
    g_assert_nonnull(strstr(run.err, "define it again"));
}

static void
assert_refuses_config(const char *text, const char *first, const char *second)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autofree char *errors = NULL;

    firn_test_firnd_write(firnd, "etc/firn.conf", text);
    firn_test_firnd_spawn(firnd);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd, &errors), ==, 2);
    g_assert_nonnull(strstr(errors, firn_test_firnd_get_path(firnd, "etc/firn.conf")));
    g_assert_nonnull(strstr(errors, first));
    g_assert_nonnull(strstr(errors, second));
}

static void
test_bad_config(void)
{
    assert_refuses_config("[policy]\nmax-snapshot=3\n", "max-snapshot;", "allowed: max-snapshots");
    assert_refuses_config("[polic]\n", "polic;", "allowed: policy");
    assert_refuses_config("[policy]\nmax-snapshots=many\n", "max-snapshots", "many");
    assert_refuses_config("[policy]\ndrift-guard=loud\n", "drift-guard", "off, warn or strict");
    assert_refuses_config("max-snapshots=3\n", "firnd: ", "");
}

static void
test_config(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autoptr(GVariant) limit = NULL;

    firn_test_firnd_write(firnd, "etc/firn.conf", "# all\n[policy]\nmax-snapshots = 7 \n");
    firn_test_firnd_add_vm(firnd, "web1", '1');
    firn_test_firnd_start(firnd);
    limit = firn_test_firnd_get(firnd, WEB1, "Policy.MaxSnapshots");
    g_assert_cmpuint(g_variant_get_uint32(limit), ==, 7);
}

static void
test_name_taken(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autofree char *errors = NULL;
    guint name = g_bus_own_name_on_connection(firn_test_firnd_get_connection(firnd),
                                              FIRN_BUS_NAME,
                                              G_BUS_NAME_OWNER_FLAGS_NONE,
                                              NULL,
                                              NULL,
                                              NULL,
                                              NULL);

    while (g_main_context_iteration(NULL, FALSE))
        ;
    firn_test_firnd_spawn(firnd);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd, &errors), ==, 1);
    g_assert_nonnull(strstr(errors, "cannot acquire the name " FIRN_BUS_NAME));
    g_bus_unown_name(name);
}

static void
test_state_taken(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    g_autofree char *errors = NULL;
    int lock;

    firn_test_firnd_write(firnd, "state/lock", "4711\n");
    lock = open(firn_test_firnd_get_path(firnd, "state/lock"), O_RDWR | O_CLOEXEC);
    g_assert_cmpint(fcntl(lock, F_OFD_SETLK, &whole), ==, 0);
    firn_test_firnd_spawn(firnd);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd, &errors), ==, 1);
    g_assert_nonnull(strstr(errors, "another firnd (process 4711) uses "));
    close(lock);
}

static void
test_bus_gone(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();
    g_autofree char *errors = NULL;

    firn_test_firnd_end_bus(firnd);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd, &errors), ==, 1);
    g_assert_nonnull(strstr(errors, "the connection to the bus was closed"));
}

static void
test_no_bus(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autofree char *errors = NULL;

    firn_test_firnd_end_bus(firnd);
    firn_test_firnd_spawn(firnd);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd, &errors), ==, 1);
    g_assert_nonnull(strstr(errors, "cannot reach the bus"));
}

static void
test_stop(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();

    firn_test_firnd_send_signal(firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd, NULL), ==, 0);
}

/* SIGTERM while the guest freezes: firnd thaws it, then exits, within ten seconds. */
static void
test_stop_while_frozen(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autoptr(FirnTestFakeMonitor) monitor = NULL;
    g_autoptr(FirnTestFakeAgent) agent = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *vm = NULL;
    FirnTestPeer *peer;
    gint64 begin_us;

    firn_test_firnd_add_running_vm(firnd, "web1", &monitor, &agent);
    peer = firn_test_fake_agent_get_peer(agent);
    firn_test_peer_when(peer,
                        "guest-fsfreeze-freeze",
                        1,
                        (FirnTestStep[]){
                            {.delay_ms = 1000, .pass = TRUE},
                            {0               }
    });
    firn_test_firnd_start(firnd);
    vm = g_strconcat("/vm/_", firn_test_fake_monitor_get_uuid(monitor), NULL);
    g_strdelimit(vm, "-", '_');
    answer = firn_test_firnd_call(firnd,
                                  vm,
                                  "VM.CreateSnapshot",
                                  g_variant_new("(sa{sv})", "a", NULL),
                                  NULL);
    g_assert_nonnull(answer);
    g_assert_true(firn_test_peer_wait_count(peer, "guest-fsfreeze-freeze", 1, 10000));
    begin_us = g_get_monotonic_time();
    firn_test_firnd_send_signal(firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd, NULL), ==, 0);
    g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 10 * G_USEC_PER_SEC);
    g_assert_false(firn_test_fake_agent_is_frozen(agent));
    g_assert_cmpuint(firn_test_peer_count(peer, "guest-fsfreeze-thaw"), >=, 1);
}

static void
test_damaged_catalogue(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    static const char file[] = "state/vm/11111111-1111-4222-8333-123456789abc.json";
    g_autoptr(GVariant) damage = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *state = NULL;
    g_autofree char *text = NULL;

    firn_test_firnd_add_vm(firnd, "web1", '1');
    firn_test_firnd_write(firnd, file, "{\"format\": 1, ");
    firn_test_firnd_start(firnd);
    damage = firn_test_firnd_get(firnd, WEB1, "VM.Damage");
    g_assert_nonnull(strstr(g_variant_get_string(damage, NULL), ".json"));
    answer = firn_test_firnd_call(firnd,
                                  WEB1,
                                  "VM.CreateSnapshot",
                                  g_variant_new("(sa{sv})", "a", NULL),
                                  NULL);
    state = firn_test_firnd_wait_job(firnd, answer);
    g_assert_cmpstr(state, ==, "failed");
    g_assert_true(g_file_get_contents(firn_test_firnd_get_path(firnd, file), &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "{\"format\": 1, ");
}

static void
test_records_come_back(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();
    g_autofree char *tree = NULL;

    firn_test_firnd_create(firnd, WEB1, "a");
    firn_test_firnd_kill(firnd);
    firn_test_firnd_start(firnd);
    tree = firn_test_firnd_dup_tree(firnd, WEB1);
    g_assert_cmpstr(tree, ==, "a=ready ");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/firnd/serve", test_serve);
    g_test_add_func("/host/firnd/machine-file/bad", test_bad_machine_file);
    g_test_add_func("/host/firnd/machine-file/new", test_machine_file_new);
    g_test_add_func("/host/firnd/machine-file/goes", test_machine_file_goes);
    g_test_add_func("/host/firnd/machine-file/of-snapshots-goes",
                    test_machine_file_of_snapshots_goes);
    g_test_add_func("/host/firnd/config/bad", test_bad_config);
    g_test_add_func("/host/firnd/config/good", test_config);
    g_test_add_func("/host/firnd/name-taken", test_name_taken);
    g_test_add_func("/host/firnd/state-taken", test_state_taken);
    g_test_add_func("/host/firnd/bus-gone", test_bus_gone);
    g_test_add_func("/host/firnd/no-bus", test_no_bus);
    g_test_add_func("/host/firnd/stop/idle", test_stop);
    g_test_add_func("/host/firnd/stop/while-frozen", test_stop_while_frozen);
    g_test_add_func("/host/firnd/damaged-catalogue", test_damaged_catalogue);
    g_test_add_func("/host/firnd/records-come-back", test_records_come_back);
    return g_test_run();
}
