/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "database-guest.h"

#include <stdio.h>
#include <string.h>

#include "disk-image.h"

/* A server may be slow to start. Longer than any machine should take. */
#define COMMAND_MS 120000
#define SOME_ACKS  10
/* firnd waits two seconds for each answer of an agent, and claims less if there is none, which on a
 * busy host is no fault. */
#define ATTEMPTS 5

static char *
get_image(const char *name)
{
    return g_build_filename(FIRN_TEST_DATABASES, name, NULL);
}

gboolean
firn_database_guest_can_run(void)
{
    g_autofree char *programs = get_image("programs.ext4");
    gboolean there = g_file_test(programs, G_FILE_TEST_EXISTS);

    if (!there)
        g_test_skip("no image: run tests/guest-hooks/databases/build-image build-guest/databases");
    return there && firn_test_guest_can_run();
}

static void
choose_disks(FirnDatabaseGuest *self, const char *database)
{
    g_autofree char *programs = get_image("programs.ext4");

    for (guint i = 0; i < 2; i++) {
        g_autofree char *name = g_strdup_printf("%s-%c.qcow2", database, 'a' + i);

        self->templates[i] = get_image(name);
    }
    self->drive = g_strdup_printf("if=none,id=databases,format=raw,read-only=on,file=%s", programs);
    memcpy(self->extra, self->hooks.extra, 4 * sizeof *self->extra);
    self->extra[4] = "-drive";
    self->extra[5] = self->drive;
    self->extra[6] = "-device";
    self->extra[7] = "virtio-blk-pci,drive=databases";
}

static char *
run(FirnDatabaseGuest *self, const char *command, gboolean should_succeed)
{
    g_autoptr(GError) error = NULL;
    int status = -1;
    char *output = firn_test_guest_shell(self->vm.guest, command, COMMAND_MS, &status, &error);

    g_assert_no_error(error);
    if ((status == 0) != should_succeed)
        g_error("in guest: %s: exit status %d: %s", command, status, output);
    return output;
}

char *
firn_database_guest_do(FirnDatabaseGuest *self, const char *command)
{
    return run(self, command, TRUE);
}

char *
firn_database_guest_refuses(FirnDatabaseGuest *self, const char *command)
{
    return run(self, command, FALSE);
}

static void
mount_programs(FirnDatabaseGuest *self)
{
    g_free(firn_database_guest_do(
        self,
        "mkdir /db && mount -t ext4 -o ro /dev/vdd /db && sh /db/in-guest/guest-set-up"));
}

void
firn_database_guest_set_up(FirnDatabaseGuest *self, const char *database)
{
    self->options.with_proxy = TRUE;
    firn_hook_guest_get_options(&self->hooks, &self->options.guest);
    choose_disks(self, database);
    self->options.guest.memory_mib = 384;
    self->options.guest.extra = self->extra;
    self->options.guest.disk_templates = (const char *const *)self->templates;
    firn_vm_rig_set_up(&self->vm, &self->options);
    mount_programs(self);
    firn_hook_guest_begin(&self->hooks, self->vm.guest);
    firn_test_guest_write_file(self->vm.guest,
                               "/etc/firn/guard.conf",
                               "DeadmanSec=60\nFreezeTotalSec=200\n");
}

void
firn_database_guest_tear_down(FirnDatabaseGuest *self)
{
    firn_vm_rig_tear_down(&self->vm, &self->options);
    firn_hook_guest_end(&self->hooks);
    g_free(self->drive);
    for (guint i = 0; i < 2; i++)
        g_free(self->templates[i]);
}

