/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-guest.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk-image.h"

/* Always the same, because RAM that was saved knows its disks' sizes. */
#define ARCHIVE_BYTES       (8 * 1024 * 1024)
#define AGENT_ARCHIVE_BYTES (64 * 1024 * 1024)
#define ANSWER_MS           60000
#define LOOK_AGAIN_US       50000

static void
copy_program(const char *from, const char *root, const char *to)
{
    g_autofree char *path = g_strconcat(root, to, NULL);

    g_free(firn_test_disk_image_run("install", "-D", "-s", from, path, NULL));
}

static void
write_settings(const char *root)
{
    g_autofree char *folder = g_strconcat(root, "/etc/firn/hooks.d", NULL);
    g_autofree char *path = g_strconcat(root, "/etc/firn/guard.conf", NULL);

    g_assert_no_errno(g_mkdir_with_parents(folder, 0755));
    g_assert_true(g_file_set_contents(path, "DeadmanSec=5\n", -1, NULL));
    g_assert_no_errno(g_chmod(path, 0644));
}

/* NULL: the one of the image. */
static const char *
get_agent(void)
{
    return g_getenv("FIRN_TEST_AGENT");
}

static void
copy_agent(const char *root)
{
    g_autofree char *folder = g_strconcat(root, "/opt", NULL);
    g_autofree char *to = g_strconcat(folder, "/agent", NULL);

    g_assert_no_errno(g_mkdir_with_parents(folder, 0755));
    if (get_agent() != NULL)
        g_free(firn_test_disk_image_run("cp", "-r", get_agent(), to, NULL));
}

/* The name tells RAM that was saved apart, as the size does. */
static char *
make_archive(const char *folder)
{
    const char *name = get_agent() != NULL ? "programs-agent.tar" : "programs.tar";
    g_autofree char *root = g_build_filename(folder, "root", NULL);
    char *archive = g_build_filename(folder, name, NULL);

    copy_agent(root);
    copy_program(FIRN_TEST_HOOK, root, "/bin/firn-hook");
    copy_program(FIRN_TEST_PORT, root, "/bin/firn-port");
    copy_program(FIRN_TEST_OLD_KERNEL, root, "/bin/old-kernel");
    copy_program(FIRN_TEST_GUARD, root, FIRN_TEST_GUARD_PLACE);
    write_settings(root);
    g_free(firn_test_disk_image_run("tar",
                                    "-C",
                                    root,
                                    "--owner=0",
                                    "--group=0",
                                    "--mode=go-w",
                                    "-cf",
                                    archive,
                                    "bin",
                                    "etc",
                                    "opt",
                                    FIRN_TEST_GUARD_PLACE + 1,
                                    NULL));
    g_assert_no_errno(truncate(archive, get_agent() != NULL ? AGENT_ARCHIVE_BYTES : ARCHIVE_BYTES));
    return archive;
}

void
firn_hook_guest_get_options(FirnHookGuest *self, FirnTestGuestOptions *out)
{
    g_autofree char *archive = NULL;

    self->dir = firn_test_scratch_dir_new();
    archive = make_archive(firn_test_scratch_dir_get_path(self->dir));
    self->drive = g_strdup_printf("if=none,id=programs,format=raw,read-only=on,file=%s", archive);
    self->extra[0] = "-drive";
    self->extra[1] = self->drive;
    self->extra[2] = "-device";
    self->extra[3] = "virtio-blk-pci,drive=programs";
    self->chardev = g_strdup_printf("socket,id=guard,server=on,wait=off,path=%s/guard",
                                    firn_test_scratch_dir_get_path(self->dir));
    self->extra[4] = "-chardev";
    self->extra[5] = self->chardev;
    self->extra[6] = "-device";
    self->extra[7] = "virtserialport,chardev=guard,name=org.firn.guard.0";
    *out = (FirnTestGuestOptions){.n_disks = 2,
                                  .words = "firn.agentargs=-F/bin/firn-hook",
                                  .extra = self->extra};
}

