/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-return.h"

#include "nvram-copy.h"
#include "nvram-file.h"
#include "nvram-place.h"
#include "size-text.h"
#include "step.h"

#define SUBJECT "UEFI variables"
#define STAY    "its UEFI variables stay as they are"

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
        firn_restore_plan_tell(plan, STAY ": %s", text);
    else
        firn_blockers_add(plan->blockers,
                          code,
                          SUBJECT,
                          "leave them as they are with --force",
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

/* Of another length they are of another build of the firmware, which could not read them. */
static void
judge_length(FirnRestorePlan *plan, GBytes *then, GBytes *now)
{
    g_autofree char *old = firn_size_text(g_bytes_get_size(then));
    g_autofree char *new = firn_size_text(g_bytes_get_size(now));

    if (g_bytes_get_size(then) != g_bytes_get_size(now)) {
        refuse(plan,
               "NvramResized",
               "they had %s then, and have %s now: its firmware is another",
               old,
               new);
        return;
    }
    firn_restore_plan_tell(plan, "its UEFI variables become those of then (%s)", old);
    plan->nvram = g_bytes_ref(then);
}

static void
judge_place(FirnRestorePlan *plan, const FirnNvramPlace *place, GBytes *then)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) now = place->path == NULL ? NULL : firn_nvram_file_read(place->path, &error);

    if (now == NULL) {
        refuse(plan,
               "NvramMissing",
               "%s",
               place->obstacle != NULL ? place->obstacle : error->message);
        return;
    }
    judge_length(plan, then, now);
    if (plan->nvram != NULL)
        plan->present->nvram = firn_nvram_record_new(place->path);
}

static void
judge_copy(FirnRestorePlan *plan, const FirnNvramPlace *place)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) then = NULL;

    if (firn_vm_get_nvram(plan->params->vm) == NULL) {
        refuse(plan, "NvramMissing", "this firnd keeps none");
        return;
    }
    then = load(plan->params->vm, plan->target, &error);
    if (then == NULL)
        refuse(plan, "NvramMissing", "%s", error->message);
    else if (place == NULL)
        refuse(plan,
               "NvramMissing",
               "the VM has none any more (then: %s)",
               plan->target->nvram->path);
    else
        judge_place(plan, place, then);
}

void
firn_nvram_return_judge(FirnRestorePlan *plan)
{
    g_autoptr(FirnNvramPlace) place = NULL;
    g_autoptr(GError) error = NULL;
    gboolean is_whole = plan->params->disks == NULL && plan->undone == NULL;
    gboolean is_known = firn_nvram_place_find(plan->params->vm, &place, &error);

    if (plan->params->disks != NULL || plan->target->nvram == NULL) {
        if (place != NULL)
            firn_restore_plan_tell(plan, STAY "%s", is_whole ? ": the snapshot has none" : "");
        return;
    }
    if (!is_known)
        refuse(plan, "NvramMissing", "%s", error->message);
    else
        judge_copy(plan, place);
}

gboolean
firn_nvram_return_keep(FirnRestorePlan *plan, GError **error)
{
    FirnVm *vm = plan->params->vm;
    FirnNvramRecord *record = plan->present->nvram;
    g_autoptr(GBytes) now = NULL;

    if (plan->nvram == NULL)
        return TRUE;
    now = firn_nvram_file_read(record->path, error);
    FIRN_STEP("nvram: before the present is kept");
    if (now == NULL || !firn_nvram_copy_keep(firn_vm_get_nvram(vm),
                                             firn_vm_get_uuid(vm),
                                             plan->present->uuid,
                                             now,
                                             error))
        return FALSE;
    FIRN_STEP("nvram: after the present was kept");
    firn_nvram_record_measure(record, now);
    return TRUE;
}

gboolean
firn_nvram_return_write(FirnRestorePlan *plan, GError **error)
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
firn_nvram_return_put_back(FirnVm *vm, const FirnSnapshot *present, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (!has_copy(vm, present))
        return TRUE;
    bytes = load(vm, present, error);
    return bytes != NULL && firn_nvram_file_write(present->nvram->path, bytes, error);
}

gboolean
firn_nvram_return_measure(FirnVm *vm, FirnSnapshot *present, GError **error)
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

gboolean
firn_nvram_return_drop(FirnVm *vm, const char *uuid, GError **error)
{
    FirnStateDir *directory = firn_vm_get_nvram(vm);

    return directory == NULL ||
           firn_nvram_copy_remove(directory, firn_vm_get_uuid(vm), uuid, error);
}
