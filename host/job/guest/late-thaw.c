/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "late-thaw.h"

#include "thaw.h"
#include "vm-lease.h"

void
firn_late_thaw(FirnVm *vm, gint64 since_us, gboolean is_sent)
{
    g_autoptr(GPtrArray) interruptions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(FirnChannel) monitor = NULL;
    FirnEventClock clock;
    FirnFreezeWindow *window;
    FirnThaw *thaw;

    firn_event_clock_init(&clock);
    if (!firn_vm_lease_take(vm, since_us, NULL))
        g_warning("%s: cannot write the lease for a guest that may be frozen",
                  firn_vm_get_name(vm));
    if (firn_vm_look(vm, NULL, NULL))
        monitor = firn_vm_dup_monitor(vm);
    window = firn_freeze_window_open(monitor);
    thaw = firn_thaw_arm(vm, NULL, window, &clock);
    /* It is unknown how far the freeze had come. */
    if (is_sent)
        firn_thaw_expect_lost_freeze(thaw);
    else
        firn_thaw_expect_late_freeze(thaw);
    firn_thaw_run(thaw);
    firn_thaw_free(thaw);
    firn_freeze_window_close(window, interruptions);
}
