/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "memory-witness.h"
#include "vm-rig.h"

static void
set_up(FirnVmRig *rig, gconstpointer step)
{
    firn_vm_rig_set_up(rig, NULL);
}

static void
tear_down(FirnVmRig *rig, gconstpointer step)
{
    firn_vm_rig_tear_down(rig, NULL);
}

/* Neither a pipe nor a save image is left. */
static void
assert_no_file(FirnVmRig *rig)
{
    g_autofree char *line = g_strdup_printf("find %s %s -name *.ram -o -name *.save",
                                            firn_test_firnd_get_runtime_dir(rig->firnd),
                                            firn_test_firnd_get_state_dir(rig->firnd));
    g_autofree char *out = NULL;

    g_assert_true(g_spawn_command_line_sync(line, &out, NULL, NULL, NULL));
    g_assert_cmpstr(out, ==, "");
}

/* Whenever it is cancelled, the guest runs and nothing is left of the snapshot. A background job of
 * QEMU runs to its end. */
static void
test_cancelled(FirnVmRig *rig, gconstpointer data)
{
    const char *step = data;
    const char *way = strstr(g_test_get_path(), "/live/") != NULL ? "live" : "paused";
    g_autofree char *line = g_strdup_printf("create web1 s1 --memory=%s", way);
    g_autofree char *checksum = NULL;
    g_autofree char *shown = NULL;
    GPid client;
    int status;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    checksum = firn_memory_witness_begin(rig->guest);
    firn_vm_rig_restart_to_stop_at(rig, step);
    client = firn_test_firnd_spawn_line(rig->firnd, line);
    firn_vm_rig_wait_stopped(rig);
    firn_test_firnd_leave_cancel(rig->firnd, 1);
    firn_test_firnd_signal(rig->firnd, SIGCONT);
    g_assert_cmpint(waitpid(client, &status, 0), ==, client);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 130);
    shown = firn_vm_rig_run(rig, 0, "job 1");
    g_assert_nonnull(strstr(shown, "cancelled"));
    g_assert_true(firn_test_guest_is_running(rig->guest));
    firn_vm_rig_assert_tags(rig, 0);
    assert_no_file(rig);
    firn_vm_rig_assert_well(rig);
    g_free(firn_vm_rig_run(rig, 0, line));
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_well(rig);
}

/* Once RAM is write-protected the guest runs, while all of its RAM is still to be streamed. */
static void
test_goes_on(FirnVmRig *rig, gconstpointer step)
{
    g_autoptr(JsonNode) migration = NULL;
    g_autofree char *shown = NULL;
    const char *status;
    GPid client;
    int end;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    firn_vm_rig_restart_to_stop_at(rig, step);
    client = firn_test_firnd_spawn_line(rig->firnd, "create web1 s1 --memory=live");
    firn_vm_rig_wait_stopped(rig);
    g_assert_true(firn_test_guest_is_running(rig->guest));
    migration = firn_test_guest_qmp(rig->guest, "query-migrate", NULL, NULL);
    status = json_object_get_string_member(json_node_get_object(migration), "status");
    g_assert_cmpstr(status, ==, "active");
    firn_test_firnd_signal(rig->firnd, SIGCONT);
    g_assert_cmpint(waitpid(client, &end, 0), ==, client);
    g_assert_cmpint(end, ==, 0);
    shown = firn_vm_rig_run(rig, 0, "show web1 s1");
    g_assert_null(strstr(shown, "stood still for 0 ms"));
    firn_vm_rig_assert_well(rig);
}

static void
add(const char *path, const char *step)
{
    g_test_add(path, FirnVmRig, step, set_up, test_cancelled, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!firn_test_guest_can_run() || !firn_vm_rig_has_steps())
        return g_test_run();
    add("/vm/memory-cancel/live/before", "memory: QEMU has the pipe");
    add("/vm/memory-cancel/live/stopped", "memory: the guest stands still");
    add("/vm/memory-cancel/live/streamed", "memory: the guest goes on");
    add("/vm/memory-cancel/paused/stopped", "memory: the guest stands still");
    add("/vm/memory-cancel/paused/streamed", "memory: is streamed");
    g_test_add("/vm/memory-cancel/live/goes-on",
               FirnVmRig,
               "memory: the guest goes on",
               set_up,
               test_goes_on,
               tear_down);
    return g_test_run();
}
