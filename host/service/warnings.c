/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "warnings.h"

#include "blockers.h"
#include "printable.h"

static void
add_interrupted(GVariantBuilder *builder, const FirnIntent *intent)
{
    g_autofree char *why = firn_printable_clip(intent->why, FIRN_PRINTABLE_SENTENCES);
    g_autofree char *sentence = g_strdup_printf("snapshot %s is %s: %s",
                                                firn_intent_get_subject(intent),
                                                firn_intent_get_state(intent),
                                                why);

    g_variant_builder_add(builder, "(ss)", "InterruptedJob", sentence);
}

static void
add_orphaned(GVariantBuilder *builder, FirnVm *vm)
{
    g_autofree char *remedy = firn_vm_advise_orphan(vm);
    g_autofree char *sentence =
        g_strdup_printf("it is not defined any more; to keep its snapshots, %s; to delete them: "
                        "firn delete %s --all",
                        remedy,
                        firn_vm_get_uuid(vm));

    g_variant_builder_add(builder, "(ss)", "Orphaned", sentence);
}

static void
add_missing(GVariantBuilder *builder, FirnDriftWatch *watch)
{
    const FirnVmDrift *found = firn_drift_watch_get(watch);

    for (GStrv sentence = found == NULL ? NULL : found->missing;
         sentence != NULL && *sentence != NULL;
         sentence++)
        g_variant_builder_add(builder, "(ss)", FIRN_BLOCKER_DEPENDENCY_MISSING, *sentence);
}

static void
add_drift(GVariantBuilder *builder, FirnDriftWatch *watch)
{
    const FirnVmDrift *found = firn_drift_watch_get(watch);
    g_autofree char *list = NULL;
    g_autofree char *sentence = NULL;

    if (found == NULL || found->drift[0] == NULL)
        return;
    list = g_strjoinv("; ", found->drift);
    sentence = g_strdup_printf("the configuration differs from snapshot %s: %s",
                               firn_drift_watch_get_snapshot(watch),
                               list);
    g_variant_builder_add(builder, "(ss)", "ConfigDrift", sentence);
}

GVariant *
firn_warnings_of(FirnVm *vm, FirnDriftWatch *watch)
{
    g_autoptr(GPtrArray) interrupted = firn_vm_list_interrupted(vm);
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ss)"));
    if (firn_vm_get_state(vm) == FIRN_VM_STATE_ORPHANED)
        add_orphaned(&builder, vm);
    for (guint i = 0; i < interrupted->len; i++)
        add_interrupted(&builder, interrupted->pdata[i]);
    if (watch != NULL) {
        add_missing(&builder, watch);
        add_drift(&builder, watch);
    }
    return g_variant_builder_end(&builder);
}
