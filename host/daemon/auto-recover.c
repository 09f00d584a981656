/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "auto-recover.h"

#include "image-neighbours.h"
#include "recover-job.h"

/* Lives as long as the source and its VMs. */
typedef struct {
    FirnJobs *jobs;                  /* (unowned) outlives the source */
    FirnBackend *backend;            /* (owned) */
    FirnStateDir *leases;            /* (owned) */
    FirnJournal *journal;            /* (owned) */
    FirnStateDir *memory;            /* (owned) */
    FirnStateDir *nvram;             /* (owned) */
    FirnHostHooks *hooks;            /* (owned) (nullable) */
    FirnImageNeighbours *neighbours; /* (owned) */
    const FirnRetryClock *clock;     /* (unowned) (nullable) */
} Recovery;

typedef enum { QEMU_UNKNOWN, QEMU_GONE, QEMU_THERE } Qemu;

/* One VM, and the last known state of its QEMU. */
typedef struct {
    Recovery *recovery; /* (owned) */
    FirnVm *vm;         /* (unowned) owns the watch */
    Qemu qemu;
    FirnRetryTimer *timer; /* (owned) */
} Watch;

static void
clear_recovery(gpointer data)
{
    Recovery *recovery = data;

    g_object_unref(recovery->backend);
    firn_state_dir_unref(recovery->leases);
    g_object_unref(recovery->journal);
    firn_state_dir_unref(recovery->memory);
    firn_state_dir_unref(recovery->nvram);
    g_clear_pointer(&recovery->hooks, firn_host_hooks_unref);
    firn_image_neighbours_unref(recovery->neighbours);
}

static void
release_recovery(gpointer recovery, GClosure *closure)
{
    g_atomic_rc_box_release_full(recovery, clear_recovery);
}

static void
free_watch(gpointer data, GClosure *closure)
{
    Watch *watch = data;

    firn_retry_timer_free(watch->timer);
    release_recovery(watch->recovery, NULL);
    g_free(watch);
}

static gboolean
has_leftovers(Recovery *recovery, FirnVm *vm)
{
    const char *uuid = firn_vm_get_uuid(vm);
    g_autoptr(GPtrArray) intents = firn_journal_list(recovery->journal, uuid);

    return intents->len > 0 ||
           (recovery->hooks != NULL && firn_host_hooks_has_interrupted(recovery->hooks, uuid));
}

/* Returns NULL if there is none. The file name of an unreadable one still identifies the guest. */
static FirnLease *
find_lease(Recovery *recovery, FirnVm *vm)
{
    g_autofree char *file = firn_lease_file_name(firn_vm_get_uuid(vm));
    g_autoptr(GError) error = NULL;
    FirnLease *lease;

    if (!firn_state_dir_has(recovery->leases, file))
        return NULL;
    lease = firn_lease_read(recovery->leases, file, &error);
    if (lease != NULL)
        return lease;
    g_warning("%s", error->message);
    lease = g_new0(FirnLease, 1);
    lease->since_us = g_get_real_time();
    return lease;
}

static void
recover(Recovery *recovery, FirnVm *vm, FirnLease *lease)
{
    gboolean is_frozen = lease != NULL;
    g_autoptr(GError) error = NULL;

    if (firn_recover_job_start(recovery->jobs, vm, recovery->backend, lease, &error) == NULL)
        g_warning("%s %s: %s",
                  firn_vm_get_name(vm),
                  is_frozen ? "may be frozen" : "has interrupted jobs",
                  error->message);
}

static Qemu
get_qemu(FirnVm *vm)
{
    FirnVmState state = firn_vm_get_state(vm);

    if (state == FIRN_VM_STATE_UNKNOWN)
        return QEMU_UNKNOWN;
    return firn_vm_is_off(vm) ? QEMU_GONE : QEMU_THERE;
}

static void
try_again(gpointer user_data)
{
    Watch *watch = user_data;

    if (firn_vm_get_job(watch->vm) == 0 && has_leftovers(watch->recovery, watch->vm))
        recover(watch->recovery, watch->vm, NULL);
}

/* Not every blocker is reported when it ends: an image is released, space is freed. */
static void
try_again_later(Watch *watch)
{
    if (has_leftovers(watch->recovery, watch->vm))
        firn_retry_timer_run(watch->timer);
    else
        firn_retry_timer_reset(watch->timer);
}

/* QEMU has started or ended, or answers again, which may have removed a blocker. If a job is
 * running, the state is checked again when the job ends. */
static void
on_vm_changed(FirnVm *vm, gpointer user_data)
{
    Watch *watch = user_data;
    Qemu qemu = get_qemu(vm);

    if (firn_vm_get_job(vm) == 0)
        try_again_later(watch);
    if (qemu == watch->qemu)
        return;
    if (firn_vm_get_job(vm) != 0) {
        watch->qemu = QEMU_UNKNOWN;
        return;
    }
    watch->qemu = qemu;
    if (qemu != QEMU_UNKNOWN && has_leftovers(watch->recovery, vm))
        recover(watch->recovery, vm, NULL);
}

static void
on_vm_added(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    Recovery *recovery = user_data;
    FirnLease *lease = find_lease(recovery, vm);
    Watch *watch = g_new0(Watch, 1);

    firn_vm_keep_notes(vm, recovery->leases, recovery->journal);
    firn_vm_keep_files(vm, recovery->memory, recovery->nvram);
    firn_image_neighbours_add(recovery->neighbours, vm);
    if (lease != NULL || has_leftovers(recovery, vm))
        recover(recovery, vm, lease);
    watch->recovery = g_atomic_rc_box_acquire(recovery);
    watch->vm = vm;
    watch->timer = firn_retry_timer_new(try_again, watch, recovery->clock);
    g_signal_connect_data(vm, "changed", G_CALLBACK(on_vm_changed), watch, free_watch, 0);
}

void
firn_auto_recover_watch(FirnVmSource *source, const FirnAutoRecoverSetup *setup)
{
    Recovery *recovery = g_atomic_rc_box_new0(Recovery);

    recovery->jobs = setup->jobs;
    recovery->backend = g_object_ref(setup->backend);
    recovery->leases = firn_state_dir_ref(setup->leases);
    recovery->journal = g_object_ref(setup->journal);
    recovery->memory = firn_state_dir_ref(setup->memory);
    recovery->clock = setup->clock;
    recovery->nvram = firn_state_dir_ref(setup->nvram);
    recovery->hooks = setup->hooks == NULL ? NULL : firn_host_hooks_ref(setup->hooks);
    recovery->neighbours = firn_image_neighbours_new();
    g_signal_connect_data(source,
                          "vm-added",
                          G_CALLBACK(on_vm_added),
                          recovery,
                          release_recovery,
                          0);
}
