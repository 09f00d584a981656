/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-thin-backend.h"

#include "engine-error.h"
#include "lvm-rig.h"

static const FirnLvmRigKind thin = {
    firn_lvm_thin_backend_new,
    "lvm lvcreate -q -y --type thin-pool -L 64M --poolmetadatasize 4M -n pool test-vg",
    "-V 8M --thinpool pool",
};

/* Between the two renames the disk has no LV: what a killed revert has left is completed. */
static void
test_interrupted(FirnLvmRig *self, gconstpointer kind)
{
    firn_lvm_rig_write_all(self, '1');
    firn_lvm_rig_take(self, FIRST);
    firn_lvm_rig_write_all(self, '2');
    firn_lvm_rig_do_run(
        "lvm lvcreate -q -y -s -kn -prw --addtag firn.part -n b.firn.new "
        "test-vg/b.firn.0123abcd && lvm lvchange -q --addtag firn.part test-vg/b && "
        "lvm lvrename -q test-vg b b.firn.old");
    firn_lvm_rig_assert_tags(self, 1, 0);
    firn_lvm_rig_revert(self, FIRST);
    firn_lvm_rig_assert_all(self, '1');
    firn_lvm_rig_discard(self, FIRST);
    firn_lvm_rig_assert_unchanged(self);
}

static void
test_foreign_name(FirnLvmRig *self, gconstpointer kind)
{
    firn_lvm_rig_write_all(self, '1');
    firn_lvm_rig_take(self, FIRST);
    firn_lvm_rig_write_all(self, '2');
    firn_lvm_rig_do_run("lvm lvcreate -q -y -Wn -an -L 4M -n b.firn.old test-vg");
    g_assert_false(firn_backend_revert(self->backend, &self->cut, &self->error));
    g_assert_error(self->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS);
    firn_lvm_rig_assert_all(self, '2');
}

static void
test_inactive(FirnLvmRig *self, gconstpointer kind)
{
    firn_lvm_rig_do_run("lvm lvchange -q -an test-vg/b");
    firn_lvm_rig_assert_blocked(self, "ImageNotAccessible");
}

static void
test_pool_filled(FirnLvmRig *self, gconstpointer kind)
{
    firn_lvm_rig_do_run("lvm lvcreate -q -y -Wn -V 64M --thinpool pool -n filler test-vg && "
                        "dd if=/dev/zero of=/dev/test-vg/filler bs=1M count=56 oflag=direct "
                        "status=none");
    firn_lvm_rig_assert_blocked(self, "NoSpace");
}

static void
add(void)
{
    firn_lvm_rig_add("/lvm/interrupted-revert", test_interrupted);
    firn_lvm_rig_add("/lvm/foreign-name", test_foreign_name);
    firn_lvm_rig_add("/lvm/inactive-disk", test_inactive);
    firn_lvm_rig_add("/lvm/pool-filled", test_pool_filled);
}

int
main(int argc, char **argv)
{
    return firn_lvm_rig_main(argc, argv, &thin, add);
}
