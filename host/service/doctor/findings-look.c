/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "findings-look.h"

#define HURRY_MS (FIRN_FINDINGS_LOOK_LIMIT_MS - 1000)

typedef struct {
    const char *what; /* (unowned) */
    FirnFindingsFunc look;
    gpointer data; /* (owned) */
    GDestroyNotify free_data;
    GCancellable *hurry; /* (owned) */
    guint timers[2];     /* source ids; main loop only */
} Look;

static void
look_free(Look *self)
{
    self->free_data(self->data);
    g_object_unref(self->hurry);
    g_free(self);
}

static void
look_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const Look *self = data;
    FirnFindings *findings = firn_findings_new();

    self->look(findings, self->data, self->hurry);
    g_task_return_pointer(task, findings, (GDestroyNotify)firn_findings_free);
}

static gboolean
on_hurry(gpointer task)
{
    Look *self = g_task_get_task_data(task);

    self->timers[0] = 0;
    g_cancellable_cancel(self->hurry);
    return G_SOURCE_REMOVE;
}

static gboolean
on_end(gpointer task)
{
    Look *self = g_task_get_task_data(task);

    self->timers[1] = 0;
    g_cancellable_cancel(g_task_get_cancellable(task));
    return G_SOURCE_REMOVE;
}

static guint
add_timer(guint ms, GSourceFunc then, GTask *task)
{
    return g_timeout_add_full(G_PRIORITY_DEFAULT, ms, then, g_object_ref(task), g_object_unref);
}

void
firn_findings_look_async(const char *what,
                         FirnFindingsFunc look,
                         gpointer data,
                         GDestroyNotify free_data,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autoptr(GCancellable) end = g_cancellable_new();
    g_autoptr(GTask) task = g_task_new(NULL, end, callback, user_data);
    Look *self = g_new0(Look, 1);

    *self = (Look){
        what,
        look,
        data,
        free_data,
        g_cancellable_new(),
        {0, 0}
    };
    self->timers[0] = add_timer(HURRY_MS, on_hurry, task);
    self->timers[1] = add_timer(FIRN_FINDINGS_LOOK_LIMIT_MS, on_end, task);
    g_task_set_task_data(task, self, (GDestroyNotify)look_free);
    g_task_set_return_on_cancel(task, TRUE);
    g_task_run_in_thread(task, look_in_thread);
}

FirnFindings *
firn_findings_look_finish(GAsyncResult *result)
{
    Look *self = g_task_get_task_data(G_TASK(result));
    FirnFindings *findings = g_task_propagate_pointer(G_TASK(result), NULL);

    for (guint i = 0; i < G_N_ELEMENTS(self->timers); i++)
        g_clear_handle_id(&self->timers[i], g_source_remove);
    if (findings != NULL)
        return findings;
    findings = firn_findings_new();
    firn_findings_add(findings,
                      FIRN_SEVERITY_ERROR,
                      "NoAnswer",
                      self->what,
                      "did not answer within 5 s",
                      "check whether it hangs, and try again");
    return findings;
}
