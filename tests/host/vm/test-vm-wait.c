/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-wait.h"

#include "await.h"
#include "vm-rig.h"

#define WAIT_MS 20000

/* On the main loop: emits a change, then returns. */
static void
change(gpointer vm, gpointer count)
{
    g_signal_emit_by_name(vm, "changed");
    ++*(guint *)count;
}

static gboolean
has_answered_twice(FirnVm *vm, gpointer count)
{
    firn_await_call(change, vm, count);
    return *(guint *)count == 2;
}

/* The waiting thread may call the main loop while that emits a change. */
static void
test_asking(void)
{
    FirnTestVmRig rig;
    guint count = 0;

    firn_test_vm_rig_set_up(&rig);
    g_assert_true(firn_vm_wait(rig.vm, has_answered_twice, &count, WAIT_MS));
    firn_test_vm_rig_tear_down(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/vm-wait/asking", test_asking);
    return g_test_run();
}
