/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-findings.h"

#include "warnings.h"

static void
add_limit(FirnFindings *findings, FirnVm *vm)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    guint count = firn_catalogue_count(catalogue);
    g_autofree char *message = NULL;
    g_autofree char *remedy = g_strdup_printf(
        "delete a snapshot, or raise the limit with: firn policy %s set max-snapshots=N",
        firn_vm_get_name(vm));
    FirnPolicy policy;

    firn_catalogue_get_policy(catalogue, &policy);
    message = g_strdup_printf("%u of %u snapshots used", count, policy.max_snapshots);
    if (count < policy.max_snapshots)
        firn_findings_say(findings, "Limit", "limit", "%s", message);
    else
        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          "LimitReached",
                          "limit",
                          message,
                          remedy);
}

static void
add_catalogue(FirnFindings *findings, FirnVm *vm)
{
    const char *damage = firn_catalogue_get_damage(firn_vm_get_catalogue(vm));
    g_autofree char *advice = firn_vm_advise_damage(vm);

    if (damage != NULL) {
        firn_findings_add(findings,
                          FIRN_SEVERITY_ERROR,
                          "CatalogueDamaged",
                          "catalogue",
                          damage,
                          advice);
        return;
    }
    firn_findings_say(findings, "Catalogue", "catalogue", "is readable");
    add_limit(findings, vm);
}

static void
add_frozen(FirnFindings *findings, FirnVm *vm)
{
    gint64 since_us = firn_vm_get_frozen_since(vm);
    g_autofree char *message = NULL;

    if (since_us == 0)
        return;
    message = g_strdup_printf("firn has kept it frozen for %" G_GINT64_FORMAT " s",
                              (g_get_real_time() - since_us) / G_USEC_PER_SEC);
    firn_findings_add(findings,
                      FIRN_SEVERITY_WARNING,
                      "Frozen",
                      "guest",
                      message,
                      "firnd will thaw it; wait for its job to end");
}

static void
add_warnings(FirnFindings *findings, FirnVm *vm)
{
    g_autoptr(GVariant) warnings = g_variant_ref_sink(firn_warnings_of(vm, NULL));
    g_autofree char *remedy =
        g_strdup_printf("fix this, then run: firn verify %s --repair", firn_vm_get_name(vm));
    GVariantIter iter;
    const char *word, *sentence;

    g_variant_iter_init(&iter, warnings);
    while (g_variant_iter_next(&iter, "(&s&s)", &word, &sentence))
        firn_findings_add(findings, FIRN_SEVERITY_ERROR, word, "snapshots", sentence, remedy);
}

void
firn_catalogue_findings_add(FirnFindings *findings, FirnVm *vm)
{
    add_catalogue(findings, vm);
    add_frozen(findings, vm);
    add_warnings(findings, vm);
}
