/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest that runs and writes, while its disks, on a thin LV, a thick LV and in a qcow2 image, are
 * cut in one freeze window. */
#include <stdlib.h>
#include <string.h>

#include "disk-image.h"
#include "memory-witness.h"
#include "running-rig.h"

/* Records are numbered lines; those of a torn write are not counted. */
static gint64
count_records(const char *path)
{
    g_autofree char *text = firn_test_disk_image_run("debugfs", "-R", "cat /records", path, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
    gint64 count = 0;

    for (GStrv line = lines; *line != NULL; line++)
        if (g_str_has_prefix(*line, "record ") && atoll(*line + 7) == count + 1)
            count++;
    return count;
}

/* Frozen while it writes: the journals of both file systems are empty, no acknowledged record is
 * missing, and both disks are of one instant. */
static void
assert_consistent(FirnRunningRig *self, const char *snapshot, gint64 acknowledged)
{
    g_autofree char *a = firn_running_rig_get_volume(self, snapshot, "thin");
    g_autofree char *b = firn_running_rig_get_volume(self, snapshot, "thick");
    gint64 n_a = count_records(a);
    gint64 n_b = count_records(b);

    g_assert_false(firn_test_disk_image_needs_recovery(a));
    g_assert_false(firn_test_disk_image_needs_recovery(b));
    g_free(firn_test_disk_image_run("e2fsck", "-fn", a, NULL));
    g_free(firn_test_disk_image_run("e2fsck", "-fn", b, NULL));
    g_assert_cmpint(n_b, >=, acknowledged);
    g_assert_cmpint(n_a, >=, n_b);
    g_assert_cmpint(n_a, <=, n_b + 1);
}

static void
take_under_load(FirnRunningRig *self, const char *snapshot, const char *word)
{
    g_autofree char *line = g_strdup_printf("create web1 %s", snapshot);
    gint64 acknowledged = firn_test_guest_get_last_ack(self->vm.guest);

    firn_running_rig_write_word(self, word);
    firn_test_guest_wait_ack(self->vm.guest, acknowledged + 3);
    acknowledged = firn_test_guest_get_last_ack(self->vm.guest);
    firn_running_rig_run(self, line);
    assert_consistent(self, snapshot, acknowledged);
    acknowledged = firn_test_guest_get_last_ack(self->vm.guest);
    firn_test_guest_wait_ack(self->vm.guest, acknowledged + 3);
}

/* Each snapshot is restored twice, in any order. */
static void
test_life_cycle(FirnRunningRig *self, gconstpointer data)
{
    g_autofree char *tree = NULL;

    g_free(firn_test_guest_run(self->vm.guest, "writer start"));
    take_under_load(self, "s1", "one");
    firn_vm_rig_assert_verdict(&self->vm, "filesystem", "GuestAgent");
    take_under_load(self, "s2", "two");
    tree = firn_vm_rig_run(&self->vm, 0, "tree web1");
    g_assert_nonnull(strstr(tree, "s1"));
    g_assert_nonnull(strstr(tree, "s2"));
    firn_running_rig_write_word(self, "three");
    firn_running_rig_restore(self, "s1");
    firn_running_rig_assert_word(self, "one");
    firn_running_rig_restore(self, "s2");
    firn_running_rig_assert_word(self, "two");
    firn_running_rig_write_word(self, "four");
    firn_running_rig_restore(self, "s2");
    firn_running_rig_assert_word(self, "two");
    firn_running_rig_restore(self, "s1");
    firn_running_rig_assert_word(self, "one");
    firn_running_rig_run(self, "delete web1 s1 --yes");
    firn_running_rig_run(self, "delete web1 s2 --yes");
    firn_running_rig_run(self, "undo web1 --forget");
    firn_running_rig_assert_untouched(self);
}

/* RAM and all disks are of one instant: what runs in the guest continues. */
static void
test_memory(FirnRunningRig *self, gconstpointer way)
{
    FirnTestGuest *guest = self->vm.guest;
    g_autofree char *line = g_strdup_printf("create web1 s1 --memory=%s", (const char *)way);
    g_autofree char *checksum = NULL;
    gint64 count_then;

    firn_running_rig_run(self, "policy web1 set allow-memory=yes");
    checksum = firn_memory_witness_begin(guest);
    firn_running_rig_run(self, line);
    count_then = firn_memory_witness_count(guest);
    g_free(firn_test_guest_run(guest, "rm /run/ram; touch /run/later /mnt/a/later; sync"));
    firn_running_rig_run(self, "restore web1 s1 --stop --grace=0");
    firn_test_guest_adopt(guest);
    firn_test_guest_wait_answer(guest);
    g_assert_true(firn_test_guest_is_running(guest));
    firn_memory_witness_assert_goes_on(guest, checksum, count_then);
    firn_running_rig_run(self, "delete web1 s1 --yes");
    firn_running_rig_run(self, "undo web1 --forget");
    firn_running_rig_assert_untouched(self);
}

/* Without a freeze the cuts are of different instants, which is told. */
static void
test_not_frozen(FirnRunningRig *self, gconstpointer data)
{
    g_autofree char *shown = NULL;

    firn_running_rig_run(self, "create web1 s1 --quiesce=never");
    firn_vm_rig_assert_verdict(&self->vm, "crash", "InstantsApart");
    shown = firn_vm_rig_run(&self->vm, 0, "show web1 s1");
    g_assert_nonnull(strstr(shown, "disks cut one after another, within "));
    firn_running_rig_run(self, "delete web1 s1 --yes");
    firn_running_rig_assert_untouched(self);
}

static void
test_paused(FirnRunningRig *self, gconstpointer data)
{
    g_autofree char *shown = NULL;

    firn_running_rig_run(self, "create web1 s1 --quiesce=never --pause");
    firn_vm_rig_assert_verdict(&self->vm, "crash", "PausedForCut");
    shown = firn_vm_rig_run(&self->vm, 0, "show web1 s1");
    g_assert_null(strstr(shown, "InstantsApart"));
    firn_running_rig_run(self, "delete web1 s1 --yes");
    firn_running_rig_assert_untouched(self);
}

static void
add(void)
{
    firn_running_rig_add("/running-vm/life-cycle", NULL, test_life_cycle);
    firn_running_rig_add("/running-vm/not-frozen", NULL, test_not_frozen);
    firn_running_rig_add("/running-vm/paused", NULL, test_paused);
    firn_running_rig_add("/running-vm/memory/live", "live", test_memory);
    firn_running_rig_add("/running-vm/memory/paused", "paused", test_memory);
}

int
main(int argc, char **argv)
{
    return firn_running_rig_main(argc, argv, add);
}
