/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-plan.h"

#include "delete-snapshot.h"
#include "disk-exclusion.h"
#include "disk-table.h"
#include "external-check.h"
#include "file-descriptor.h"
#include "indication.h"
#include "nvram-restore.h"
#include "off-check.h"
#include "overlay.h"
#include "power.h"
#include "printable.h"
#include "restore-conflicts.h"
#include "restore-definition.h"
#include "restore-memory-check.h"
#include "restore-resources.h"
#include "restore-start-check.h"
#include "size-text.h"
#include "verdict.h"
#include "vm-drift.h"

#define QUERY_MS 10000

FirnRestoreParams *
firn_restore_params_new(FirnVm *vm, FirnBackend *backend)
{
    FirnRestoreParams *self = g_new0(FirnRestoreParams, 1);

    self->vm = g_object_ref(vm);
    self->backend = g_object_ref(backend);
    self->grace_ms = FIRN_RESTORE_GRACE_MS_DEFAULT;
    return self;
}

void
firn_restore_params_free(FirnRestoreParams *self)
{
    if (self == NULL)
        return;
    g_object_unref(self->vm);
    g_object_unref(self->backend);
    g_free(self->key);
    g_strfreev(self->disks);
    g_free(self->run_after);
    g_free(self);
}

static void
find_undone(FirnRestorePlan *self)
{
    self->undone = firn_catalogue_dup_undo(firn_vm_get_catalogue(self->params->vm));
    if (self->undone != NULL)
        self->target = firn_snapshot_ref(self->undone->snapshot);
    else
        firn_blockers_add(self->blockers,
                          "NotFound",
                          "undo",
                          "see the snapshots of the VM with: firn tree VM",
                          "there is nothing to undo: the VM was not restored, or the undo point "
                          "has expired or was deleted");
}

static void
find_target(FirnRestorePlan *self)
{
    g_autoptr(GError) error = NULL;

    if (self->params->key == NULL) {
        find_undone(self);
        return;
    }
    self->target =
        firn_catalogue_lookup(firn_vm_get_catalogue(self->params->vm), self->params->key, &error);
    if (self->target == NULL)
        firn_blockers_add_error(self->blockers,
                                "NotFound",
                                "snapshot",
                                "see the snapshots of the VM with: firn tree VM",
                                error);
}

static void
judge_target(FirnRestorePlan *self)
{
    const char *damage = firn_catalogue_get_damage(firn_vm_get_catalogue(self->params->vm));
    g_autofree char *advice = firn_vm_advise_damage(self->params->vm);
    g_autoptr(GPtrArray) interrupted = firn_vm_list_interrupted(self->params->vm);

    if (damage != NULL)
        firn_blockers_add(self->blockers, "Inconsistent", "catalogue", advice, "%s", damage);
    if (interrupted->len > 0)
        firn_blockers_add(self->blockers,
                          "Inconsistent",
                          "journal",
                          "end it first with: firn verify VM --repair",
                          "a job on the VM was interrupted and could not be ended");
    if (self->target != NULL && self->undone == NULL &&
        self->target->verdict == FIRN_VERDICT_CRASH && !self->params->accepts_inconsistent)
        firn_blockers_add(self->blockers,
                          "NotConsistent",
                          self->target->name,
                          "accept it with --accept-inconsistent, or choose another snapshot",
                          "the snapshot is only crash-consistent (as after a power failure)");
}

static gboolean
is_on(const FirnRestorePlan *self)
{
    return !g_str_equal(self->run_before, "off");
}

void
firn_restore_plan_refuse_running(FirnRestorePlan *self)
{
    firn_blockers_add(self->blockers,
                      "VmRunning",
                      "VM",
                      "shut it down first, or let firn do that with --stop",
                      "the VM is %s, and its disks can be restored only while it is off",
                      self->run_before);
}

gboolean
firn_restore_plan_waits(const FirnRestorePlan *self)
{
    return is_on(self) && !self->params->is_to_stop && self->params->wait_ms > 0;
}

/* Stopping a running guest loses its current state, which no undo point keeps. */
static void
judge_stopping(FirnRestorePlan *self)
{
    if (!is_on(self))
        return;
    if (firn_restore_plan_waits(self))
        firn_restore_plan_tell(self,
                               "the VM is %s; the restore waits up to %u s until it is off",
                               self->run_before,
                               (self->params->wait_ms + 999) / 1000);
    else if (!self->params->is_to_stop)
        firn_restore_plan_refuse_running(self);
    else if (!FIRN_IS_POWER(self->params->vm))
        firn_blockers_add(self->blockers,
                          "CannotStop",
                          "VM",
                          "shut it down by hand",
                          "firn cannot stop it");
}

