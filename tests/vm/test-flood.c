/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "disk-image.h"
#include "fake-agent.h"
#include "fake-monitor.h"
#include "transcript.h"
#include "vm-rig.h"

#define GROWTH_KIB 8192
/* A guest accepts no line above 128 KiB. */
#define CASE_BYTES 500
#define PORT       "/dev/virtio-ports/org.qemu.guest_agent.0"

/* A real guest in which another process than the agent holds the agent's port, and a second VM. */
typedef struct {
    FirnVmRig rig;
    FirnTestFakeMonitor *monitor; /* (owned) of web2 */
    FirnTestFakeAgent *agent;     /* (owned) of web2 */
    guint64 before_kib;
    guint made; /* snapshots made so far */
} Fixture;

static guint64
read_memory(Fixture *self, const char *key)
{
    g_autofree char *path =
        g_strdup_printf("/proc/%d/status", firn_test_firnd_get_pid(self->rig.firnd));
    g_autofree char *text = NULL;
    const char *found;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    found = strstr(text, key);
    g_assert_nonnull(found);
    return g_ascii_strtoull(found + strlen(key), NULL, 10);
}

static void
create(Fixture *self, const char *vm, const char *quiesce, int status, const char *verdict)
{
    g_autofree char *name = g_strdup_printf("s%u", ++self->made);
    g_autofree char *option = g_strconcat("--quiesce=", quiesce, NULL);
    g_auto(FirnTestOutcome) outcome = {0};
    g_auto(FirnTestOutcome) gone = {0};
    g_autoptr(JsonNode) shown = NULL;

    firn_test_firnd_firn(self->rig.firnd, &outcome, "create", vm, name, option, NULL);
    g_test_message("%s: %d %s%s", vm, outcome.status, outcome.out, outcome.err);
    g_assert_cmpint(outcome.status, ==, status);
    shown = firn_test_firnd_show(self->rig.firnd, vm, name);
    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(shown), "verdict"),
                    ==,
                    verdict);
    firn_test_firnd_firn(self->rig.firnd, &gone, "delete", vm, name, "--yes", NULL);
    g_assert_cmpint(gone.status, ==, 0);
}

static void
add_second_vm(Fixture *self)
{
    g_autofree char *file =
        g_build_filename(firn_test_firnd_get_machines_dir(self->rig.firnd), "web2.conf", NULL);
    const char *image = firn_test_guest_get_path(self->rig.guest, "web2.qcow2");
    g_autofree char *text = NULL;

    g_free(firn_test_disk_image_run("qemu-img", "create", "-q", "-f", "qcow2", image, "1M", NULL));
    self->monitor = firn_test_fake_monitor_new(NULL, 1);
    firn_test_fake_monitor_set_disk(self->monitor, "vda", "qcow2", image, FALSE);
    self->agent = firn_test_fake_agent_new(NULL, 1);
    text = g_strdup_printf("[machine]\nuuid=%s\nqmp=%s\nagent=%s\n",
                           firn_test_fake_monitor_get_uuid(self->monitor),
                           firn_test_peer_get_path(firn_test_fake_monitor_get_peer(self->monitor)),
                           firn_test_peer_get_path(firn_test_fake_agent_get_peer(self->agent)));
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static void
set_up(Fixture *self, gconstpointer data)
{
    g_autofree char *path = NULL;
    FILE *file;

    firn_vm_rig_set_up(&self->rig, NULL);
    add_second_vm(self);
    firn_test_firnd_signal(self->rig.firnd, 15);
    firn_test_firnd_wait_end(self->rig.firnd);
    firn_test_firnd_start(self->rig.firnd);
    create(self, "web1", "require", 0, "filesystem");
    create(self, "web2", "require", 0, "filesystem");
    path = g_strdup_printf("/proc/%d/clear_refs", firn_test_firnd_get_pid(self->rig.firnd));
    file = fopen(path, "w");
    g_assert_nonnull(file);
    fputs("5", file); /* resets the peak */
    fclose(file);
    self->before_kib = read_memory(self, "VmRSS:");
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_vm_rig_tear_down(&self->rig, NULL);
    firn_test_fake_monitor_free(self->monitor);
    firn_test_fake_agent_free(self->agent);
}

/* A process takes the port and writes @source without end. */
static void
begin_flood(Fixture *self, const char *source)
{
    g_autofree char *command =
        g_strdup_printf("touch /run/no-agent; killall -9 qemu-ga;"
                        " (while :; do %s; done >" PORT ") >/dev/null 2>&1 & echo $! >/run/flood",
                        source);

    g_free(firn_test_guest_run(self->rig.guest, command));
}

static void
end_flood(Fixture *self)
{
    g_free(firn_test_guest_run(self->rig.guest,
                               "kill -9 $(cat /run/flood); killall -9 cat yes;"
                               " rm -f /run/no-agent; until ls -l /proc/$(pidof qemu-ga)/fd |"
                               " grep -q vport; do sleep 0.1; done"));
}

static void
assert_growth(Fixture *self)
{
#ifndef __SANITIZE_ADDRESS__
    guint64 peak_kib = read_memory(self, "VmHWM:");

    g_test_message("%" G_GUINT64_FORMAT " KiB more at most", peak_kib - self->before_kib);
    g_assert_cmpuint(peak_kib, <, self->before_kib + GROWTH_KIB);
#endif
}

static void
assert_made_unfrozen(Fixture *self)
{
    g_autoptr(JsonNode) shown = firn_test_firnd_show(self->rig.firnd, "web1", "x");
    g_auto(FirnTestOutcome) gone = {0};

    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(shown), "verdict"),
                    ==,
                    "crash");
    firn_test_firnd_firn(self->rig.firnd, &gone, "delete", "web1", "x", "--yes", NULL);
    g_assert_cmpint(gone.status, ==, 0);
}

