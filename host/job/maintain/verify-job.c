/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify-job.h"

#include "crash-point.h"
#include "current-snapshot.h"
#include "delete-snapshot.h"
#include "enum-nick.h"
#include "maintain-enums.h"
#include "nvram-copy.h"
#include "printable.h"
#include "recover.h"
#include "save-image.h"
#include "snapshot-registry.h"
#include "verify-scan.h"

#define TEXT_MAX 4096

static gboolean
drop_files(FirnVm *vm, const char *uuid, GError **error)
{
    FirnStateDir *directory = firn_vm_get_memory(vm);
    g_autofree char *name = firn_save_image_file_name(uuid);

    return (directory == NULL || firn_state_dir_remove(directory, name, error)) &&
           firn_delete_snapshot_remove_nvram(vm, uuid, error);
}

static gboolean
drop_record(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    if (!firn_snapshot_registry_remove(vm, snapshot, error) ||
        !firn_delete_snapshot_remove_record(vm, snapshot->uuid, error))
        return FALSE;
    firn_snapshot_registry_mark(vm);
    return drop_files(vm, snapshot->uuid, error);
}

static gboolean
repair_record(FirnVm *vm, const FirnFinding *finding, GError **error)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_catalogue_lookup(firn_vm_get_catalogue(vm), finding->uuid, error);

    if (snapshot == NULL)
        return FALSE;
    return finding->state == FIRN_FINDING_MISSING ? drop_record(vm, snapshot, error)
                                                  : firn_snapshot_registry_add(vm, snapshot, error);
}

static gboolean
set_aside(FirnStateDir *directory, const char *name, GError **error)
{
    g_autofree char *aside = NULL;

    if (directory == NULL || !firn_state_dir_has(directory, name))
        return TRUE;
    FIRN_CRASH_POINT("orphaned file: before it is set aside");
    aside = firn_state_dir_set_aside(directory, name, ".orphaned", error);
    FIRN_CRASH_POINT("orphaned file: after it was set aside");
    return aside != NULL;
}

/* That the file is not needed is only inferred: its snapshot may be on a file system that is not
 * mounted. */
static gboolean
set_files_aside(FirnVm *vm, const char *uuid, GError **error)
{
    g_autofree char *memory = firn_save_image_file_name(uuid);
    g_autofree char *nvram = firn_nvram_copy_file_name(firn_vm_get_uuid(vm), uuid);

    return set_aside(firn_vm_get_memory(vm), memory, error) &&
           set_aside(firn_vm_get_nvram(vm), nvram, error);
}

/* The findings that firn can repair without a decision. */
static const char *const repairs[] = {
    [FIRN_FINDING_MISSING] = "its record was removed",
    [FIRN_FINDING_UNREGISTERED] = "it was registered",
    [FIRN_FINDING_ORPHANED] = "it was renamed to FILE.orphaned; delete it if it is not needed",
    [FIRN_FINDING_REPAIRED] = NULL,
};

static void
repair_finding(FirnVm *vm, FirnFinding *finding)
{
    const char *done = repairs[finding->state];
    g_autoptr(GError) error = NULL;

    if (done == NULL)
        return;
    if (finding->state == FIRN_FINDING_ORPHANED ? set_files_aside(vm, finding->uuid, &error)
                                                : repair_record(vm, finding, &error))
        finding->state = FIRN_FINDING_REPAIRED;
    g_free(finding->remedy);
    finding->remedy = g_strdup(error == NULL ? done : error->message);
}

static gboolean
is_of_intent(const FirnFinding *finding, const FirnIntent *intent)
{
    return g_strcmp0(finding->uuid, intent->snapshot->uuid) == 0;
}

