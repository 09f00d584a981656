/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "disk-image.h"
#include "vm-rig.h"

static const FirnVmRigOptions writing = {
    .guest = {.n_disks = 2, .words = "firn.writer"}
};

/* Extracts the disk at the snapshot. */
static char *
extract(FirnVmRig *rig, const char *snapshot, guint disk)
{
    g_autoptr(JsonNode) shown = firn_test_firnd_show(rig->firnd, "web1", snapshot);
    const char *tag = json_object_get_string_member(json_node_get_object(shown), "tag");

    return firn_test_disk_image_extract(firn_test_guest_get_disk(rig->guest, disk), tag);
}

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

static void
test_frozen(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *a = NULL;
    g_autofree char *b = NULL;
    gint64 acknowledged;

    firn_test_guest_wait_ack(rig->guest, 20);
    acknowledged = firn_test_guest_get_last_ack(rig->guest);
    g_free(firn_vm_rig_create(rig, 0, NULL));
    firn_vm_rig_assert_verdict(rig, "filesystem", "GuestAgent");
    a = extract(rig, "s1", 0);
    b = extract(rig, "s1", 1);
    g_assert_false(firn_test_disk_image_needs_recovery(a));
    g_assert_false(firn_test_disk_image_needs_recovery(b));
    g_free(firn_test_disk_image_run("e2fsck", "-fn", a, NULL));
    g_free(firn_test_disk_image_run("e2fsck", "-fn", b, NULL));
    g_assert_cmpint(count_records(b), >=, acknowledged);
    g_assert_cmpint(count_records(a), >=, count_records(b));
    g_assert_cmpint(count_records(a), <=, count_records(b) + 1);
    firn_vm_rig_assert_well(rig);
}

static void
test_not_frozen(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *a = NULL;

    firn_test_guest_wait_ack(rig->guest, 20);
    g_free(firn_vm_rig_create(rig, 0, "--quiesce=never", NULL));
    a = extract(rig, "s1", 0);
    g_assert_true(firn_test_disk_image_needs_recovery(a));
}

/* The guest continues to write after the snapshot, and has not noticed it. */
static void
test_writer_goes_on(FirnVmRig *rig, gconstpointer data)
{
    gint64 acknowledged;

    g_free(firn_vm_rig_create(rig, 0, NULL));
    acknowledged = firn_test_guest_get_last_ack(rig->guest);
    firn_test_guest_wait_ack(rig->guest, acknowledged + 20);
}

static void
add(const char *path, void (*test)(FirnVmRig *, gconstpointer))
{
    g_test_add(path, FirnVmRig, &writing, firn_vm_rig_set_up, test, firn_vm_rig_tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/under-load/frozen-disks-need-no-recovery", test_frozen);
    add("/vm/under-load/unfrozen-disks-do", test_not_frozen);
    add("/vm/under-load/the-guest-goes-on", test_writer_goes_on);
    return g_test_run();
}