/* A running VM must be started again if the restore fails, whatever state is wanted after it. */
static void
judge_starting(FirnRestorePlan *self)
{
    const char *remedy = is_on(self) ? "shut it down by hand, and leave it off with --off"
                                     : "leave it off with --off";
    g_autoptr(GError) error = NULL;

    if (g_str_equal(self->run_after, "off") && !is_on(self))
        return;
    if (!FIRN_IS_POWER(self->params->vm))
        firn_blockers_add(self->blockers, "CannotStart", "VM", remedy, "firn cannot start it");
    else if (!firn_power_can_start(FIRN_POWER(self->params->vm), &error))
        firn_blockers_add_error(self->blockers, "CannotStart", "VM", remedy, error);
}

/* The managed save image belongs to the disks as they are now. */
static void
judge_saved(FirnRestorePlan *self)
{
    g_autofree char *run_state = firn_vm_dup_run_state(self->params->vm);

    if (g_str_equal(run_state, "saved"))
        firn_blockers_add(
            self->blockers,
            "RamSaved",
            "VM",
            "start it, or delete its managed save image with: virsh managedsave-remove VM",
            "the VM has a managed save image; restoring disks would invalidate it");
}

/* Saved RAM is valid only with the disks of the same snapshot. */
gboolean
firn_restore_plan_has_memory(const FirnRestorePlan *self)
{
    return self->params->disks == NULL &&
           (self->target->memory != NULL || self->target->has_vm_state);
}

gboolean
firn_restore_plan_takes_memory(const FirnRestorePlan *self)
{
    return firn_restore_plan_has_memory(self) && !g_str_equal(self->run_after, "off");
}

static gboolean
ran(const FirnRestorePlan *self)
{
    return g_strcmp0(self->target->evidence->run_state, "paused") != 0;
}

static void
find_run_states(FirnRestorePlan *self)
{
    const FirnRestoreParams *params = self->params;
    FirnVmState state = firn_vm_get_state(params->vm);

    self->run_before = state == FIRN_VM_STATE_RUNNING  ? "running"
                       : state == FIRN_VM_STATE_PAUSED ? "paused"
                                                       : "off";
    if (params->run_after != NULL)
        self->run_after = params->run_after;
    else if (firn_restore_plan_has_memory(self))
        self->run_after = ran(self) ? "running" : "paused";
    else if (self->undone != NULL)
        self->run_after = self->undone->run_state;
    else
        self->run_after = self->run_before;
}

/* Disks. */

static gboolean
is_wanted(FirnRestorePlan *self, const char *target)
{
    return self->params->disks == NULL ||
           g_strv_contains((const char *const *)self->params->disks, target);
}

void
firn_restore_plan_tell(FirnRestorePlan *self, const char *format, ...)
{
    g_autofree char *sentence = NULL;
    va_list args;

    va_start(args, format);
    sentence = g_strdup_vprintf(format, args);
    va_end(args);
    if (!g_ptr_array_find_with_equal_func(self->changes, sentence, g_str_equal, NULL))
        g_ptr_array_add(self->changes, g_steal_pointer(&sentence));
}

static void
judge_size(FirnRestorePlan *self, const FirnSnapshotDisk *then, const FirnDisk *now)
{
    g_autofree char *subject = g_strdup_printf("disk %s", then->target);
    g_autofree char *old = firn_size_text(then->size_bytes);
    g_autofree char *new = firn_size_text(now->size_bytes);

    if (then->size_bytes == now->size_bytes)
        return;
    if (self->params->is_forced)
        firn_restore_plan_tell(self,
                               "disk %s has %s now, and will have %s again",
                               then->target,
                               new,
                               old);
    else
        firn_blockers_add(self->blockers,
                          "DiskResized",
                          subject,
                          "restore its old size with --force",
                          "it had %s in the snapshot, and has %s now",
                          old,
                          new);
}

/* With its definition the VM gets a disk back that was detached, if its image is still there. */
static FirnDisk *
find_detached(FirnRestorePlan *self, GPtrArray *disks, const FirnSnapshotDisk *then)
{
    g_autoptr(FirnDisk) image = NULL;

    if (!firn_restore_definition_is_captured(self) || !firn_power_can_define(self->params->vm) ||
        g_strcmp0(then->backend, "qcow2") != 0 ||
        !firn_delete_snapshot_find_image(then, &image, NULL) || image == NULL ||
        !firn_disk_table_read(image, NULL))
        return NULL;
    image->is_writable = TRUE;
    g_ptr_array_add(disks, g_steal_pointer(&image));
    g_ptr_array_add(self->attached, g_strdup(then->target));
    return disks->pdata[disks->len - 1];
}

static const FirnDisk *
find_now(FirnRestorePlan *self, GPtrArray *disks, const FirnSnapshotDisk *then)
{
    const FirnDisk *now = firn_delete_snapshot_find_disk(disks, self->target, then);

    return now != NULL ? now : find_detached(self, disks, then);
}