static const char *const ends[] = {
    [FIRN_INTENT_KIND_CREATE] = "its creation was interrupted; the incomplete snapshot was removed",
    [FIRN_INTENT_KIND_DELETE] = "its deletion was interrupted; it is deleted now",
    [FIRN_INTENT_KIND_RESTORE] =
        "its restore was interrupted; see the VM's current snapshot with: firn tree VM",
    [FIRN_INTENT_KIND_FORGET] = "deletion of this undo point was interrupted; it is deleted now",
};
G_STATIC_ASSERT(G_N_ELEMENTS(ends) == FIRN_INTENT_KIND_FORGET + 1);

/* Reports the outcome of each journal entry that existed before the repair. */
static void
tell_ended(GPtrArray *findings, GPtrArray *before)
{
    for (guint i = 0; i < before->len; i++) {
        const FirnIntent *intent = before->pdata[i];
        gboolean is_listed = FALSE;

        for (guint j = 0; j < findings->len; j++)
            is_listed = is_listed || is_of_intent(findings->pdata[j], intent);
        /* A complete snapshot is listed among the others, and a journal entry that is left as
         * interrupted. */
        if (!is_listed)
            firn_finding_add(findings,
                             FIRN_FINDING_REPAIRED,
                             intent->snapshot->uuid,
                             firn_intent_get_subject(intent),
                             g_strdup(""),
                             g_strdup(ends[intent->kind]));
    }
}

static GPtrArray *
repair(FirnJob *job)
{
    FirnVm *vm = firn_job_get_vm(job);
    FirnJournal *journal = firn_vm_get_journal(vm);
    g_autoptr(GPtrArray) before =
        journal == NULL ? g_ptr_array_new() : firn_journal_list(journal, firn_vm_get_uuid(vm));
    GPtrArray *findings;
    FirnRecovery recovery;

    firn_job_enter(job, "repair", 0.2);
    /* What recovery could not end is reported below, with the reason. */
    firn_recover_intents(vm, firn_job_get_backend(job), job, &recovery, NULL);
    firn_job_enter(job, "examine", 0.6);
    findings = firn_verify_scan_run(vm);
    for (guint i = 0; i < findings->len; i++)
        repair_finding(vm, findings->pdata[i]);
    tell_ended(findings, before);
    return findings;
}

static GVariant *
to_variant(GPtrArray *findings)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE(FIRN_VERIFY_FINDINGS_TYPE));
    for (guint i = 0; i < findings->len; i++) {
        const FirnFinding *finding = findings->pdata[i];
        g_autofree char *subject = firn_printable_clip(finding->subject, TEXT_MAX);
        g_autofree char *disks = firn_printable_clip(finding->disks, TEXT_MAX);
        g_autofree char *remedy = firn_printable_clip(finding->remedy, TEXT_MAX);

        g_variant_builder_add(&builder,
                              "(ssss)",
                              firn_enum_to_nick(FIRN_TYPE_FINDING_STATE, finding->state),
                              subject,
                              disks,
                              remedy);
    }
    return g_variant_builder_end(&builder);
}

static gboolean
verify(FirnJob *job, gpointer data, GError **error)
{
    gboolean is_repair = GPOINTER_TO_INT(data);
    g_autoptr(GPtrArray) findings = NULL;

    if (is_repair && !firn_job_commit(job, error))
        return FALSE;
    firn_current_snapshot_sync(firn_job_get_vm(job));
    if (is_repair) {
        findings = repair(job);
    } else {
        firn_job_enter(job, "examine", 0.2);
        findings = firn_verify_scan_run(firn_job_get_vm(job));
    }
    firn_job_set_result(job, "findings", to_variant(findings));
    return TRUE;
}

FirnJob *
firn_verify_job_start(FirnJobs *jobs,
                      FirnVm *vm,
                      FirnBackend *backend,
                      gboolean is_repair,
                      guint started_by,
                      GError **error)
{
    const FirnJobRequest request = {
        .vm = vm,
        .backend = backend,
        .operation = "verify",
        .run = verify,
        .works_on_disks = is_repair,
        .params = GINT_TO_POINTER(is_repair),
        .started_by = started_by,
    };

    return firn_jobs_start(jobs, &request, error);
}
