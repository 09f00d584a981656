/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"

#include "confined-process.h"
#include "disk-exclusion.h"
#include "domain-xml.h"
#include "engine-error.h"
#include "external-check.h"
#include "file-locks.h"
#include "frozen-disks.h"
#include "indication.h"
#include "intent-guard.h"
#include "memory-check.h"
#include "off-check.h"
#include "power.h"
#include "snapshot-registry.h"
#include "vm-drift.h"

#define QUERY_MS    10000
#define ALTERNATIVE "accept a crash-consistent snapshot with --quiesce=try"

static void
add_catalogue_blocker(FirnCheck *self, const GError *error)
{
    const char *code = "Failed";
    const char *remedy = "see the snapshots of the VM with: firn tree VM";
    g_autofree char *advice = firn_vm_advise_damage(self->params->vm);

    if (g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_LIMIT)) {
        code = "LimitReached";
        remedy = "delete a snapshot, or raise the limit with: firn policy VM set max-snapshots=N";
    } else if (g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS)) {
        code = "NameTaken";
        remedy = "choose another name";
    } else if (g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT)) {
        code = "Inconsistent";
        remedy = advice;
    }
    firn_blockers_add_error(self->blockers, code, "catalogue", remedy, error);
}

/* Its disks may be partly restored, so they are not of one instant. */
static void
check_interrupted(FirnCheck *self)
{
    g_autoptr(GError) error = NULL;

    if (firn_intent_guard_refuse(self->params->vm, &error))
        firn_blockers_add_error(self->blockers,
                                "Inconsistent",
                                "journal",
                                "run: firn verify VM --repair",
                                error);
}

static void
check_catalogue(FirnCheck *self)
{
    g_autoptr(GError) error = NULL;

    if (!firn_catalogue_check_new(firn_vm_get_catalogue(self->params->vm),
                                  self->snapshot->name,
                                  &error))
        add_catalogue_blocker(self, error);
}

gboolean
firn_check_wants(const FirnCheck *self, const FirnDisk *disk)
{
    return disk->is_writable && !disk->is_transient && !disk->is_left_out &&
           (self->params->exclude == NULL ||
            !g_strv_contains((const char *const *)self->params->exclude, disk->target));
}

static void
check_exclusions(FirnCheck *self, GPtrArray *disks)
{
    for (GStrv target = self->params->exclude; target != NULL && *target != NULL; target++) {
        if (firn_disks_find(disks, *target) == NULL)
            firn_blockers_add(self->blockers,
                              "InvalidArgument",
                              "excluded disk",
                              "list its disks with: firn create --dry-run VM",
                              "the VM has no disk \"%s\"",
                              *target);
        g_ptr_array_add(self->snapshot->excluded, g_strdup(*target));
        firn_evidence_indicate(self->snapshot->evidence, FIRN_INDICATION_PARTIAL_SNAPSHOT);
    }
}

static gboolean
is_left_out(FirnCheck *self, const FirnDisk *disk)
{
    return g_ptr_array_find_with_equal_func(self->snapshot->excluded,
                                            disk->target,
                                            g_str_equal,
                                            NULL);
}

/* QEMU discards a transient disk when it exits, so there would be nothing to restore. Disks with
 * snapshot='no' are excluded by the VM's definition. */
static void
leave_out_defined(FirnCheck *self, GPtrArray *disks)
{
    for (guint i = 0; i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];
        gboolean is_in = !disk->is_transient && !disk->is_left_out;

        if (is_in || !disk->is_writable || is_left_out(self, disk))
            continue;
        g_ptr_array_add(self->snapshot->excluded, g_strdup(disk->target));
        firn_evidence_indicate(self->snapshot->evidence,
                               disk->is_transient ? FIRN_INDICATION_TRANSIENT_DISK
                                                  : FIRN_INDICATION_SNAPSHOT_NO);
    }
}

static gboolean
has_unknown_locks(const FirnDisk *disk)
{
    g_autofree char *doubt = disk->path == NULL ? NULL : firn_file_locks_dup_doubt(disk->path);

    return doubt != NULL;
}

