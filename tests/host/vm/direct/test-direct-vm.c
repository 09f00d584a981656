/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-vm.h"

#include "host-error.h"
#include "qmp-error.h"
#include "vm-rig.h"

#define PATIENCE_MS 10000

static void
set_up(FirnTestVmRig *rig, gconstpointer data)
{
    firn_test_vm_rig_set_up(rig);
}

static void
tear_down(FirnTestVmRig *rig, gconstpointer data)
{
    firn_test_vm_rig_tear_down(rig);
}

static void
assert_word(FirnTestVmRig *rig, const char *expected)
{
    g_autofree char *word = firn_vm_dup_run_state(rig->vm);

    g_assert_cmpstr(word, ==, expected);
}

static void
test_identity(FirnTestVmRig *rig, gconstpointer data)
{
    g_assert_cmpstr(firn_vm_get_name(rig->vm), ==, "web1");
    g_assert_cmpstr(firn_vm_get_uuid(rig->vm), ==, firn_test_fake_monitor_get_uuid(rig->monitor));
    g_assert_cmpstr(firn_vm_get_source(rig->vm), ==, "direct");
    g_assert_true(firn_vm_get_catalogue(rig->vm) == rig->catalogue);
}

/* The event says that the guest is paused, query-status says why. */
static void
test_stop_and_resume(FirnTestVmRig *rig, gconstpointer data)
{
    firn_test_fake_monitor_set_state(rig->monitor, "io-error");
    firn_test_fake_monitor_emit(rig->monitor, "STOP", NULL);
    firn_test_vm_rig_wait_state(rig, FIRN_VM_STATE_PAUSED);
    /* query-status was sent before this query. */
    firn_test_vm_rig_see_events(rig);
    assert_word(rig, "io-error");
    firn_test_fake_monitor_set_state(rig->monitor, "running");
    firn_test_fake_monitor_emit(rig->monitor, "RESUME", NULL);
    firn_test_vm_rig_wait_state(rig, FIRN_VM_STATE_RUNNING);
    assert_word(rig, "running");
}

