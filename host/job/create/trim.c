/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trim.h"

#include "fstrim.h"
#include "printable.h"
#include "qmp-error.h"

/* A check for a snapshot with RAM, or without a freeze, has no agent. */
static FirnFstrim *
trim(const FirnCheck *check, GCancellable *cancellable, GError **error)
{
    FirnVm *vm = check->params->vm;
    FirnChannel *agent = check->guest->agent;
    FirnFstrim *trimmed;

    if (agent != NULL)
        return firn_fstrim_run(agent, check->params->trim_ms, cancellable, error);
    agent = firn_vm_open_agent(vm, cancellable, error);
    if (agent == NULL)
        return NULL;
    trimmed = firn_fstrim_run(agent, check->params->trim_ms, cancellable, error);
    firn_vm_close_agent(vm, agent);
    return trimmed;
}

static char *
describe(const FirnFstrim *trimmed, const GError *error, guint limit_ms)
{
    const char *words = trimmed == NULL ? error->message : trimmed->complaint;
    g_autofree char *text = firn_printable(words);

    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE))
        return g_strdup_printf("the guest has not finished trimming within %u s; give it more time "
                               "with --fstrim=TIME",
                               limit_ms / 1000);
    if (trimmed == NULL)
        return g_strdup_printf("the guest's file systems were not trimmed: %s", text);
    if (trimmed->n_failed > 0)
        return g_strdup_printf("%u of the guest's file systems were not trimmed: %s",
                               trimmed->n_failed,
                               text);
    return NULL;
}

gboolean
firn_trim_run(FirnCheck *check, FirnJob *job, GError **error)
{
    GCancellable *cancellable = firn_job_get_cancellable(job);
    g_autoptr(FirnFstrim) trimmed = NULL;
    g_autoptr(GError) failure = NULL;

    if (check->params->trim_ms == 0 || check->guest->monitor == NULL)
        return TRUE;
    firn_job_enter(job, "trim", 0.1);
    trimmed = trim(check, cancellable, &failure);
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return FALSE;
    check->trim_complaint = describe(trimmed, failure, check->params->trim_ms);
    if (trimmed != NULL)
        firn_job_set_result(job, "trimmed", g_variant_new_uint64(trimmed->trimmed_bytes));
    return TRUE;
}
