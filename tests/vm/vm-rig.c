/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-rig.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "disk-image.h"
#include "domain.h"
#include "patience.h"

#define LOOK_AGAIN_MS 20

static const FirnVmRigOptions plain = {.guest = {.n_disks = 2}};

/* As firn_test_guest_write_machine_file(), but with the proxy's socket. */
static void
write_machine_file(FirnVmRig *self)
{
    g_autofree char *path =
        g_build_filename(firn_test_firnd_get_machines_dir(self->firnd), "web1.conf", NULL);
    g_autoptr(GKeyFile) file = g_key_file_new();

    firn_test_guest_write_machine_file(self->guest,
                                       firn_test_firnd_get_machines_dir(self->firnd),
                                       "web1");
    if (self->monitor == NULL)
        return;
    g_assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
    g_key_file_set_string(file, "machine", "qmp", firn_test_proxy_get_path(self->monitor));
    g_assert_true(g_key_file_save_to_file(file, path, NULL));
}

static gboolean
sees_run(FirnVmRig *self)
{
    g_autofree char *state = firn_test_firnd_dup_state(self->firnd, "web1");

    return g_strcmp0(state, "running") == 0;
}

/* If QEMU exits before firnd has seen it run, firnd does not know of this run. */
static void
wait_until_seen(FirnVmRig *self)
{
    gint64 end_us = firn_test_give_up_us();

    while (!sees_run(self)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

void
firn_vm_rig_set_up(FirnVmRig *self, gconstpointer options)
{
    const FirnVmRigOptions *wanted = options == NULL ? &plain : options;

    self->guest = firn_test_guest_new(&wanted->guest);
    self->firnd = firn_test_firnd_new();
    self->monitor = NULL;
    self->player = NULL;
    if (wanted->with_proxy && !firn_test_domain_is_wanted())
        self->monitor = firn_test_proxy_new(NULL, firn_test_guest_get_path(self->guest, "qmp"));
    write_machine_file(self);
    firn_test_guest_wait_ready(self->guest);
    firn_test_firnd_start(self->firnd);
    wait_until_seen(self);
}

void
firn_vm_rig_tear_down(FirnVmRig *self, gconstpointer options)
{
    firn_test_firnd_free(self->firnd);
    g_clear_pointer(&self->player, g_thread_join);
    if (self->monitor != NULL)
        firn_test_proxy_free(self->monitor);
    firn_test_guest_free(self->guest);
}

char *
firn_vm_rig_create(FirnVmRig *self, int status, ...)
{
    const char *more[6] = {NULL};
    g_auto(FirnTestOutcome) outcome = {0};
    va_list args;

    va_start(args, status);
    for (guint i = 0; i < 6 && (more[i] = va_arg(args, const char *)) != NULL; i++)
        continue;
    va_end(args);
    g_assert_null(more[5]);
    firn_test_firnd_firn(self->firnd,
                         &outcome,
                         "create",
                         "web1",
                         "s1",
                         more[0],
                         more[1],
                         more[2],
                         more[3],
                         more[4],
                         NULL);
    if (outcome.status != status)
        g_error("firn create: exit status %d, not %d: %s", outcome.status, status, outcome.err);
    return g_steal_pointer(&outcome.err);
}

static gboolean
has_element(JsonArray *array, const char *word)
{
    for (guint i = 0; i < json_array_get_length(array); i++)
        if (g_str_equal(json_array_get_string_element(array, i), word))
            return TRUE;
    return FALSE;
}

void
firn_vm_rig_assert_verdict(FirnVmRig *self, const char *verdict, const char *indication)
{
    g_autoptr(JsonNode) node = firn_test_firnd_show(self->firnd, "web1", "s1");
    JsonObject *object = json_node_get_object(node);
    JsonArray *indications = json_object_get_array_member(object, "indications");

    g_assert_cmpstr(json_object_get_string_member(object, "verdict"), ==, verdict);
    if (!has_element(indications, indication))
        g_error("%s is not indicated", indication);
}

void
firn_vm_rig_assert_tags(FirnVmRig *self, guint count)
{
    for (guint i = 0; i < 2; i++) {
        g_auto(GStrv) tags =
            firn_test_disk_image_list_snapshots(firn_test_guest_get_disk(self->guest, i));

        g_assert_cmpuint(g_strv_length(tags), ==, count);
    }
}

void
firn_vm_rig_assert_well(FirnVmRig *self)
{
    g_auto(FirnTestOutcome) outcome = {0};

    g_assert_true(firn_test_guest_is_running(self->guest));
    firn_test_guest_wait_ready(self->guest);
    g_assert_false(firn_test_guest_is_frozen(self->guest, "/mnt/a"));
    g_assert_false(firn_test_guest_is_frozen(self->guest, "/mnt/b"));
    firn_test_firnd_firn(self->firnd, &outcome, "check", NULL);
    g_assert_cmpint(outcome.status, <, 2);
}

typedef struct {
    FirnVmRig *rig;
    GPid firnd;
    FirnTestProxyHook scene;
} Play;

/* Waits until firnd stops at the step, or ends. */
static gpointer
play_in_window(gpointer data)
{
    g_autofree Play *play = data;
    siginfo_t info = {0};

    while (waitid(P_PID, (id_t)play->firnd, &info, WSTOPPED | WEXITED | WNOWAIT) != 0 &&
           errno == EINTR)
        continue;
    if (info.si_code != CLD_STOPPED)
        return NULL;
    play->scene("", play->rig);
    kill(play->firnd, SIGCONT);
    return NULL;
}

void
firn_vm_rig_shut_down(FirnVmRig *self)
{
    g_autofree char *said = firn_test_guest_run(
        self->guest,
        "umount /mnt/a /mnt/b; sync; (sleep 1; poweroff -f) </dev/null >/dev/null 2>&1 &");
    gint64 end_us = firn_test_give_up_us();

    while (firn_test_guest_get_pid(self->guest) != 0 && g_get_monotonic_time() < end_us) {
        firn_test_guest_follow(self->guest);
        g_usleep(LOOK_AGAIN_MS * 1000);
    }
    g_assert_cmpint(firn_test_guest_get_pid(self->guest), ==, 0);
}

char *
firn_vm_rig_run(FirnVmRig *self, int status, const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(self->firnd, &outcome, line);
    g_test_message("firn %s -> %d %s%s", line, outcome.status, outcome.out, outcome.err);
    g_assert_cmpint(outcome.status, ==, status);
    return g_strconcat(outcome.out, outcome.err, NULL);
}

gboolean
firn_vm_rig_has_steps(void)
{
#ifdef FIRN_STEPS
    return TRUE;
#else
    return FALSE;
#endif
}

void
firn_vm_rig_restart_to_stop_at(FirnVmRig *self, const char *step)
{
    firn_test_firnd_signal(self->firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(self->firnd), ==, 0);
    firn_test_firnd_set_crash_at(self->firnd, step);
    firn_test_firnd_start(self->firnd);
    firn_test_firnd_set_crash_at(self->firnd, NULL);
}

void
firn_vm_rig_change_launch(FirnVmRig *self, const char *more)
{
    g_autofree char *path =
        g_build_filename(firn_test_firnd_get_machines_dir(self->firnd), "web1.conf", NULL);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *launch = NULL;
    g_autofree char *changed = NULL;

    g_assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
    launch = g_key_file_get_string(file, "machine", "launch", NULL);
    changed = g_strconcat(launch, more, NULL);
    g_key_file_set_string(file, "machine", "launch", changed);
    firn_test_firnd_signal(self->firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(self->firnd), ==, 0);
    g_assert_true(g_key_file_save_to_file(file, path, NULL));
    firn_test_firnd_start(self->firnd);
}

void
firn_vm_rig_wait_stopped(FirnVmRig *self)
{
    gint64 end_us = firn_test_give_up_us();

    while (!firn_test_firnd_has_stopped(self->firnd)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

void
firn_vm_rig_wait_idle(FirnVmRig *self)
{
    gint64 end_us = firn_test_give_up_us();

    while (!firn_test_firnd_is_idle(self->firnd)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

static void
play_at_step(FirnVmRig *self, FirnTestProxyHook scene)
{
    Play *play = g_new0(Play, 1);

    firn_vm_rig_restart_to_stop_at(self, "cut: before");
    g_clear_pointer(&self->player, g_thread_join);
    *play = (Play){self, firn_test_firnd_get_pid(self->firnd), scene};
    self->player = g_thread_new("player", play_in_window, play);
}

void
firn_vm_rig_in_window(FirnVmRig *self, FirnTestProxyHook scene)
{
    if (self->monitor != NULL)
        firn_test_proxy_on_request(self->monitor, "\"transaction\"", 1, scene, self);
    else
        play_at_step(self, scene);
}

gboolean
firn_vm_rig_needs_proxy(FirnVmRig *self)
{
    if (self->monitor == NULL)
        g_test_skip("the monitor belongs to libvirt, so there can be no proxy");
    return self->monitor != NULL;
}