/* Blockers of a later restore, as far as they are known now. */
static void
indicate_return(FirnCheck *self)
{
    FirnVm *vm = self->params->vm;
    FirnEvidence *evidence = self->snapshot->evidence;
    const FirnPowerOn how = {NULL};
    g_autoptr(GPtrArray) found = firn_blockers_new();

    for (guint i = 0; i < self->disks->len; i++) {
        const FirnDisk *disk = self->disks->pdata[i];

        if (has_unknown_locks(disk))
            firn_evidence_indicate(evidence, FIRN_INDICATION_LOCKS_UNKNOWN);
        if (disk->bitmaps != NULL && disk->bitmaps[0] != NULL)
            firn_evidence_indicate(evidence, FIRN_INDICATION_DIRTY_BITMAPS);
    }
    if (!FIRN_IS_POWER(vm) || !firn_power_can_start(FIRN_POWER(vm), NULL))
        return;
    firn_power_check_start(FIRN_POWER(vm), &how, self->disks, found);
    for (guint i = 0; i < found->len; i++)
        firn_evidence_indicate(evidence,
                               ((FirnBlocker *)found->pdata[i])->disk == NULL
                                   ? FIRN_INDICATION_CANNOT_START
                                   : FIRN_INDICATION_NOT_DEFINED);
}

/* All disks, also those excluded now: for snapshots of the VM while it is off. */
static void
remember_disks(FirnCheck *self, GPtrArray *disks)
{
    g_autoptr(GPtrArray) writable = g_ptr_array_new();

    for (guint i = 0; i < disks->len; i++) {
        FirnDisk *disk = disks->pdata[i];

        if (disk->is_writable)
            g_ptr_array_add(writable, disk);
        if (disk->is_remembered)
            firn_evidence_indicate(self->snapshot->evidence, FIRN_INDICATION_DISKS_REMEMBERED);
    }
    if (self->guest->monitor != NULL)
        firn_catalogue_remember_disks(firn_vm_get_catalogue(self->params->vm), writable);
}

gboolean
firn_check_accepts_unclean(const FirnCheck *self)
{
    return self->params->accepts_unclean &&
           g_strcmp0(self->snapshot->evidence->run_state, "off") == 0;
}

/* A VM with a managed save image gets a blocker of its own. */
static void
check_off(FirnCheck *self, GPtrArray *disks)
{
    FirnEvidence *evidence = self->snapshot->evidence;
    FirnRunEnd end;
    const char *what;

    if (g_strcmp0(evidence->run_state, "off") != 0)
        return;
    end = firn_off_check(self->params->vm, disks, evidence);
    what = firn_off_check_describe(end);
    if (what != NULL && self->params->limits.quiesce == FIRN_QUIESCE_REQUIRE &&
        !self->params->accepts_unclean)
        firn_blockers_add(self->blockers,
                          end == FIRN_RUN_END_UNCLEAN ? FIRN_INDICATION_OFF_UNCLEAN
                                                      : FIRN_INDICATION_OFF_UNKNOWN,
                          "VM",
                          "start the VM and shut its guest down, or accept a crash-consistent "
                          "snapshot with --accept-unclean",
                          "the VM is off, %s",
                          what);
}

/* Also for disks that are not cut: a frozen file system may be on them. */
static void
note_devices(FirnCheck *self, GPtrArray *disks)
{
    for (guint i = 0; i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];

        if (disk->node_name != NULL && disk->device != NULL)
            g_hash_table_insert(self->devices, g_strdup(disk->node_name), g_strdup(disk->device));
    }
}

static void
check_disks(FirnCheck *self, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) disks = firn_vm_survey_disks(self->params->vm, cancellable, &error);
    g_autoptr(GPtrArray) clean = NULL;
    FirnCut cut = {self->guest->monitor, NULL, self->snapshot->tag, QUERY_MS};

    if (disks == NULL) {
        firn_blockers_add_error(self->blockers,
                                "DisksUnknown",
                                "disks",
                                "make the images readable; to check: firn doctor VM",
                                error);
        return;
    }
    check_off(self, disks);
    remember_disks(self, disks);
    note_devices(self, disks);
    check_exclusions(self, disks);
    leave_out_defined(self, disks);
    for (guint i = 0; i < disks->len; i++)
        if (firn_check_wants(self, disks->pdata[i]))
            g_ptr_array_add(self->disks, g_steal_pointer(&disks->pdata[i]));
    if (self->disks->len == 0)
        firn_blockers_add(self->blockers,
                          "NoDisks",
                          "disks",
                          "a snapshot needs at least one writable disk",
                          "all disks are excluded");
    /* A disk that is an overlay is reported once. */
    clean = firn_external_check(self->params->vm, self->disks, self->blockers);
    cut.disks = clean;
    firn_backend_check(self->params->backend, &cut, self->blockers);
    firn_disk_exclusion_advise_create(self->blockers);
    indicate_return(self);
}

