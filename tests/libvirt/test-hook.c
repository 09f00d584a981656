/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libvirt's hook, as with-libvirtd installs it: real libvirt calls real firnd. */
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash-rig.h"
#include "domain.h"
#include "libvirtd.h"
#include "patience.h"
#include "wire.h"

#define HOOK_SOCKET "/run/firn-hook.sock" /* as in with-libvirtd */

/* One guest for all tests: each leaves it off, without snapshots. */
static FirnCrashRig rig;

static void
join_hook(void)
{
    g_autofree char *path =
        g_build_filename(firn_test_firnd_get_runtime_dir(rig.firnd), "hook.sock", NULL);

    unlink(HOOK_SOCKET);
    g_assert_no_errno(symlink(path, HOOK_SOCKET));
}

static int
virsh(const char *line, char **out_errors)
{
    g_autofree char *all = g_strconcat("virsh --quiet --connect qemu:///system ", line, NULL);
    g_autofree char *errors = NULL;
    int status = -1;

    g_assert_true(g_spawn_command_line_sync(all, NULL, &errors, &status, NULL));
    g_test_message("virsh %s: %d %s", line, status, errors);
    if (out_errors != NULL)
        *out_errors = g_steal_pointer(&errors);
    return status;
}

/* QEMU locks a byte for each permission, from 100 on. Looking at them takes no lock, as qemu-img
 * info does: that would keep qemu-io from the image. */
static gboolean
is_locked(const char *image)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 100, .l_len = 200};
    int file = open(image, O_RDONLY | O_CLOEXEC);

    g_assert_no_errno(file);
    g_assert_no_errno(fcntl(file, F_OFD_GETLK, &lock));
    close(file);
    return lock.l_type != F_UNLCK;
}

static void
wait_locked(const char *image)
{
    gint64 deadline_us = firn_test_give_up_us();

    while (!is_locked(image))
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
}

static void
start_and_stop(void)
{
    g_assert_cmpint(virsh("start web1", NULL), ==, 0);
    g_assert_cmpint(virsh("destroy web1", NULL), ==, 0);
}

static char *
dump(void)
{
    char *xml = NULL;

    g_assert_cmpint(firn_test_domain_virsh(&xml, "dumpxml", "web1", NULL), ==, 0);
    return xml;
}

static void
test_mark(void)
{
    g_autofree char *marked = NULL;
    g_autofree char *more = NULL;
    g_autofree char *unmarked = NULL;

    firn_crash_rig_do(&rig, "create web1 s1 --accept-unclean");
    marked = dump();
    g_assert_nonnull(strstr(marked, "urn:firn:snapshots:1"));
    g_assert_nonnull(strstr(marked, "count=\"1\""));
    firn_crash_rig_do(&rig, "create web1 s2 --no-register --accept-unclean");
    more = dump();
    g_assert_nonnull(strstr(more, "count=\"2\""));
    firn_crash_rig_do(&rig, "delete web1 --all --yes");
    unmarked = dump();
    g_assert_null(strstr(unmarked, "urn:firn"));
}

/* Calls the hook as libvirt does on the target host of a migration. */
static int
ask_migrate(const char *xml, char **out_errors)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocess) hook =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                         &error,
                         "/etc/libvirt/hooks/qemu.d/50-firn",
                         "web1",
                         "migrate",
                         "begin",
                         "-",
                         NULL);

    g_assert_no_error(error);
    g_subprocess_communicate_utf8(hook, xml, NULL, NULL, out_errors, &error);
    g_assert_no_error(error);
    return g_subprocess_get_exit_status(hook);
}

static void
test_migrate(void)
{
    g_autofree char *xml = NULL;
    g_autofree char *errors = NULL;
    g_autofree char *none = NULL;
    g_auto(GStrv) parts = NULL;
    g_autofree char *stranger = NULL;

    firn_crash_rig_do(&rig, "create web1 s1 --accept-unclean");
    xml = dump();
    g_assert_cmpint(ask_migrate(xml, &none), ==, 0);
    /* The same on a host that does not know the domain. */
    parts = g_strsplit(xml, firn_test_guest_get_uuid(rig.guest), 0);
    stranger = g_strjoinv("99999999-1111-4222-8333-123456789abc", parts);
    g_assert_cmpint(ask_migrate(stranger, &errors), ==, 1);
    g_assert_nonnull(strstr(errors, "1 firn snapshots"));
    firn_crash_rig_do(&rig, "delete web1 --all --yes");
}

static gboolean
is_deleting(void)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(rig.firnd, &outcome, "jobs --json");
    return outcome.status == 0 && strstr(outcome.out, "\"in-progress\"") != NULL;
}