/* In a new file: the one that runs is not changed, and ends. */
static void
replace_agent(FirnHookGuest *self)
{
    firn_hook_guest_do(self,
                       "printf '#!/bin/sh\\nexec /opt/agent/qemu-ga --library-path /opt/agent/lib "
                       "/opt/agent/program \"$@\"\\n' > /bin/qemu-ga.new && "
                       "chmod 755 /bin/qemu-ga.new && mv /bin/qemu-ga.new /bin/qemu-ga && "
                       "killall qemu-ga");
    firn_hook_guest_wait(self,
                         "tr '\\0' ' ' < /proc/$(pidof qemu-ga)/cmdline | grep -q /opt/agent && "
                         "ls -l /proc/$(pidof qemu-ga)/fd | grep -q vport");
}

void
firn_hook_guest_begin(FirnHookGuest *self, FirnTestGuest *guest)
{
    self->guest = guest;
    firn_hook_guest_do(self, "chmod 755 /run && tar xf /dev/vdc -C /");
    if (get_agent() != NULL)
        replace_agent(self);
    firn_hook_guest_start_guard(self);
}

/* The guest has no udev, which gives ports their names. */
void
firn_hook_guest_start_port(FirnHookGuest *self)
{
    firn_hook_guest_do(self,
                       "for p in /sys/class/virtio-ports/*; do "
                       "grep -qx org.firn.guard.0 $p/name && "
                       "{ firn-port /dev/${p##*/} </dev/null >/dev/null 2>&1 & }; done; "
                       "for i in $(seq 100); do pidof firn-port && exit; sleep 0.1; done; exit 1");
}

void
firn_hook_guest_set_up(FirnHookGuest *self)
{
    FirnTestGuestOptions options;
    g_autoptr(GError) error = NULL;

    firn_hook_guest_get_options(self, &options);
    self->guest = firn_test_guest_new(&options);
    firn_test_guest_wait_ready(self->guest);
    self->agent =
        firn_test_wire_connect(firn_test_guest_get_path(self->guest, "qga"), 5000, &error);
    g_assert_no_error(error);
    firn_hook_guest_begin(self, self->guest);
}

void
firn_hook_guest_end(FirnHookGuest *self)
{
    g_free(self->drive);
    g_free(self->chardev);
    firn_test_scratch_dir_free(self->dir);
}

void
firn_hook_guest_tear_down(FirnHookGuest *self)
{
    firn_test_wire_free(self->agent);
    firn_test_guest_free(self->guest);
    firn_hook_guest_end(self);
}

char *
firn_hook_guest_run(FirnHookGuest *self, const char *format, ...)
{
    g_autofree char *command = NULL;
    va_list rest;

    va_start(rest, format);
    command = g_strdup_vprintf(format, rest);
    va_end(rest);
    return firn_test_guest_run(self->guest, command);
}

void
firn_hook_guest_do(FirnHookGuest *self, const char *format, ...)
{
    g_autofree char *command = NULL;
    va_list rest;

    va_start(rest, format);
    command = g_strdup_vprintf(format, rest);
    va_end(rest);
    g_free(firn_test_guest_run(self->guest, command));
}

void
firn_hook_guest_start_guard(FirnHookGuest *self)
{
    /* As with systemd: firn-hook, which asks whether it runs, starts no other one. */
    firn_hook_guest_do(self,
                       "mkdir -p /run/systemd/system; setsid old-kernel " FIRN_TEST_GUARD_PLACE
                       " </dev/null >/run/guard.log 2>&1 &");
    firn_hook_guest_wait(self, "firn-hook status");
    firn_hook_guest_do(self,
                       "rmdir /run/systemd/system && "
                       "grep -q '^Seccomp:.*2' /proc/$(pidof firn-guard)/status");
}

void
firn_hook_guest_send(FirnHookGuest *self, const char *command)
{
    g_autofree char *line = g_strdup_printf("{\"execute\": \"%s\"}\n", command);
    g_autoptr(GError) error = NULL;

    firn_test_wire_send(self->agent, line, &error);
    g_assert_no_error(error);
}

char *
firn_hook_guest_receive(FirnHookGuest *self)
{
    g_autoptr(GError) error = NULL;
    char *line = firn_test_wire_read_line(self->agent, firn_test_wire_deadline(ANSWER_MS), &error);

    g_assert_no_error(error);
    return line;
}

