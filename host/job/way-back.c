/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "way-back.h"

#include "erase.h"
#include "host-error.h"
#include "patience.h"
#include "power.h"
#include "step.h"

#define REVERT_MS G_MAXINT32

/* Where the present is kept. */
typedef struct {
    GPtrArray *all;   /* (owned) (element-type FirnDisk) */
    GPtrArray *disks; /* (owned) (element-type FirnDisk) of @all: those that have it */
} Kept;

static void
kept_clear(Kept *self)
{
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_clear_pointer(&self->all, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Kept, kept_clear)

static gboolean
find_kept(Kept *self, FirnVm *vm, const FirnSnapshot *present, GError **error)
{
    self->disks = g_ptr_array_new();
    self->all = firn_vm_list_disks(vm, NULL, error);
    for (guint i = 0; self->all != NULL && i < present->disks->len; i++) {
        FirnDisk *disk = firn_erase_find_disk(self->all, present, present->disks->pdata[i]);

        if (disk != NULL && firn_disk_count_tag(disk, present->tag) > 0)
            g_ptr_array_add(self->disks, disk);
    }
    return self->all != NULL;
}

/* A guest that stands still was started by the job, and has not run. */
static gboolean
switch_off(FirnVm *vm, GError **error)
{
    if (firn_vm_is_off(vm))
        return TRUE;
    if (firn_vm_get_state(vm) == FIRN_VM_STATE_PAUSED && FIRN_IS_POWER(vm))
        return firn_power_off(FIRN_POWER(vm), 0, error);
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_BUSY,
                "somebody has started it while its disks were half restored; shut it down, and "
                "firn brings it back to what it was");
    return FALSE;
}

/* A QEMU that has hung up may have its images for a moment yet. */
static gboolean
revert(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    FirnPatience patience;
    g_autoptr(GError) failure = NULL;

    firn_patience_init(&patience);
    while (!firn_backend_revert(backend, cut, &failure)) {
        if (!firn_patience_waits(&patience, failure, FALSE)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        g_clear_error(&failure);
    }
    return TRUE;
}

/* Only when all of them were kept has any of them been touched. */
static gboolean
put_back(FirnVm *vm, FirnBackend *backend, const FirnSnapshot *present, GError **error)
{
    g_auto(Kept) kept = {NULL};
    FirnCut cut = {.tag = present->tag, .deadline_ms = REVERT_MS};

    if (!find_kept(&kept, vm, present, error))
        return FALSE;
    if (kept.disks->len == 0)
        return TRUE;
    if (!switch_off(vm, error))
        return FALSE;
    cut.disks = kept.disks;
    FIRN_STEP("way back: before the disks");
    if (kept.disks->len == present->disks->len && !revert(backend, &cut, error))
        return FALSE;
    FIRN_STEP("way back: after the disks");
    return firn_erase_snapshot(vm, backend, present, NULL, error);
}

static gboolean
switch_on(FirnVm *vm, const char *run_before, GError **error)
{
    FirnPowerOn how = {NULL};

    if (g_str_equal(run_before, "off") || !firn_vm_is_off(vm) || !FIRN_IS_POWER(vm))
        return TRUE;
    if (!firn_power_on(FIRN_POWER(vm), &how, error))
        return FALSE;
    FIRN_STEP("way back: after the start");
    return g_str_equal(run_before, "paused") || firn_power_go_on(FIRN_POWER(vm), error);
}

gboolean
firn_way_back_take(FirnVm *vm,
                   FirnBackend *backend,
                   const FirnSnapshot *present,
                   const char *run_before,
                   GError **error)
{
    return firn_vm_look(vm, NULL, error) && put_back(vm, backend, present, error) &&
           switch_on(vm, run_before, error);
}