/* The deletion waits for an image that another process has open, and the hook's answer says so. */
static void
test_busy(void)
{
    g_autofree char *image = g_strdup(firn_test_guest_get_disk(rig.guest, 0));
    const char *const words[] = {"qemu-io", "-f", "qcow2", "-c", "sleep 60000", image, NULL};
    gint64 deadline_us = firn_test_give_up_us();
    g_autofree char *errors = NULL;
    GPid holder = 0;

    firn_crash_rig_do(&rig, "create web1 s1 --accept-unclean");
    g_assert_true(g_spawn_async(NULL,
                                (char **)words,
                                NULL,
                                G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                                NULL,
                                NULL,
                                &holder,
                                NULL));
    wait_locked(image);
    rig.client = firn_test_firnd_spawn_line(rig.firnd, "delete web1 s1 --yes");
    while (!is_deleting())
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
    g_assert_cmpint(virsh("start web1", &errors), !=, 0);
    g_assert_nonnull(strstr(errors, "firn is working on the disks of web1"));
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    g_assert_cmpint(firn_crash_rig_wait_client(&rig), ==, 0);
    firn_crash_rig_settle(&rig);
    start_and_stop();
}

/* A start by firn itself is allowed while its job works on the disks. */
static void
test_restore(void)
{
    firn_crash_rig_do(&rig, "create web1 s1 --accept-unclean");
    firn_crash_rig_do(&rig, "restore web1 s1 --running --accept-inconsistent");
    g_assert_cmpint(virsh("destroy web1", NULL), ==, 0);
    firn_crash_rig_settle(&rig);
    firn_crash_rig_do(&rig, "undo web1 --forget");
    firn_crash_rig_do(&rig, "delete web1 --all --yes");
}

/* The whole firnd is stopped: it does not answer, so the hook does not refuse. */
static void
test_stopped(void)
{
    firn_test_firnd_signal(rig.firnd, SIGSTOP);
    start_and_stop();
    firn_test_firnd_signal(rig.firnd, SIGCONT);
    firn_crash_rig_settle(&rig);
}

static void
test_drifted(void)
{
    g_autofree char *errors = NULL;

    firn_crash_rig_do(&rig, "create web1 s1 --accept-unclean");
    firn_crash_rig_do(&rig, "policy web1 set drift-guard=strict");
    start_and_stop();
    g_assert_cmpint(virsh("setvcpus web1 2 --maximum --config", NULL), ==, 0);
    g_assert_cmpint(virsh("start web1", &errors), !=, 0);
    g_assert_nonnull(strstr(errors, "vCPUs"));
    firn_crash_rig_do(&rig, "policy web1 set drift-guard=warn");
    start_and_stop();
    g_assert_cmpint(virsh("setvcpus web1 1 --maximum --config", NULL), ==, 0);
    firn_crash_rig_do(&rig, "policy web1 set drift-guard=strict");
    start_and_stop();
    firn_crash_rig_do(&rig, "delete web1 --all --yes");
}

static void
test_firnd_away(void)
{
    firn_crash_rig_stop(&rig);
    start_and_stop();
    firn_crash_rig_settle(&rig);
    start_and_stop();
}

/* If it were refused, libvirt would kill it. */
static void
test_reconnect(void)
{
    GPid before;

    g_assert_cmpint(virsh("start web1", NULL), ==, 0);
    before = firn_test_firnd_get_pid(rig.firnd);
    firn_test_libvirtd_signal(SIGTERM);
    firn_test_libvirtd_wait_end();
    firn_test_libvirtd_start();
    g_assert_cmpint(virsh("domid web1", NULL), ==, 0);
    g_assert_cmpint(virsh("destroy web1", NULL), ==, 0);
    g_assert_cmpint(firn_test_firnd_get_pid(rig.firnd), ==, before);
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/libvirt/hook/mark", test_mark);
    g_test_add_func("/libvirt/hook/migrate", test_migrate);
    g_test_add_func("/libvirt/hook/busy", test_busy);
    g_test_add_func("/libvirt/hook/restore", test_restore);
    g_test_add_func("/libvirt/hook/stopped", test_stopped);
    g_test_add_func("/libvirt/hook/drifted", test_drifted);
    g_test_add_func("/libvirt/hook/away", test_firnd_away);
    g_test_add_func("/libvirt/hook/reconnect", test_reconnect);
    firn_crash_rig_set_up(&rig, NULL);
    join_hook();
    firn_test_guest_quit(rig.guest);
    firn_crash_rig_settle(&rig);
    status = g_test_run();
    firn_crash_rig_tear_down(&rig, NULL);
    return status;
}
