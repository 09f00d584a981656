/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-thick-backend.h"

#include <fcntl.h>

#include "engine-error.h"
#include "file-descriptor.h"
#include "lvm-rig.h"

static const FirnLvmRigKind thick = {
    firn_lvm_thick_backend_new,
    "true",
    "-L 8M",
};

/* A snapshot with firn's tags that is smaller than its disk, as no backend makes it. */
static void
make_small_snapshot(FirnLvmRig *self)
{
    firn_lvm_rig_take(self, FIRST);
    firn_lvm_rig_do_run("lvm lvremove -q -y test-vg/b.firn.0123abcd && "
                        "lvm lvcreate -q -y -s -pr -L 4M --addtag firn.snapshot "
                        "--addtag firn.tag=" FIRST
                        " --addtag firn.disk=b -n b.firn.0123abcd test-vg/b");
}

static void
test_overflow(FirnLvmRig *self, gconstpointer kind)
{
    make_small_snapshot(self);
    firn_lvm_rig_do_run("dd if=/dev/urandom of=/dev/test-vg/b bs=1M count=8 oflag=direct "
                        "status=none");
    firn_lvm_rig_assert_revert_blocked(self, "SnapshotInvalid");
    g_assert_false(firn_backend_verify(self->backend, &self->cut, &self->error));
    g_assert_error(self->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_PARTIAL);
    g_clear_error(&self->error);
    g_assert_false(firn_backend_revert(self->backend, &self->cut, &self->error));
    g_assert_error(self->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_PARTIAL);
    g_clear_error(&self->error);
    firn_lvm_rig_discard(self, FIRST);
    firn_lvm_rig_assert_unchanged(self);
}

static char *
read_filling(void)
{
    return firn_lvm_rig_run("lvm lvs --noheadings -o data_percent test-vg/b.firn.0123abcd");
}

/* What is copied back is in the snapshot already. */
static void
test_no_growth(FirnLvmRig *self, gconstpointer kind)
{
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    firn_lvm_rig_write_all(self, '1');
    firn_lvm_rig_take(self, FIRST);
    firn_lvm_rig_write_all(self, '2');
    before = read_filling();
    firn_lvm_rig_revert(self, FIRST);
    after = read_filling();
    g_assert_cmpstr(after, ==, before);
}

static void
test_deferred_merge(FirnLvmRig *self, gconstpointer kind)
{
    g_auto(FirnFileDescriptor) file = -1;

    firn_lvm_rig_take(self, FIRST);
    file = open("/dev/test-vg/b", O_RDONLY | O_CLOEXEC);
    firn_lvm_rig_do_run("lvm lvconvert -q -y --merge test-vg/b.firn.0123abcd");
    firn_lvm_rig_assert_revert_blocked(self, "ImageInUse");
    self->cut.tag = SECOND;
    firn_lvm_rig_assert_blocked(self, "ImageInUse");
    firn_file_descriptor_clear(&file);
    firn_lvm_rig_do_run("lvm lvchange -q -an test-vg/b && lvm lvchange -q -ay test-vg/b && "
                        "while lvm lvs -a --noheadings -o lv_merging --binary test-vg/b | "
                        "grep -q 1; do sleep 0.2; done");
}

static void
test_no_room(FirnLvmRig *self, gconstpointer kind)
{
    firn_lvm_rig_do_run("lvm lvcreate -q -y -Wn -an -l 97%%FREE -n filler test-vg");
    firn_lvm_rig_assert_blocked(self, "NoSpace");
}

static void
add(void)
{
    firn_lvm_rig_add("/lvm/snapshot-overflows", test_overflow);
    firn_lvm_rig_add("/lvm/snapshot-does-not-grow", test_no_growth);
    firn_lvm_rig_add("/lvm/deferred-merge", test_deferred_merge);
    firn_lvm_rig_add("/lvm/no-room", test_no_room);
}

int
main(int argc, char **argv)
{
    return firn_lvm_rig_main(argc, argv, &thick, add);
}
