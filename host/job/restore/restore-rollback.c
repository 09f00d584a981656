/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-rollback.h"

#include "before-snapshot.h"
#include "crash-point.h"
#include "delete-snapshot.h"
#include "disk-table.h"
#include "host-error.h"
#include "last-run.h"
#include "nvram-restore.h"
#include "off-check.h"
#include "power.h"
#include "retry.h"
#include "snapshot-registry.h"
#include "vm-wait.h"

/* The disks on which the undo point is. */
typedef struct {
    GPtrArray *all;               /* (owned) (element-type FirnDisk) all that the VM has now */
    GPtrArray *disks;             /* (owned) (element-type FirnDisk) those with the undo point */
    const FirnSnapshotDisk *gone; /* (unowned) (nullable) an image that no longer exists */
} Kept;

static void
kept_clear(Kept *self)
{
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_clear_pointer(&self->all, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Kept, kept_clear)

/* A disk that the VM no longer has may have been saved and reverted, too. */
static gboolean
find_on_image(Kept *self, const FirnSnapshotDisk *wanted, const char *tag, GError **error)
{
    FirnDisk *found = NULL;
    g_autoptr(FirnDisk) image = NULL;

    if (!firn_delete_snapshot_find_image(wanted, &found, error))
        return FALSE;
    image = found;
    if (image == NULL) {
        self->gone = wanted;
        return TRUE;
    }
    if (!firn_disk_table_read(image, error))
        return FALSE;
    if (firn_disk_count_tag(image, tag) > 0)
        g_ptr_array_add(self->disks, g_steal_pointer(&image));
    return TRUE;
}

static gboolean
find_one(Kept *self, const FirnSnapshot *present, const FirnSnapshotDisk *wanted, GError **error)
{
    const FirnDisk *disk = firn_delete_snapshot_find_disk(self->all, present, wanted);

    if (disk == NULL)
        return find_on_image(self, wanted, present->tag, error);
    if (firn_disk_count_tag(disk, present->tag) > 0)
        g_ptr_array_add(self->disks, firn_disk_copy(disk));
    return TRUE;
}

static gboolean
find_kept(Kept *self, FirnVm *vm, const FirnSnapshot *present, GError **error)
{
    self->disks = g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);
    self->all = firn_vm_list_disks(vm, NULL, error);
    if (self->all == NULL)
        return FALSE;
    for (guint i = 0; i < present->disks->len; i++)
        if (!find_one(self, present, present->disks->pdata[i], error))
            return FALSE;
    if (self->gone == NULL || self->disks->len == 0)
        return TRUE;
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_NOT_FOUND,
        "image %s of disk %s is gone, so it is unknown whether the restore had begun to "
        "revert its disks; put the image back at this path",
        self->gone->path,
        self->gone->target);
}

/* A paused guest was started by this job and has never run, so it can be killed. */
static gboolean
switch_off(FirnVm *vm, GError **error)
{
    if (firn_vm_is_off(vm))
        return TRUE;
    if (firn_vm_get_state(vm) == FIRN_VM_STATE_PAUSED && FIRN_IS_POWER(vm))
        return firn_power_off(FIRN_POWER(vm), 0, NULL, error);
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_BUSY,
        "the VM is neither off nor paused, so its partly restored disks cannot "
        "be rolled back; end its QEMU, and firnd tries again");
}

/* A guest that an earlier firnd asked to shut down may still do so, and would then stay off. */
static void
await_shutdown(FirnVm *vm, const FirnIntentRestore *restore)
{
    if (restore->grace_ms == 0 || firn_vm_get_state(vm) != FIRN_VM_STATE_RUNNING)
        return;
    g_message(
        "%s: the guest may have been asked to shut down for the restore to %s; waiting %u s for it",
        firn_vm_get_name(vm),
        restore->target_name,
        (restore->grace_ms + 999) / 1000);
    FIRN_CRASH_POINT("rollback: a shutdown is awaited");
    firn_vm_wait_off(vm, restore->grace_ms);
}

