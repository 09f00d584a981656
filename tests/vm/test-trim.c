/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "vm-rig.h"

static const FirnVmRigOptions options = {.guest = {.n_disks = 2}};

/* The guest discards what a file had that is gone, then it is frozen as ever. */
static void
test_discards(FirnVmRig *self, gconstpointer data)
{
    g_autofree char *said = NULL;

    g_free(firn_test_guest_run(self->guest,
                               "head -c 4M /dev/urandom >/mnt/a/gone; sync; rm /mnt/a/gone; sync"));
    said = firn_vm_rig_run(self, 0, "create web1 s1 --fstrim");
    g_assert_nonnull(strstr(said, " MiB of unused blocks"));
    g_assert_null(strstr(said, "warning"));
    firn_vm_rig_assert_verdict(self, "filesystem", "GuestAgent");
    firn_vm_rig_assert_well(self);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/vm/trim/discards",
               FirnVmRig,
               &options,
               firn_vm_rig_set_up,
               test_discards,
               firn_vm_rig_tear_down);
    return g_test_run();
}