static void
judge_disk(FirnRestorePlan *self, GPtrArray *disks, const FirnSnapshotDisk *then)
{
    g_autofree char *subject = g_strdup_printf("disk %s", then->target);
    const FirnDisk *now = find_now(self, disks, then);
    g_autofree char *message = NULL;
    guint count = now == NULL ? 0 : firn_disk_count_tag(now, self->target->tag);

    if (now == NULL) {
        message = g_strdup_printf("the VM no longer has it (%s)", then->path);
        firn_blockers_add_disk(self->blockers,
                               "DiskMissing",
                               then->target,
                               "attach it again",
                               message);
        return;
    }
    if (count != 1)
        firn_blockers_add(self->blockers,
                          count == 0 ? "TagMissing" : "TagAmbiguous",
                          subject,
                          "check it with: firn verify VM",
                          count == 0 ? "its image no longer has the snapshot"
                                     : "its image has several snapshots with this tag");
    judge_size(self, then, now);
    g_ptr_array_add(self->disks, firn_disk_copy(now));
    firn_snapshot_add_disk(self->present,
                           now->target,
                           firn_disk_get_backend(now),
                           now->path,
                           now->size_bytes);
}

static const FirnSnapshotDisk *
find_then(const FirnSnapshot *snapshot, const char *target)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const FirnSnapshotDisk *disk = snapshot->disks->pdata[i];

        if (g_str_equal(disk->target, target))
            return disk;
    }
    return NULL;
}

static void
judge_named_disks(FirnRestorePlan *self)
{
    for (GStrv name = self->params->disks; name != NULL && *name != NULL; name++)
        if (find_then(self->target, *name) == NULL)
            firn_blockers_add(self->blockers,
                              "InvalidArgument",
                              "disk",
                              "see its disks with: firn show VM SNAPSHOT",
                              "the snapshot has no disk \"%s\"",
                              *name);
}

static void
tell_others(FirnRestorePlan *self, GPtrArray *disks)
{
    for (guint i = 0; i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];

        if (disk->is_writable && !disk->is_transient &&
            firn_disks_find(self->disks, disk->target) == NULL) {
            firn_restore_plan_tell(self, "disk %s is not changed", disk->target);
            firn_plan_resources_add(self->resources,
                                    "disk",
                                    disk->target,
                                    FIRN_PLAN_ACTION_SAME,
                                    "%s",
                                    disk->path == NULL ? "" : disk->path);
            self->is_partial = TRUE;
        }
    }
}

/* Whether the current state can be saved under the undo point's tag. */
static void
judge_keeping(FirnRestorePlan *self)
{
    FirnCut cut = {self->guest->monitor, NULL, self->present->tag, QUERY_MS};
    g_autoptr(GPtrArray) clean = firn_external_check(self->params->vm, self->disks, self->blockers);

    cut.disks = clean;
    firn_backend_check(self->params->backend, &cut, self->blockers);
    firn_overlay_refuse_others(self->params->vm, self->disks, self->blockers);
    if (!self->params->is_forced)
        firn_overlay_refuse_shared(self->params->vm, self->disks, self->blockers);
    cut.tag = self->target->tag;
    cut.drops_bitmaps = self->params->drops_bitmaps;
    firn_backend_check_revert(self->params->backend, &cut, self->blockers);
    /* An undo does not take a choice of disks. */
    if (self->undone == NULL && self->target->disks->len > 1)
        firn_disk_exclusion_advise_restore(self->blockers);
}

/* The undo point is judged like any other snapshot. */
static void
judge_present(FirnRestorePlan *self, GPtrArray *disks)
{
    FirnEvidence *evidence = self->present->evidence;

    if (!g_str_equal(evidence->run_state, "off"))
        return;
    firn_off_check(self->params->vm, disks, evidence);
    self->present->verdict = firn_verdict_judge(evidence, 0, NULL);
}

/* A bitmap that stayed would mark only what is written from now on, and not what the revert
 * changes. */
static void
tell_bitmaps(FirnRestorePlan *self)
{
    for (guint i = 0; i < self->disks->len; i++) {
        const FirnDisk *disk = self->disks->pdata[i];
        g_autofree char *names = disk->bitmaps == NULL ? NULL : g_strjoinv(", ", disk->bitmaps);
        g_autofree char *printable = firn_printable(names);

        if (names == NULL || *names == '\0' || !self->params->drops_bitmaps)
            continue;
        firn_restore_plan_tell(self,
                               "disk %s: its dirty bitmaps (%s) are removed, and its next backup "
                               "has to be a full one",
                               disk->target,
                               printable);
        firn_evidence_indicate(self->present->evidence, FIRN_INDICATION_BITMAPS_DROPPED);
    }
}