static void
test_ends(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_vm_rig_end_qemu(rig);
    assert_word(rig, "off");
    g_assert_null(firn_vm_dup_monitor(rig->vm));
    g_assert_true(firn_vm_look(rig->vm, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpint(firn_vm_get_state(rig->vm), ==, FIRN_VM_STATE_OFF);
}

static void
start_qemu(FirnTestVmRig *rig, const char *uuid)
{
    g_autofree char *path = g_build_filename(rig->folder, "qmp", NULL);
    g_autofree char *reply =
        g_strdup_printf("{\"id\": $id, \"return\": {\"UUID\": \"%s\"}}\n", uuid);

    firn_test_vm_rig_end_qemu(rig);
    rig->monitor = firn_test_fake_monitor_new(path, 2);
    rig->monitor_peer = firn_test_fake_monitor_get_peer(rig->monitor);
    firn_test_peer_when(rig->monitor_peer, "query-uuid", 0, (FirnTestStep[]){{.text = reply}, {0}});
}

static void
test_starts_again(FirnTestVmRig *rig, gconstpointer data)
{
    start_qemu(rig, firn_vm_get_uuid(rig->vm));
    firn_test_vm_rig_wait_state(rig, FIRN_VM_STATE_RUNNING);
}

static void
test_without_uuid(FirnTestVmRig *rig, gconstpointer data)
{
    start_qemu(rig, "00000000-0000-0000-0000-000000000000");
    firn_test_vm_rig_wait_state(rig, FIRN_VM_STATE_RUNNING);
}

static void
test_other_uuid(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    start_qemu(rig, "00000000-0000-0000-0000-000000000001");
    g_assert_false(firn_vm_look(rig->vm, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_UNTRUSTED);
    g_assert_cmpint(firn_vm_get_state(rig->vm), ==, FIRN_VM_STATE_UNKNOWN);
    g_assert_null(firn_vm_dup_monitor(rig->vm));
}

/* QEMU has not exited, so its disks must not be treated as those of a VM that is off. */
static void
test_hangs_up(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_peer_when(rig->monitor_peer,
                        FIRN_TEST_PEER_CONNECTED,
                        0,
                        (FirnTestStep[]){{.hang_up = TRUE}, {0}});
    firn_test_peer_hang_up(rig->monitor_peer);
    firn_test_vm_rig_wait_state(rig, FIRN_VM_STATE_OFF);
    g_assert_false(firn_vm_look(rig->vm, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
    g_assert_cmpint(firn_vm_get_state(rig->vm), ==, FIRN_VM_STATE_UNKNOWN);
}

static void
test_look(FirnTestVmRig *rig, gconstpointer data)
{
    firn_test_fake_monitor_set_state(rig->monitor, "suspended");
    g_assert_true(firn_vm_look(rig->vm, NULL, NULL));
    g_assert_cmpint(firn_vm_get_state(rig->vm), ==, FIRN_VM_STATE_PAUSED);
    assert_word(rig, "suspended");
}

static void
test_look_cancelled(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;

    firn_test_peer_when(rig->monitor_peer, "query-status", 0, NULL);
    g_cancellable_cancel(cancellable);
    g_assert_false(firn_vm_look(rig->vm, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    /* A cancelled query says nothing about the VM. */
    g_assert_cmpint(firn_vm_get_state(rig->vm), ==, FIRN_VM_STATE_RUNNING);
}

/* Other programs can use the agent in between. */
static void
test_agent(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = NULL;
    FirnChannel *agent;

    g_assert_cmpuint(firn_test_peer_count(rig->agent_peer, FIRN_TEST_PEER_CONNECTED), ==, 0);
    agent = firn_vm_open_agent(rig->vm, NULL, &error);
    g_assert_no_error(error);
    reply = firn_channel_call(agent, "guest-ping", NULL, PATIENCE_MS, NULL, &error);
    g_assert_no_error(error);
    firn_vm_close_agent(rig->vm, agent);
    agent = firn_vm_open_agent(rig->vm, NULL, &error);
    g_assert_no_error(error);
    firn_vm_close_agent(rig->vm, agent);
}

static gpointer
open_and_close(gpointer data)
{
    FirnTestVmRig *rig = data;
    FirnChannel *agent = firn_vm_open_agent(rig->vm, NULL, NULL);

    if (agent != NULL)
        firn_vm_close_agent(rig->vm, agent);
    return GINT_TO_POINTER(agent != NULL);
}

/* Another thread of firn is not reported as another process that holds the socket. */
static void
test_agent_in_turn(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    FirnChannel *first = firn_vm_open_agent(rig->vm, NULL, NULL);
    GThread *second = g_thread_new("second", open_and_close, rig);

    g_cancellable_cancel(cancellable);
    g_assert_null(firn_vm_open_agent(rig->vm, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpuint(firn_test_peer_count(rig->agent_peer, FIRN_TEST_PEER_CONNECTED), ==, 1);
    firn_vm_close_agent(rig->vm, first);
    g_assert_true(GPOINTER_TO_INT(g_thread_join(second)));
}

static void
say_of_port(FirnTestVmRig *rig, const char *prefix, const char *is_open)
{
    g_autofree char *reply =
        g_strdup_printf("{\"id\": $id, \"return\": [{\"filename\": \"%sunix:%s/qga,server=on\", "
                        "\"frontend-open\": %s}]}\n",
                        prefix,
                        rig->folder,
                        is_open);

    firn_test_peer_when(rig->monitor_peer,
                        "query-chardev",
                        1,
                        (FirnTestStep[]){{.text = reply}, {0}});
}

static void
test_agent_held(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    say_of_port(rig, "", "true");
    g_assert_null(firn_vm_open_agent(rig->vm, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_BUSY);
    g_assert_cmpuint(firn_test_peer_count(rig->agent_peer, FIRN_TEST_PEER_CONNECTED), ==, 0);
}

static void
test_agent_port_closed(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    say_of_port(rig, "disconnected:", "false");
    g_assert_null(firn_vm_open_agent(rig->vm, NULL, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_AGENT_UNAVAILABLE);
    g_assert_cmpuint(firn_test_peer_count(rig->agent_peer, FIRN_TEST_PEER_CONNECTED), ==, 0);
}

static void
test_agent_port_open(FirnTestVmRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    FirnChannel *agent;

    say_of_port(rig, "disconnected:", "true");
    agent = firn_vm_open_agent(rig->vm, NULL, &error);
    g_assert_no_error(error);
    firn_vm_close_agent(rig->vm, agent);
}

static void
assert_disks(FirnTestVmRig *rig, gboolean is_running)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) disks = firn_vm_list_disks(rig->vm, NULL, &error);
    const FirnDisk *disk;

    g_assert_no_error(error);
    g_assert_cmpuint(disks->len, ==, 2);
    disk = firn_disks_find(disks, "vdb");
    g_assert_nonnull(disk);
    g_assert_cmpstr(disk->format, ==, "qcow2");
    g_assert_cmpstr(disk->node_name, ==, is_running ? "node-vdb" : NULL);
}

static void
test_disks(FirnTestVmRig *rig, gconstpointer data)
{
    assert_disks(rig, TRUE);
    firn_test_vm_rig_end_qemu(rig);
    assert_disks(rig, FALSE);
}

static void
add(const char *path, void (*test)(FirnTestVmRig *, gconstpointer))
{
    g_test_add(path, FirnTestVmRig, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/vm/direct-vm/identity", test_identity);
    add("/vm/direct-vm/state/stop-and-resume", test_stop_and_resume);
    add("/vm/direct-vm/state/ends", test_ends);
    add("/vm/direct-vm/state/starts-again", test_starts_again);
    add("/vm/direct-vm/state/started-without-uuid", test_without_uuid);
    add("/vm/direct-vm/state/other-uuid-is-refused", test_other_uuid);
    add("/vm/direct-vm/look/hung-up-on", test_hangs_up);
    add("/vm/direct-vm/look/asks-qemu", test_look);
    add("/vm/direct-vm/look/cancelled", test_look_cancelled);
    add("/vm/direct-vm/agent/one-after-the-other", test_agent_in_turn);
    add("/vm/direct-vm/agent/is-held-only-while-needed", test_agent);
    add("/vm/direct-vm/agent/held-by-somebody-else", test_agent_held);
    add("/vm/direct-vm/agent/port-is-closed", test_agent_port_closed);
    add("/vm/direct-vm/agent/port-is-open", test_agent_port_open);
    add("/vm/direct-vm/disks/running-and-off", test_disks);
    return g_test_run();
}
