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

/* As long as it streams RAM. */
static gboolean
has_pipe(FirnTestGuest *guest)
{
    g_autofree char *folder = g_strdup_printf("/proc/%d/fd", firn_test_guest_get_pid(guest));
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    gboolean found = FALSE;
    const char *name;

    g_assert_nonnull(dir);
    while (!found && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *target = g_file_read_link(path, NULL);

        found = target != NULL && g_str_has_suffix(target, ".ram");
    }
    return found;
}

/* The guest is resumed once its RAM is protected, while QEMU still streams RAM. QEMU is
 * not asked while firnd is stopped: a guest that writes to protected RAM waits for the stream,
 * which firnd does not read then, and QEMU's monitor may wait for the guest. */
static void
test_goes_on(FirnVmRig *rig, gconstpointer step)
{
    g_autoptr(JsonNode) resumed = NULL;
    g_autofree char *shown = NULL;
    GPid client;
    int end;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    g_assert_true(firn_test_guest_is_running(rig->guest));
    firn_vm_rig_restart_to_stop_at(rig, step);
    client = firn_test_firnd_spawn_line(rig->firnd, "create web1 s1 --memory=live");
    firn_vm_rig_wait_stopped(rig);
    resumed = firn_test_guest_wait_event(rig->guest, "RESUME", 5000, NULL);
    g_assert_nonnull(resumed);
    g_assert_true(has_pipe(rig->guest));
    firn_test_firnd_signal(rig->firnd, SIGCONT);
    g_assert_cmpint(waitpid(client, &end, 0), ==, client);
    g_assert_cmpint(end, ==, 0);
    g_assert_false(has_pipe(rig->guest));
    shown = firn_vm_rig_run(rig, 0, "show web1 s1");
    g_assert_null(strstr(shown, "paused for 0 ms"));
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
    add("/vm/memory-cancel/live/stopped", "memory: the guest is paused");
    add("/vm/memory-cancel/live/streamed", "memory: the guest is resumed");
    add("/vm/memory-cancel/paused/stopped", "memory: the guest is paused");
    add("/vm/memory-cancel/paused/streamed", "memory: is streamed");
    g_test_add("/vm/memory-cancel/live/goes-on",
               FirnVmRig,
               "memory: the guest is resumed",
               set_up,
               test_goes_on,
               tear_down);
    return g_test_run();
}
