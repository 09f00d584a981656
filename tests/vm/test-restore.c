/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "disk-image.h"
#include "patience.h"
#include "vm-rig.h"

/* The guest's init ignores the power button, so it is powered off. */
#define STOP "--stop --grace=1s"

static void
write_word(FirnVmRig *rig, const char *word)
{
    g_autofree char *command =
        g_strdup_printf("echo %s >/mnt/a/word; echo %s >/mnt/b/word; sync", word, word);

    g_free(firn_test_guest_run(rig->guest, command));
}

static void
assert_word(FirnVmRig *rig, const char *a, const char *b)
{
    g_autofree char *found = firn_test_guest_run(rig->guest, "cat /mnt/a/word /mnt/b/word");
    g_autofree char *expected = g_strdup_printf("%s\n%s", a, b);

    g_assert_cmpstr(found, ==, expected);
}

static void
boot(FirnVmRig *rig)
{
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_ready(rig->guest);
}

/* Restore and undo: the guest is stopped, started again, and finds its disks in the earlier
 * state. */
static void
test_running(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *said = NULL;

    write_word(rig, "then");
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    write_word(rig, "now");
    said = firn_vm_rig_run(rig, 0, "restore web1 s1 " STOP);
    g_assert_nonnull(strstr(said, "was powered off"));
    boot(rig);
    assert_word(rig, "then", "then");
    /* The undo point needs no --accept-inconsistent: it is the VM's own previous state. */
    g_free(firn_vm_rig_run(rig, 0, "undo web1 " STOP));
    boot(rig);
    assert_word(rig, "now", "now");
    firn_vm_rig_assert_well(rig);
    g_free(firn_vm_rig_run(rig, 0, "verify web1"));
    g_free(firn_vm_rig_run(rig, 0, "undo web1 --forget"));
    g_free(firn_vm_rig_run(rig, 3, "undo web1 --forget"));
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_well(rig);
}

/* Without --stop a running guest is not touched; blockers are reported first. */
static void
test_refused(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *running = NULL;
    g_autofree char *crash = NULL;
    g_autofree char *plan = NULL;

    g_free(firn_vm_rig_run(rig, 0, "create web1 s1 --no-quiesce"));
    running = firn_vm_rig_run(rig, 5, "restore web1 s1 --accept-inconsistent");
    g_assert_nonnull(strstr(running, "--stop"));
    crash = firn_vm_rig_run(rig, 5, "restore web1 s1 " STOP);
    g_assert_nonnull(strstr(crash, "--accept-inconsistent"));
    plan = firn_vm_rig_run(rig, 5, "restore web1 s1 --dry-run --disk vdz");
    g_assert_nonnull(strstr(plan, "[NotConsistent]"));
    g_assert_nonnull(strstr(plan, "[VmRunning]"));
    g_assert_nonnull(strstr(plan, "[InvalidArgument]"));
    g_free(firn_vm_rig_run(rig, 3, "restore web1 nope"));
    firn_vm_rig_assert_well(rig);
    firn_vm_rig_assert_tags(rig, 1);
}

static void
test_off(FirnVmRig *rig, gconstpointer data)
{
    write_word(rig, "then");
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    write_word(rig, "now");
    firn_test_guest_quit(rig->guest);
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 --disk vdb"));
    firn_test_guest_start(rig->guest, NULL);
    firn_test_guest_wait_ready(rig->guest);
    assert_word(rig, "now", "then");
    firn_test_guest_quit(rig->guest);
    g_free(firn_vm_rig_run(rig, 0, "undo web1 --running"));
    boot(rig);
    assert_word(rig, "now", "now");
}

/* As if it had run for long since the restore. */
static void
make_old(FirnVmRig *rig)
{
    g_autofree char *path = g_strdup_printf("%s/vm/%s.json",
                                            firn_test_firnd_get_state_dir(rig->firnd),
                                            firn_test_guest_get_uuid(rig->guest));
    g_autofree char *text = NULL;
    g_autofree char *older = NULL;
    const char *rest;
    char *at;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    at = strstr(text, "\"undo\"");
    at = at == NULL ? NULL : strstr(at, "\"ran_us\" : ");
    g_assert_nonnull(at);
    at += strlen("\"ran_us\" : ");
    rest = at + strspn(at, "0123456789");
    *at = '\0';
    older = g_strdup_printf("%s%" G_GINT64_FORMAT "%s", text, 24 * G_TIME_SPAN_HOUR, rest);
    g_assert_true(g_file_set_contents(path, older, -1, NULL));
}

