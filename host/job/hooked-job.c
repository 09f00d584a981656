/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hooked-job.h"

static FirnHookSubject
describe(FirnJob *job, const char *snapshot)
{
    FirnVm *vm = firn_job_get_vm(job);

    return (FirnHookSubject){firn_job_get_operation(job),
                             firn_vm_get_uuid(vm),
                             firn_vm_get_name(vm),
                             snapshot};
}

static void
add_failures(FirnJob *job, GPtrArray *reports)
{
    g_autoptr(GVariant) result = firn_job_dup_result(job);
    g_autofree const char **warnings = NULL;
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();
    g_auto(GStrv) words = NULL;

    if (g_variant_lookup(result, "warnings", "^a&s", &warnings))
        g_strv_builder_addv(all, warnings);
    for (guint i = 0; i < reports->len; i++) {
        const FirnHookReport *report = reports->pdata[i];
        g_autofree char *text = g_strdup_printf("host hook %s failed %s the job: %s",
                                                report->hook,
                                                report->phase,
                                                report->failure);

        if (report->failure != NULL)
            g_strv_builder_add(all, text);
    }
    words = g_strv_builder_end(all);
    firn_job_set_result(job, "warnings", g_variant_new_strv((const char *const *)words, -1));
}

static void
report(FirnJob *job, GPtrArray *reports)
{
    GVariantBuilder list;

    if (reports->len == 0)
        return;
    g_variant_builder_init(&list, G_VARIANT_TYPE("a(ssus)"));
    for (guint i = 0; i < reports->len; i++) {
        const FirnHookReport *one = reports->pdata[i];

        g_variant_builder_add(&list,
                              "(ssus)",
                              one->hook,
                              one->phase,
                              one->took_ms,
                              one->failure == NULL ? "" : one->failure);
    }
    firn_job_set_result(job, "host-hooks", g_variant_builder_end(&list));
    add_failures(job, reports);
}

/* A job whose deadline has passed was cancelled by that. */
static const char *
get_word(gboolean ok, const GError *failure)
{
    if (ok)
        return "completed";
    return g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "cancelled" : "failed";
}

/* A failed job keeps the phase in which it failed. */
static void
run_after(FirnJob *job,
          const FirnHookSubject *before,
          gboolean ok,
          const GError *failure,
          GPtrArray *reports)
{
    g_autoptr(GVariant) result = firn_job_dup_result(job);
    FirnHookSubject subject = *before;
    FirnHookOutcome outcome = {.word = get_word(ok, failure)};

    if (ok) {
        firn_job_enter(job, "hooks", 0.98);
        g_variant_lookup(result, "name", "&s", &subject.snapshot);
        g_variant_lookup(result, "snapshot", "&s", &outcome.snapshot_uuid);
        g_variant_lookup(result, "verdict", "&s", &outcome.verdict);
    }
    firn_host_hooks_after(firn_job_get_hooks(job), &subject, &outcome, reports);
}

gboolean
firn_hooked_job_run(FirnJob *job,
                    const char *snapshot,
                    FirnJobFunc run,
                    gpointer params,
                    GPtrArray *reports,
                    GError **error)
{
    FirnHostHooks *hooks = firn_job_get_hooks(job);
    const FirnHookSubject subject = describe(job, snapshot);
    g_autoptr(GError) failure = NULL;
    gboolean ok;

    if (hooks == NULL || !firn_host_hooks_exist(hooks))
        return run(job, params, error);
    firn_job_enter(job, "hooks", 0.01);
    ok =
        firn_host_hooks_before(hooks, &subject, firn_job_get_cancellable(job), reports, &failure) &&
        run(job, params, &failure);
    run_after(job, &subject, ok, failure, reports);
    report(job, reports);
    if (failure != NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    return ok;
}

void
firn_hooked_job_end_interrupted(FirnJob *job)
{
    FirnHostHooks *hooks = firn_job_get_hooks(job);
    FirnVm *vm = firn_job_get_vm(job);
    g_autoptr(GPtrArray) reports = firn_host_hooks_new_reports();

    if (hooks == NULL)
        return;
    firn_host_hooks_end_interrupted(hooks, firn_vm_get_uuid(vm), firn_vm_get_name(vm), reports);
    report(job, reports);
}