static void
install_file(FirnDatabaseGuest *self, const char *name)
{
    g_autofree char *from = g_build_filename(FIRN_TEST_SHIPPED_HOOKS, name, NULL);
    g_autofree char *to = g_build_filename("/usr/lib/firn/hooks.d", name, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    g_file_get_contents(from, &text, NULL, &error);
    g_assert_no_error(error);
    firn_test_guest_write_file(self->vm.guest, to, text);
}

void
firn_database_guest_install_hook(FirnDatabaseGuest *self, const char *name, const char *more)
{
    g_autofree char *conf = g_strconcat(name, ".conf", NULL);
    g_autofree char *own = g_build_filename("/etc/firn/hooks.d", conf, NULL);

    firn_hook_guest_do(&self->hooks, "mkdir -p /usr/lib/firn/hooks.d");
    install_file(self, name);
    install_file(self, conf);
    firn_test_guest_write_file(self->vm.guest, own, more);
    firn_hook_guest_do(&self->hooks, "chmod 755 /usr/lib/firn/hooks.d/%s", name);
}

void
firn_database_guest_load(FirnDatabaseGuest *self, const char *command)
{
    g_free(firn_database_guest_do(self, command));
    firn_test_guest_wait_ack(self->vm.guest, SOME_ACKS);
}

static FirnDatabaseGuest *cut_guest;

/* Whatever was acknowledged by now is older than the cut. */
static FirnTestVerdict
note_acked(const char *line, gpointer rig)
{
    cut_guest->acked = firn_test_guest_get_last_ack(cut_guest->vm.guest);
    if (cut_guest->in_window != NULL)
        cut_guest->in_window(cut_guest);
    return FIRN_TEST_VERDICT_FORWARD;
}

static gboolean
has_report(FirnDatabaseGuest *self)
{
    g_autoptr(JsonNode) node = firn_test_firnd_show(self->vm.firnd, "web1", "s1");
    JsonObject *evidence = json_object_get_object_member(json_node_get_object(node), "evidence");

    return json_object_has_member(evidence, "guest_report");
}

static void
create(FirnDatabaseGuest *self, const char *option)
{
    cut_guest = self;
    firn_vm_rig_in_window(&self->vm, note_acked);
    g_free(
        firn_vm_rig_create(&self->vm, 0, "--freeze-wait=240s", "--frozen-max=120s", option, NULL));
    g_assert_cmpint(self->acked, >=, SOME_ACKS);
    firn_test_guest_wait_ack(self->vm.guest, self->acked + SOME_ACKS);
}

void
firn_database_guest_create(FirnDatabaseGuest *self, const char *option)
{
    g_autofree char *told = NULL;
    gboolean is_judged = option == NULL && self->in_window == NULL;
    guint left = ATTEMPTS;

    create(self, option);
    while (is_judged && !has_report(self) && --left > 0) {
        g_test_message("the guest's agent was slow: once more");
        g_free(firn_vm_rig_run(&self->vm, 0, "delete web1 s1 --yes"));
        create(self, option);
    }
    told = firn_hook_guest_run(&self->hooks, "cat /run/firn/last.json");
    g_test_message("report: %s", told);
}

void
firn_database_guest_kill(FirnDatabaseGuest *self)
{
    firn_test_guest_kill(self->vm.guest);
}

void
firn_database_guest_start(FirnDatabaseGuest *self)
{
    firn_test_guest_start(self->vm.guest, NULL);
    firn_test_guest_wait_ready(self->vm.guest);
    mount_programs(self);
}

void
firn_database_guest_restore(FirnDatabaseGuest *self)
{
    firn_database_guest_kill(self);
    g_free(firn_vm_rig_run(&self->vm, 0, "restore web1 s1 --accept-inconsistent"));
    firn_database_guest_start(self);
}

void
firn_database_guest_cut_disk(FirnDatabaseGuest *self, guint index, const char *tag)
{
    g_autofree char *arguments =
        g_strdup_printf("{\"device\": \"node-vd%c\", \"name\": \"%s\"}", 'a' + index, tag);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply =
        firn_test_guest_qmp(self->vm.guest, "blockdev-snapshot-internal-sync", arguments, &error);

    g_assert_no_error(error);
}

void
firn_database_guest_revert_disk(FirnDatabaseGuest *self, guint index, const char *tag)
{
    const char *disk = firn_test_guest_get_disk(self->vm.guest, index);

    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-a", tag, disk, NULL));
}

gboolean
firn_database_guest_is_whole(FirnDatabaseGuest *self, const char *found, const char *table)
{
    g_autofree char *format = g_strdup_printf("\n%s=", table);
    g_autofree char *lines = g_strconcat("\n", found, NULL);
    const char *at = strstr(lines, format);
    gint64 count = -1;
    gint64 last = -1;

    if (at == NULL ||
        sscanf(at + strlen(format), "%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, &count, &last) != 2)
        return FALSE;
    return count == last && last >= self->acked;
}