static void
judge_disks(FirnRestorePlan *self, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) disks = firn_vm_survey_disks(self->params->vm, cancellable, &error);

    if (disks == NULL) {
        firn_blockers_add_error(self->blockers,
                                "DisksUnknown",
                                "disks",
                                "make the images readable; to check: firn doctor VM",
                                error);
        return;
    }
    judge_present(self, disks);
    judge_named_disks(self);
    for (guint i = 0; i < self->target->disks->len; i++) {
        const FirnSnapshotDisk *then = self->target->disks->pdata[i];

        if (is_wanted(self, then->target))
            judge_disk(self, disks, then);
    }
    firn_snapshot_note_file_systems(self->present);
    tell_others(self, disks);
    tell_bitmaps(self);
    judge_keeping(self);
}

static GStrv
list_drift(FirnRestorePlan *self, GError **error)
{
    gboolean is_known;
    g_autoptr(FirnVmDrift) found = NULL;

    if (self->target->memory != NULL)
        return firn_vm_drift_list_machine(self->params->vm, self->target, &is_known, error);
    found = firn_vm_drift_read(self->params->vm, self->target, error);
    return found == NULL ? NULL : g_steal_pointer(&found->drift);
}

/* There is only one undo point. */
static void
tell_removed(FirnRestorePlan *self)
{
    g_autoptr(FirnUndoPoint) old = firn_catalogue_dup_undo(firn_vm_get_catalogue(self->params->vm));

    if (old != NULL && self->undone == NULL)
        firn_restore_plan_tell(self, "the existing undo point is deleted");
}

/* Disks are reverted, but the VM keeps its configuration. */
static void
tell_drift(FirnRestorePlan *self)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) drift = list_drift(self, &error);

    if (drift == NULL)
        firn_restore_plan_tell(self, "could not compare the configuration: %s", error->message);
    for (GStrv sentence = drift; sentence != NULL && *sentence != NULL; sentence++)
        firn_restore_plan_tell(self, "the configuration is not changed: %s", *sentence);
}

static FirnRestorePlan *
new_plan(const FirnRestoreParams *params)
{
    FirnRestorePlan *self = g_new0(FirnRestorePlan, 1);
    g_autofree char *current = firn_catalogue_dup_current(firn_vm_get_catalogue(params->vm));
    FirnFreezeLimits limits;

    firn_freeze_limits_init(&limits);
    limits.quiesce = FIRN_QUIESCE_NEVER;
    self->params = params;
    self->disks = firn_disks_new();
    self->resources = firn_plan_resources_new();
    self->attached = g_ptr_array_new_with_free_func(g_free);
    self->changes = g_ptr_array_new_with_free_func(g_free);
    self->missing = firn_blockers_new();
    self->present = firn_snapshot_new("undo", current, firn_evidence_new(limits.quiesce));
    self->guest = firn_guest_check_new(params->vm, &limits, NULL, self->present->evidence);
    self->blockers = g_ptr_array_ref(self->guest->blockers);
    self->run_before = self->run_after = "off";
    return self;
}

FirnRestorePlan *
firn_restore_plan_make(const FirnRestoreParams *params, GCancellable *cancellable)
{
    FirnRestorePlan *self = new_plan(params);

    find_target(self);
    judge_target(self);
    if (self->target == NULL || !firn_guest_check_look(self->guest, cancellable))
        return self;
    find_run_states(self);
    judge_saved(self);
    judge_stopping(self);
    judge_starting(self);
    firn_guest_check_ask_qemu(self->guest, cancellable);
    judge_disks(self, cancellable);
    firn_nvram_restore_judge(self);
    firn_restore_definition_judge(self);
    firn_restore_conflicts_judge(self);
    if (firn_restore_plan_takes_memory(self))
        firn_restore_memory_check(self);
    else if (!firn_restore_definition_is_captured(self))
        tell_drift(self);
    firn_restore_start_check(self);
    tell_removed(self);
    firn_restore_resources_list(self);
    return self;
}

void
firn_restore_plan_free(FirnRestorePlan *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->target, firn_snapshot_unref);
    g_clear_pointer(&self->undone, firn_undo_point_unref);
    firn_guest_check_free(self->guest);
    firn_snapshot_unref(self->present);
    g_ptr_array_unref(self->disks);
    g_ptr_array_unref(self->attached);
    g_ptr_array_unref(self->changes);
    g_ptr_array_unref(self->missing);
    g_free(self->memory_path);
    g_free(self->machine);
    g_free(self->current);
    g_free(self->definition);
    firn_plan_resources_free(self->resources);
    g_clear_pointer(&self->nvram, g_bytes_unref);
    g_ptr_array_unref(self->blockers);
    g_free(self);
}