/* Disks were reverted only if the undo point is on all of them. */
static gboolean
put_back(FirnVm *vm,
         FirnBackend *backend,
         FirnSnapshot *present,
         const FirnIntentRestore *restore,
         char **out_command,
         GError **error)
{
    g_auto(Kept) kept = {NULL};
    /* The restore was allowed to drop bitmaps, or found none. */
    FirnCut cut = {.tag = present->tag,
                   .deadline_ms = FIRN_CHANNEL_NO_DEADLINE_MS,
                   .drops_bitmaps = TRUE};
    gboolean is_touched;

    if (!find_kept(&kept, vm, present, error))
        return FALSE;
    if (kept.disks->len == 0) {
        await_shutdown(vm, restore);
        return firn_delete_snapshot_remove_nvram(vm, present->uuid, error);
    }
    is_touched = kept.disks->len == present->disks->len;
    /* The guest has run since and has written: its disks must not be reverted. */
    if (is_touched && firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING)
        return firn_nvram_restore_measure(vm, present, error) &&
               firn_before_snapshot_keep(vm, present, restore, out_command, error);
    if (is_touched && !switch_off(vm, error))
        return FALSE;
    cut.disks = kept.disks;
    if (is_touched && (!firn_retry_step(firn_backend_revert, backend, &cut, error) ||
                       !firn_nvram_restore_put_back(vm, present, error)))
        return FALSE;
    if (is_touched)
        firn_last_run_note_revert(vm, firn_off_check_judge_revert(vm, present, FALSE));
    return firn_delete_snapshot_run(vm, backend, present, NULL, error);
}

/* After the disks, whose rollback must not start the VM from the wrong definition. Of a VM that was
 * started in the meantime, the former definition is kept with the former contents of its disks. */
static gboolean
put_back_definition(FirnVm *vm, const FirnIntentRestore *restore, GError **error)
{
    if (restore->definition == NULL || !firn_power_can_define(vm))
        return TRUE;
    if (!firn_power_define(FIRN_POWER(vm), restore->definition, error))
        return FALSE;
    firn_snapshot_registry_mark(vm);
    return TRUE;
}

/* Without what has disappeared from the host since it was started. */
static gboolean
start_without(FirnVm *vm)
{
    g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *definition = NULL;
    g_autofree char *live = NULL;
    g_autofree char *adapted = NULL;
    FirnPowerOn how = {NULL};

    if (!firn_power_can_define(vm) ||
        !firn_snapshot_registry_dup_definitions(vm, &definition, &live, NULL) || definition == NULL)
        return FALSE;
    adapted = firn_power_adapt(FIRN_POWER(vm), definition, FALSE, told, NULL);
    if (adapted == NULL || told->len == 0)
        return FALSE;
    for (guint i = 0; i < told->len; i++)
        g_message("%s: %s", firn_vm_get_name(vm), (const char *)told->pdata[i]);
    how.definition = adapted;
    return firn_power_on(FIRN_POWER(vm), &how, NULL);
}

/* A VM that ran must not stay off. */
static gboolean
start_again(FirnVm *vm, GError **error)
{
    const FirnPowerOn how = {NULL};
    g_autoptr(GError) failure = NULL;

    if (firn_power_on(FIRN_POWER(vm), &how, &failure) || start_without(vm))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

/* An earlier firnd may have started the VM and been killed before it resumed the guest. */
static gboolean
switch_on(FirnVm *vm, const FirnIntentRestore *restore, GError **error)
{
    gboolean ran = g_str_equal(restore->run_before, "running");

    if (g_str_equal(restore->run_before, "off") || !FIRN_IS_POWER(vm))
        return TRUE;
    if (firn_vm_is_off(vm)) {
        g_message("%s: was stopped for the restore to %s, and is started again",
                  firn_vm_get_name(vm),
                  restore->target_name);
        if (!start_again(vm, error))
            return FALSE;
        FIRN_CRASH_POINT("rollback: after the start");
    }
    return !ran || firn_vm_get_state(vm) != FIRN_VM_STATE_PAUSED ||
           firn_power_resume(FIRN_POWER(vm), error);
}

gboolean
firn_restore_rollback_run(FirnVm *vm,
                          FirnBackend *backend,
                          FirnSnapshot *present,
                          const FirnIntentRestore *restore,
                          char **out_command,
                          GError **error)
{
    *out_command = NULL;
    return firn_power_settle(vm, error) &&
           put_back(vm, backend, present, restore, out_command, error) &&
           (*out_command != NULL ||
            (put_back_definition(vm, restore, error) && switch_on(vm, restore, error)));
}