static void
assert_in(const char *text, const char *part, const char *what)
{
    if (strstr(text, part) == NULL)
        g_error("%s: \"%s\" is not in: %s", what, part, text);
}

void
firn_hook_guest_assert_agent(FirnHookGuest *self, const char *command, const char *part)
{
    g_autofree char *line = NULL;

    firn_hook_guest_send(self, command);
    line = firn_hook_guest_receive(self);
    if (strstr(line, part) == NULL)
        g_test_message("report: %s", firn_hook_guest_run(self, "cat /run/firn/last.json"));
    assert_in(line, part, command);
}

/* Since 9.1 it passes on what the hook has printed; before, its exit status. */
gboolean
firn_hook_guest_passes_text(FirnHookGuest *self)
{
    g_autofree char *line = NULL;
    const char *version;

    firn_hook_guest_send(self, "guest-info");
    line = firn_hook_guest_receive(self);
    version = strstr(line, "\"version\": \"");
    if (version == NULL)
        g_error("guest-info: %s", line);
    return g_ascii_strtod(version + strlen("\"version\": \""), NULL) >= 9.1;
}

void
firn_hook_guest_write_hook(FirnHookGuest *self,
                           const char *name,
                           const char *script,
                           const char *conf)
{
    g_autofree char *path = g_strconcat("/etc/firn/hooks.d/", name, NULL);
    g_autofree char *conf_path = g_strconcat(path, ".conf", NULL);
    g_autofree char *text = g_strconcat("#!/bin/sh\n", script, "\n", NULL);

    firn_test_guest_write_file(self->guest, path, text);
    firn_hook_guest_do(self, "chmod 755 %s", path);
    if (conf != NULL)
        firn_test_guest_write_file(self->guest, conf_path, conf);
}

void
firn_hook_guest_remove_hooks(FirnHookGuest *self)
{
    firn_hook_guest_do(self, "rm -f /etc/firn/hooks.d/* /run/log");
}

void
firn_hook_guest_wait(FirnHookGuest *self, const char *command)
{
    gint64 end_us = firn_test_wire_deadline(ANSWER_MS);
    int status = -1;

    while (status != 0) {
        g_autofree char *output =
            firn_test_guest_shell(self->guest, command, ANSWER_MS, &status, NULL);

        if (status != 0 && g_get_monotonic_time() > end_us)
            g_error("%s: %s", command, output);
        if (status != 0)
            g_usleep(LOOK_AGAIN_US);
    }
}

void
firn_hook_guest_assert_report(FirnHookGuest *self, const char *part)
{
    g_autofree char *report = firn_hook_guest_run(self, "cat /run/firn/last.json");

    assert_in(report, part, "report");
}

gint64
firn_hook_guest_get_number(FirnHookGuest *self, const char *key)
{
    g_autofree char *report = firn_hook_guest_run(self, "cat /run/firn/last.json");
    g_autofree char *field = g_strdup_printf("\"%s\": ", key);

    assert_in(report, field, "report");
    return atoll(strstr(report, field) + strlen(field));
}

void
firn_hook_guest_assert_thawed(FirnHookGuest *self)
{
    g_assert_false(firn_test_guest_is_frozen(self->guest, "/mnt/a"));
    g_assert_false(firn_test_guest_is_frozen(self->guest, "/mnt/b"));
    firn_hook_guest_assert_agent(self, "guest-fsfreeze-status", "\"thawed\"");
}

void
firn_hook_guest_throttle(FirnHookGuest *self, guint index, guint bytes_s)
{
    g_autofree char *arguments =
        g_strdup_printf("{\"device\": \"vd%c\", \"bps\": 0, \"bps_rd\": 0, \"bps_wr\": %u, "
                        "\"iops\": 0, \"iops_rd\": 0, \"iops_wr\": 0}",
                        'a' + index,
                        bytes_s);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply =
        firn_test_guest_qmp(self->guest, "block_set_io_throttle", arguments, &error);

    g_assert_no_error(error);
}