/* An unreadable definition is not evidence of a change. */
static void
indicate_definition(FirnSnapshot *snapshot)
{
    const char *text =
        snapshot->live_definition != NULL ? snapshot->live_definition : snapshot->definition;
    g_autoptr(FirnDomainXml) xml = text == NULL ? NULL : firn_domain_xml_parse(text, NULL);
    g_auto(GStrv) pending =
        firn_vm_drift_list_pending(snapshot->definition, snapshot->live_definition, NULL);

    if (xml != NULL && xml->has_tpm)
        firn_evidence_indicate(snapshot->evidence, FIRN_INDICATION_TPM_LEFT_OUT);
    if (pending != NULL && pending[0] != NULL)
        firn_evidence_indicate(snapshot->evidence, FIRN_INDICATION_CONFIG_PENDING_RESTART);
}

static void
check_definition(FirnCheck *self)
{
    g_autoptr(GError) error = NULL;

    self->snapshot->launch = firn_power_dup_running(self->params->vm);
    if (firn_snapshot_registry_describe(self->params->vm, self->snapshot, &error))
        indicate_definition(self->snapshot);
    else
        firn_blockers_add_error(self->blockers,
                                "DefinitionUnknown",
                                "definition",
                                "check libvirtd: virsh dumpxml VM",
                                error);
}

static FirnCheck *
new_check(const FirnCreateParams *params)
{
    FirnCheck *self = g_new0(FirnCheck, 1);
    g_autofree char *name =
        params->name != NULL
            ? g_strdup(params->name)
            : firn_catalogue_dup_default_name(firn_vm_get_catalogue(params->vm), g_get_real_time());
    g_autofree char *parent = firn_catalogue_dup_current(firn_vm_get_catalogue(params->vm));

    self->params = params;
    self->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->waiting = g_hash_table_new_full(g_str_hash,
                                          g_str_equal,
                                          g_free,
                                          (GDestroyNotify)firn_confined_process_dismiss);
    self->disks = g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);
    self->snapshot = firn_snapshot_new(name, parent, firn_evidence_new(params->limits.quiesce));
    self->guest =
        firn_guest_check_new(params->vm, &params->limits, ALTERNATIVE, self->snapshot->evidence);
    self->blockers = g_ptr_array_ref(self->guest->blockers);
    g_free(self->snapshot->comment);
    self->snapshot->comment = g_strdup(params->comment);
    return self;
}

static void
check_guest(FirnCheck *self, GCancellable *cancellable)
{
    if (self->params->leave_guest_alone && !firn_vm_is_off(self->params->vm))
        firn_blockers_add(self->blockers,
                          "Busy",
                          "VM",
                          "wait until the job ends; see: firn jobs",
                          "another job works on the VM, so its guest was not queried");
    else
        firn_guest_check_ask_guest(self->guest, cancellable);
    firn_frozen_disks_check(self->guest, self->disks, self->devices, cancellable);
}

FirnCheck *
firn_check_run(const FirnCreateParams *params, GCancellable *cancellable)
{
    FirnCheck *self = new_check(params);

    check_catalogue(self);
    check_interrupted(self);
    if (!firn_guest_check_look(self->guest, cancellable))
        return self;
    check_disks(self, cancellable);
    self->nvram = firn_nvram_capture_look(params->vm, self->snapshot->evidence);
    check_definition(self);
    firn_guest_check_ask_qemu(self->guest, cancellable);
    /* RAM and disks of one instant need no freeze, and a guest restored from RAM that was saved
     * while frozen would resume frozen. */
    if (params->memory == FIRN_MEMORY_WISH_NONE)
        check_guest(self, cancellable);
    else
        firn_memory_check(self, cancellable);
    return self;
}

void
firn_check_free(FirnCheck *self)
{
    if (self == NULL)
        return;
    firn_guest_check_free(self->guest);
    g_ptr_array_unref(self->disks);
    g_hash_table_unref(self->devices);
    g_hash_table_unref(self->waiting);
    g_ptr_array_unref(self->blockers);
    firn_nvram_capture_free(self->nvram);
    firn_memory_plan_free(self->memory_plan);
    g_free(self->trim_complaint);
    firn_snapshot_unref(self->snapshot);
    g_free(self);
}