/* The undo point expires once the VM has run for long enough. */
static void
test_grace(FirnVmRig *rig, gconstpointer data)
{
    gint64 end_us = firn_test_give_up_us();
    g_autofree char *said = NULL;

    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 " STOP));
    boot(rig);
    firn_vm_rig_assert_tags(rig, 2);
    firn_test_firnd_signal(rig->firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(rig->firnd), ==, 0);
    make_old(rig);
    firn_test_firnd_start(rig->firnd);
    do {
        g_free(said);
        said = firn_vm_rig_run(rig, 0, "tree web1");
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    } while (strstr(said, "firn undo") != NULL);
    firn_vm_rig_assert_well(rig);
}

/* The guest is paused as requested, and runs when an administrator resumes it. */
static void
test_paused(FirnVmRig *rig, gconstpointer data)
{
    write_word(rig, "then");
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    write_word(rig, "now");
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1 --paused " STOP));
    firn_test_guest_adopt(rig->guest);
    g_assert_false(firn_test_guest_is_running(rig->guest));
    firn_test_guest_do(rig->guest, "cont");
    firn_test_guest_wait_ready(rig->guest);
    assert_word(rig, "then", "then");
}

static gboolean
is_waiting(FirnVmRig *rig)
{
    g_autofree char *said = firn_vm_rig_run(rig, 0, "jobs");

    return strstr(said, "wait") != NULL;
}

/* A restore waits until the guest is off, and starts it again; else it refuses as without a wait.
 */
static void
test_wait(FirnVmRig *rig, gconstpointer data)
{
    gint64 end_us = firn_test_give_up_us();
    g_autofree char *late = NULL;
    g_autofree char *contrary = NULL;
    int status;
    GPid client;

    write_word(rig, "then");
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    write_word(rig, "now");
    late = firn_vm_rig_run(rig, 5, "restore web1 s1 --if-running=wait=1s");
    g_assert_nonnull(strstr(late, "the VM is running"));
    contrary = firn_vm_rig_run(rig, 2, "restore web1 s1 --stop --if-running=fail");
    g_assert_nonnull(strstr(contrary, "mutually exclusive"));
    assert_word(rig, "now", "now");
    client = firn_test_firnd_spawn_line(rig->firnd, "restore web1 s1 --if-running=wait=10min");
    while (!is_waiting(rig))
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    firn_vm_rig_shut_down(rig);
    g_assert_cmpint(waitpid(client, &status, 0), ==, client);
    g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    boot(rig);
    assert_word(rig, "then", "then");
    firn_vm_rig_assert_well(rig);
}

/* Its guest was asked to shut down, and does so after the firnd that asked was killed. */
static void
test_killed_in_the_grace(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *log = NULL;
    GPid client;

    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    write_word(rig, "now");
    firn_vm_rig_restart_to_stop_at(rig, "power: asked to shut down");
    client = firn_test_firnd_spawn_line(rig->firnd, "restore web1 s1 --stop --grace=60s");
    firn_vm_rig_wait_stopped(rig);
    firn_test_firnd_signal(rig->firnd, SIGKILL);
    firn_test_firnd_wait_end(rig->firnd);
    g_assert_cmpint(waitpid(client, NULL, 0), ==, client);
    firn_test_firnd_set_crash_at(rig->firnd, "rollback: a shutdown is awaited");
    firn_test_firnd_launch(rig->firnd);
    firn_test_firnd_set_crash_at(rig->firnd, NULL);
    firn_vm_rig_wait_stopped(rig);
    firn_test_guest_quit(rig->guest);
    firn_test_firnd_signal(rig->firnd, SIGCONT);
    firn_vm_rig_wait_idle(rig);
    boot(rig);
    assert_word(rig, "now", "now");
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_well(rig);
    log = firn_test_firnd_dup_log(rig->firnd);
    g_assert_nonnull(strstr(log, "is started again"));
}

#define TEST(topic, function)                                                                      \
    g_test_add("/vm/restore/" topic,                                                               \
               FirnVmRig,                                                                          \
               NULL,                                                                               \
               firn_vm_rig_set_up,                                                                 \
               function,                                                                           \
               firn_vm_rig_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!firn_test_guest_can_run())
        return g_test_run();
    TEST("running", test_running);
    TEST("refused", test_refused);
    TEST("off", test_off);
    TEST("paused", test_paused);
    TEST("grace", test_grace);
    TEST("wait", test_wait);
    if (firn_vm_rig_has_steps())
        TEST("killed-in-the-grace", test_killed_in_the_grace);
    return g_test_run();
}
