/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-release.h"

#include "crash-point.h"
#include "memory-migration.h"
#include "power.h"
#include "stream-pipe.h"
#include "vm-lease.h"
#include "vm-orders.h"
#include "vm-wait.h"

#define RETRY_MS     1000
#define RETRY_MAX_MS 10000

static gboolean
resume_paused(FirnVm *vm, const char *run_state, GError **error)
{
    if (!firn_vm_look(vm, NULL, error))
        return FALSE;
    return g_strcmp0(run_state, "running") != 0 || firn_vm_get_state(vm) != FIRN_VM_STATE_PAUSED ||
           !FIRN_IS_POWER(vm) || firn_power_resume(FIRN_POWER(vm), error);
}

/* An earlier firnd may have given libvirt a stop that has not reached QEMU yet. A paused guest has
 * received it. A socket keeps the order of what is sent through it. */
static gboolean
is_settled(FirnVm *vm, gboolean was_paused)
{
    FirnSendOrder *order = firn_vm_get_orders(vm)->monitor;

    if (order == NULL)
        return TRUE;
    if (was_paused)
        firn_send_order_settle(order);
    firn_send_order_hear(order);
    return firn_vm_is_off(vm) || firn_send_order_is_sure(order);
}

/* The guest must not be resumed before QEMU has reached the instant of the snapshot. */
static gboolean
try_to_resume(FirnVm *vm, const char *run_state, GError **error)
{
    g_autoptr(FirnChannel) monitor = NULL;
    gboolean was_paused;

    if (!firn_vm_look(vm, NULL, error))
        return FALSE;
    was_paused = firn_vm_get_state(vm) == FIRN_VM_STATE_PAUSED;
    monitor = g_strcmp0(run_state, "running") == 0 ? firn_vm_dup_monitor(vm) : NULL;
    return (monitor == NULL || firn_memory_migration_release(monitor, error)) &&
           resume_paused(vm, run_state, error) && is_settled(vm, was_paused);
}

/* No other program knows that firn has paused the guest. */
static void
resume_guest(FirnVm *vm, const char *run_state)
{
    FirnSendOrder *order = firn_vm_get_orders(vm)->monitor;
    g_autoptr(GError) failure = NULL;

    if (order != NULL && firn_vm_lease_is_there(vm))
        firn_send_order_doubt(order);
    for (guint wait_ms = RETRY_MS; !try_to_resume(vm, run_state, &failure);
         wait_ms = MIN(2 * wait_ms, RETRY_MAX_MS)) {
        if (failure != NULL)
            g_warning("%s: the guest may be paused: %s; firn keeps trying to resume it",
                      firn_vm_get_name(vm),
                      failure->message);
        g_clear_error(&failure);
        firn_vm_wait(vm, NULL, NULL, wait_ms);
    }
}

/* The guest runs; QEMU may stream for a long time yet. */
static gboolean
wait_for_stream(FirnVm *vm, GError **error)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);

    return monitor == NULL || firn_memory_migration_wait_leftover(monitor, error);
}

void
firn_guest_release_paused(FirnVm *vm)
{
    if (!firn_vm_lease_is_there(vm))
        return;
    resume_guest(vm, "running");
    firn_vm_lease_end_stop(vm);
    wait_for_stream(vm, NULL);
}

/* QEMU still streams RAM for a firnd that is gone, and the guest may be paused for it. */
gboolean
firn_guest_release_saved(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(FirnStreamPipe) pipe = NULL;
    g_autofree char *path = NULL;

    if (snapshot->memory == NULL) {
        firn_guest_release_paused(vm);
        return TRUE;
    }
    path = firn_vm_dup_stream_path(vm, snapshot->uuid);
    FIRN_CRASH_POINT("recover: before the pipe");
    pipe = firn_stream_pipe_reopen(path, -1);
    resume_guest(vm, snapshot->evidence->run_state);
    firn_vm_lease_end_stop(vm);
    FIRN_CRASH_POINT("recover: the guest is resumed");
    return wait_for_stream(vm, error);
}
