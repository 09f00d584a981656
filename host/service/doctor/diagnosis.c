/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagnosis.h"

struct _FirnDiagnosis {
    GTask *task;            /* (owned) */
    FirnFindings *findings; /* (owned) */
    GPtrArray *found;       /* (owned) (element-type FirnFindings) one for each check; %NULL: in
                             * progress */
    guint n_pending;        /* checks in progress, plus one until firn_diagnosis_end() */
};

typedef struct {
    FirnDiagnosis *diagnosis; /* (unowned) freed after its last check */
    guint place;
} Place;

static void
free_found(gpointer findings)
{
    firn_findings_free(findings);
}

FirnDiagnosis *
firn_diagnosis_new(GAsyncReadyCallback callback, gpointer user_data)
{
    FirnDiagnosis *self = g_new0(FirnDiagnosis, 1);

    self->task = g_task_new(NULL, NULL, callback, user_data);
    self->findings = firn_findings_new();
    self->found = g_ptr_array_new_with_free_func(free_found);
    self->n_pending = 1;
    return self;
}

FirnFindings *
firn_diagnosis_get_findings(FirnDiagnosis *self)
{
    return self->findings;
}

void
firn_diagnosis_end(FirnDiagnosis *self)
{
    if (--self->n_pending > 0)
        return;
    for (guint i = 0; i < self->found->len; i++)
        firn_findings_take(self->findings, self->found->pdata[i]);
    g_task_return_pointer(self->task,
                          firn_findings_to_variant(self->findings),
                          (GDestroyNotify)g_variant_unref);
    g_object_unref(self->task);
    firn_findings_free(self->findings);
    g_ptr_array_unref(self->found);
    g_free(self);
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autofree Place *at = user_data;

    at->diagnosis->found->pdata[at->place] = firn_findings_look_finish(result);
    firn_diagnosis_end(at->diagnosis);
}

void
firn_diagnosis_look(FirnDiagnosis *self,
                    const char *what,
                    FirnFindingsFunc look,
                    gpointer data,
                    GDestroyNotify free_data)
{
    Place *at = g_new(Place, 1);

    *at = (Place){self, self->found->len};
    g_ptr_array_add(self->found, NULL);
    self->n_pending++;
    firn_findings_look_async(what, look, data, free_data, on_looked, at);
}

GVariant *
firn_diagnosis_finish(GAsyncResult *result)
{
    return g_task_propagate_pointer(G_TASK(result), NULL);
}
