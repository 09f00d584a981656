/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-restore.h"

#include "host-error.h"
#include "nvram-copy.h"
#include "nvram-file.h"
#include "nvram-location.h"
#include "size-text.h"

#define SUBJECT    "UEFI variables"
#define STAY       "its UEFI variables are not changed"
#define KEEPS_NONE "this firnd does not save UEFI variables"
#define FROM_RAM   "its UEFI variables become those in the saved RAM"

/* What happens to the variables without firn: saved RAM contains the flash, and QEMU writes that to
 * the file. */
static const char *
foretell(FirnRestorePlan *plan)
{
    return firn_restore_plan_takes_memory(plan) ? FROM_RAM : STAY;
}

static void refuse(FirnRestorePlan *plan, const char *code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static void
refuse(FirnRestorePlan *plan, const char *code, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    if (plan->params->is_forced)
        firn_restore_plan_tell(plan, "%s: %s", foretell(plan), text);
    else
        firn_blockers_add(plan->blockers,
                          code,
                          SUBJECT,
                          "restore without them with --force",
                          "%s",
                          text);
}

static GBytes *
load(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    return firn_nvram_copy_load(firn_vm_get_nvram(vm),
                                firn_vm_get_uuid(vm),
                                snapshot->uuid,
                                snapshot->nvram,
                                error);
}

/* Flash of another size belongs to another firmware build, which could not read it. */
static gboolean
fits(GBytes *then, GBytes *now)
{
    gboolean is_document = firn_nvram_file_is_document(now);

    return firn_nvram_file_is_document(then) == is_document &&
           (is_document || g_bytes_get_size(then) == g_bytes_get_size(now));
}

static void
judge_length(FirnRestorePlan *plan, GBytes *then, GBytes *now)
{
    g_autofree char *old = firn_size_text(g_bytes_get_size(then));
    g_autofree char *new = firn_size_text(g_bytes_get_size(now));

    if (!fits(then, now)) {
        refuse(plan,
               "NvramResized",
               "they had %s in the snapshot, and have %s now: the firmware is a different one",
               old,
               new);
        return;
    }
    firn_restore_plan_tell(plan, "its UEFI variables are restored (%s)", old);
    plan->nvram = g_bytes_ref(then);
}

static GBytes *
load_target(FirnRestorePlan *plan, GError **error)
{
    if (firn_vm_get_nvram(plan->params->vm) != NULL)
        return load(plan->params->vm, plan->target, error);
    g_set_error_literal(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED, KEEPS_NONE);
    return NULL;
}

static void
judge_target(FirnRestorePlan *plan, GBytes *now, const GError *why_not)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) then = load_target(plan, &error);

    if (then == NULL)
        refuse(plan, "NvramMissing", "%s", error->message);
    else if (now == NULL)
        refuse(plan, "NvramMissing", "%s", why_not->message);
    else
        judge_length(plan, then, now);
}

/* NULL with @error set if there are none, or if they cannot be read. */
static GBytes *
read_present(FirnRestorePlan *plan, const FirnNvramLocation *place, GError **error)
{
    if (place != NULL && place->path != NULL)
        return firn_nvram_file_read(place->path, error);
    firn_host_error_set(error,
                        FIRN_HOST_ERROR_NOT_FOUND,
                        "%s",
                        place == NULL ? "the VM no longer has UEFI variables" : place->blocker);
    return NULL;
}

static void
judge_present(FirnRestorePlan *plan, const FirnNvramLocation *place)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) now = read_present(plan, place, &error);

    if (plan->target->nvram != NULL)
        judge_target(plan, now, error);
    else if (place != NULL)
        firn_restore_plan_tell(plan,
                               "%s%s",
                               foretell(plan),
                               plan->undone == NULL ? ": the snapshot contains none" : "");
    if (plan->nvram == NULL && !firn_restore_plan_takes_memory(plan))
        return;
    if (now != NULL && firn_vm_get_nvram(plan->params->vm) != NULL)
        plan->present->nvram = firn_nvram_record_new(place->path);
    else if (place != NULL)
        firn_restore_plan_tell(plan,
                               "its current UEFI variables are not saved: %s",
                               error == NULL ? KEEPS_NONE : error->message);
}

void
firn_nvram_restore_judge(FirnRestorePlan *plan)
{
    g_autoptr(FirnNvramLocation) place = NULL;
    g_autoptr(GError) error = NULL;

    if (!firn_nvram_location_find(plan->params->vm, &place, &error)) {
        refuse(plan, "NvramMissing", "%s", error->message);
        return;
    }
    if (plan->params->disks == NULL)
        judge_present(plan, place);
    else if (place != NULL)
        firn_restore_plan_tell(plan, STAY);
}

gboolean
firn_nvram_restore_keep(FirnRestorePlan *plan, GError **error)
{
    FirnVm *vm = plan->params->vm;
    FirnNvramRecord *record = plan->present->nvram;
    g_autoptr(GBytes) now = NULL;

    if (record == NULL)
        return TRUE;
    now = firn_nvram_file_read(record->path, error);
    if (now == NULL || !firn_nvram_copy_keep(firn_vm_get_nvram(vm),
                                             firn_vm_get_uuid(vm),
                                             plan->present->uuid,
                                             now,
                                             error))
        return FALSE;
    firn_nvram_record_measure(record, now);
    return TRUE;
}

gboolean
firn_nvram_restore_write(FirnRestorePlan *plan, GError **error)
{
    return plan->nvram == NULL ||
           firn_nvram_file_write(plan->present->nvram->path, plan->nvram, error);
}

static gboolean
has_copy(FirnVm *vm, const FirnSnapshot *present)
{
    FirnStateDir *directory = firn_vm_get_nvram(vm);

    return present->nvram != NULL && directory != NULL &&
           firn_nvram_copy_has(directory, firn_vm_get_uuid(vm), present->uuid);
}

gboolean
firn_nvram_restore_put_back(FirnVm *vm, const FirnSnapshot *present, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (!has_copy(vm, present))
        return TRUE;
    bytes = load(vm, present, error);
    return bytes != NULL && firn_nvram_file_write(present->nvram->path, bytes, error);
}

gboolean
firn_nvram_restore_measure(FirnVm *vm, FirnSnapshot *present, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (!has_copy(vm, present)) {
        g_clear_pointer(&present->nvram, firn_nvram_record_free);
        return TRUE;
    }
    bytes = load(vm, present, error);
    if (bytes == NULL)
        return FALSE;
    firn_nvram_record_measure(present->nvram, bytes);
    return TRUE;
}
