/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "vm-rig.h"

#define STOP "--stop --grace=1s"

/* firnd does not stop a VM that it could not start again, confined as it is and without systemd. */
static void
test_tap(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *planned = NULL;
    g_autofree char *refused = NULL;
    guint boots;

    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    firn_vm_rig_change_launch(rig, " -netdev tap,id=firn -device virtio-net-pci,netdev=firn");
    boots = firn_test_guest_count_boots(rig->guest);
    planned = firn_vm_rig_run(rig, 1, "restore web1 s1 --dry-run " STOP);
    g_assert_nonnull(strstr(planned, "[StartBlocked]"));
    refused = firn_vm_rig_run(rig, 1, "restore web1 s1 " STOP);
    g_assert_nonnull(strstr(refused, "CAP_NET_ADMIN"));
    g_assert_cmpuint(firn_test_guest_count_boots(rig->guest), ==, boots);
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_well(rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (firn_test_guest_can_run())
        g_test_add("/unit-file/refused/tap",
                   FirnVmRig,
                   NULL,
                   firn_vm_rig_set_up,
                   test_tap,
                   firn_vm_rig_tear_down);
    return g_test_run();
}
