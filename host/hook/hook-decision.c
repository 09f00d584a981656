/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-decision.h"

#include "drift-guard.h"

/* Returns a reason to refuse, or NULL. */
typedef char *(*Rule)(const FirnHookRequest *request, const FirnHookKnowledge *knowledge);

/* If QEMU and qemu-img use the same image, one of them fails, or QEMU reads an incomplete
 * snapshot. */
static char *
refuse_busy(const FirnHookRequest *request, const FirnHookKnowledge *knowledge)
{
    if (knowledge->job == 0)
        return NULL;
    return g_strdup_printf("firn is working on the disks of %s (job %u, %s); try again after: "
                           "firn job %u --wait",
                           request->domain->name,
                           knowledge->job,
                           knowledge->job_operation,
                           knowledge->job);
}

/* On this host the VM's snapshot tree and its limit would be unknown. */
static char *
refuse_strange_snapshots(const FirnHookRequest *request, const FirnHookKnowledge *knowledge)
{
    guint here = firn_catalogue_count(knowledge->catalogue);

    /* The contents of a damaged catalogue are unknown. */
    if (firn_catalogue_get_damage(knowledge->catalogue) != NULL)
        return NULL;
    if (request->domain->snapshot_mark <= here)
        return NULL;
    return g_strdup_printf("%s has %u firn snapshots, but firn on this host knows %u; delete "
                           "them on the other host, or copy its catalogue to this host: "
                           "/var/lib/firn/vm/%s.json",
                           request->domain->name,
                           request->domain->snapshot_mark,
                           here,
                           request->domain->uuid);
}

/* Depends on the VM's policy. */
static char *
refuse_drifted(const FirnHookRequest *request, const FirnHookKnowledge *knowledge)
{
    return firn_drift_guard_refuse(knowledge->catalogue, request->xml);
}

/* To add a rule, add it here. */
static const Rule start_rules[] = {refuse_busy, refuse_drifted};
static const Rule arrival_rules[] = {refuse_busy, refuse_strange_snapshots};

static char *
find_reason(const Rule *rules,
            gsize n_rules,
            const FirnHookRequest *request,
            const FirnHookKnowledge *knowledge)
{
    for (gsize i = 0; i < n_rules; i++) {
        char *reason = rules[i](request, knowledge);

        if (reason != NULL)
            return reason;
    }
    return NULL;
}

char *
firn_hook_decide(const FirnHookRequest *request, const FirnHookKnowledge *knowledge)
{
    switch (request->operation) {
    case FIRN_HOOK_OPERATION_PREPARE:
    case FIRN_HOOK_OPERATION_RESTORE:
        return find_reason(start_rules, G_N_ELEMENTS(start_rules), request, knowledge);
    case FIRN_HOOK_OPERATION_MIGRATE:
        return find_reason(arrival_rules, G_N_ELEMENTS(arrival_rules), request, knowledge);
    default:
        return NULL;
    }
}
