/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "running-rig.h"

#include <string.h>

#include "saved-guest.h"

/* Images and LVs are of one size, so that guests with either can begin from one saved RAM. */
#define GUEST .n_disks = 3, .disk_mib = RUNNING_RIG_DISK_MIB, .disk_format = "raw"
#define IMAGE "/tmp/image"

static const FirnTestGuestOptions outside = {GUEST};
static const char *const paths[] = {"raw:/dev/test-vg/thin",
                                    "raw:/dev/mapper/test--vg-thick",
                                    "qcow2:" IMAGE,
                                    NULL};
static const FirnVmRigOptions inside = {
    .guest = {GUEST, .disk_paths = paths}
};

static void
set_up(FirnRunningRig *self, gconstpointer data)
{
    firn_lvm_rig_do_run("lvm lvcreate -q -y -Wn -V %uM --thinpool pool -n thin test-vg && "
                        "lvm lvcreate -q -y -Wn -L %uM -n thick test-vg && "
                        "mkfs.ext4 -q /dev/test-vg/thin && mkfs.ext4 -q /dev/test-vg/thick && "
                        "qemu-img create -q -f qcow2 " IMAGE " %uM",
                        RUNNING_RIG_DISK_MIB,
                        RUNNING_RIG_DISK_MIB,
                        RUNNING_RIG_DISK_MIB);
    self->lvs_before = firn_lvm_rig_list_lvs();
    firn_vm_rig_set_up(&self->vm, &inside);
}

static void
tear_down(FirnRunningRig *self, gconstpointer data)
{
    firn_vm_rig_tear_down(&self->vm, &inside);
    firn_lvm_rig_do_run("lvm lvs --noheadings -o vg_name,lv_name --select 'lv_name!=pool' "
                        "--separator / | xargs lvm lvremove -q -y; rm " IMAGE);
    g_free(self->lvs_before);
}

void
firn_running_rig_add(const char *name,
                     gconstpointer data,
                     void (*test)(FirnRunningRig *self, gconstpointer data))
{
    g_test_add(name, FirnRunningRig, data, set_up, test, tear_down);
}

int
firn_running_rig_main(int argc, char **argv, void (*add)(void))
{
    if (g_getenv("FIRN_TEST_PREPARE") != NULL) {
        firn_test_saved_guest_prepare(&outside);
        return 0;
    }
    g_test_init(&argc, &argv, NULL);
    firn_lvm_rig_do_run("lvm pvcreate -q /dev/vda && lvm vgcreate -q test-vg /dev/vda && "
                        "lvm lvcreate -q -y --type thin-pool -L 128M --poolmetadatasize 4M -n pool "
                        "test-vg && lvm lvchange -q --errorwhenfull y test-vg/pool");
    add();
    return g_test_run();
}

void
firn_running_rig_run(FirnRunningRig *self, const char *line)
{
    gint64 begin_us = g_get_monotonic_time();

    g_free(firn_vm_rig_run(&self->vm, 0, line));
    g_test_message("%s: %.1f s",
                   line,
                   (double)(g_get_monotonic_time() - begin_us) / G_USEC_PER_SEC);
}

char *
firn_running_rig_get_volume(FirnRunningRig *self, const char *snapshot, const char *disk)
{
    g_autoptr(JsonNode) shown = firn_test_firnd_show(self->vm.firnd, "web1", snapshot);
    const char *tag = json_object_get_string_member(json_node_get_object(shown), "tag");
    char *path = g_strdup_printf("/dev/test-vg/%s.firn%s", disk, strrchr(tag, '.'));

    firn_lvm_rig_do_run("test -e %s || lvm lvchange -q -ay -K %s", path, path + strlen("/dev/"));
    return path;
}

void
firn_running_rig_write_word(FirnRunningRig *self, const char *word)
{
    g_autofree char *command =
        g_strdup_printf("echo %s >/mnt/a/word; echo %s >/mnt/b/word; sync", word, word);

    g_free(firn_test_guest_run(self->vm.guest, command));
}

void
firn_running_rig_assert_word(FirnRunningRig *self, const char *word)
{
    g_autofree char *found = firn_test_guest_run(self->vm.guest, "cat /mnt/a/word /mnt/b/word");
    g_autofree char *expected = g_strdup_printf("%s\n%s", word, word);

    g_assert_cmpstr(found, ==, expected);
}

void
firn_running_rig_restore(FirnRunningRig *self, const char *snapshot)
{
    g_autofree char *line = g_strdup_printf("restore web1 %s --stop --grace=0", snapshot);

    firn_running_rig_run(self, line);
    firn_test_guest_adopt(self->vm.guest);
    firn_test_guest_wait_ready(self->vm.guest);
}

void
firn_running_rig_assert_untouched(FirnRunningRig *self)
{
    g_autofree char *now = firn_lvm_rig_list_lvs();

    firn_vm_rig_assert_well(&self->vm);
    g_assert_cmpstr(now, ==, self->lvs_before);
}