static void
suffer(Fixture *self, const char *source)
{
    GPid victim;

    g_test_message("%s", source);
    begin_flood(self, source);
    victim = firn_test_firnd_spawn(self->rig.firnd, "create", "web1", "x", "--quiesce=try", NULL);
    create(self, "web2", "require", 0, "filesystem");
    waitpid(victim, NULL, 0);
    create(self, "web2", "require", 0, "filesystem");
    assert_made_unfrozen(self);
    end_flood(self);
    assert_growth(self);
}

static void
test_endless(Fixture *self, gconstpointer data)
{
    suffer(self, "cat /dev/zero");
    suffer(self, "cat /dev/urandom");
    suffer(self, "yes '{\"return\": {}}'");
    create(self, "web1", "require", 0, "filesystem");
    firn_vm_rig_assert_well(&self->rig);
}

/* The beginnings of the agent's test cases, one after the other. */
static GByteArray *
read_cases(void)
{
    g_autoptr(GDir) dir = g_dir_open(FIRN_TEST_HOSTILE_CASES, 0, NULL);
    GByteArray *bytes = g_byte_array_new();
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(FIRN_TEST_HOSTILE_CASES, name, NULL);
        g_autoptr(FirnTestTranscript) script = firn_test_transcript_load(path);
        g_autoptr(GBytes) text = firn_test_transcript_dup_bytes(script);
        gsize length;
        const guint8 *data = g_bytes_get_data(text, &length);

        if (!firn_test_transcript_is_monitor(script))
            g_byte_array_append(bytes, data, (guint)MIN(length, CASE_BYTES));
    }
    g_assert_cmpuint(bytes->len, >, 0);
    return bytes;
}

static void
test_cases(Fixture *self, gconstpointer data)
{
    g_autoptr(GByteArray) bytes = read_cases();
    g_autofree char *encoded = g_base64_encode(bytes->data, bytes->len);

    firn_test_guest_write_file(self->rig.guest, "/run/cases.base64", encoded);
    g_free(firn_test_guest_run(self->rig.guest, "base64 -d /run/cases.base64 >/run/cases"));
    suffer(self, "cat /run/cases");
    create(self, "web1", "require", 0, "filesystem");
    firn_vm_rig_assert_well(&self->rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/vm/flood/endless", Fixture, NULL, set_up, test_endless, tear_down);
    g_test_add("/vm/flood/hostile-cases", Fixture, NULL, set_up, test_cases, tear_down);
    return g_test_run();
}
