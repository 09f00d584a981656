/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drift-watch.h"

#include "drift-look.h"
#include "snapshot-registry.h"

struct _FirnDriftWatch {
    GObject parent_instance;
    FirnVm *vm;           /* (owned) */
    FirnVmDrift *found;   /* (owned) (nullable) */
    char *snapshot;       /* (owned) name of the snapshot that @found was compared with, "" if
                           * none */
    char *measure;        /* (owned) the same for the comparison in progress */
    GPtrArray *waiting;   /* (owned) (element-type GTask) for the comparison after the one in
                           * progress */
    GPtrArray *attending; /* (owned) (element-type GTask) for the one in progress */
    FirnVmState state;    /* state of the VM at its last change */
    gboolean is_looking;
    gboolean is_outdated; /* the configuration changed since the comparison in progress began */
};

enum { SIGNAL_LOOKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(FirnDriftWatch, firn_drift_watch, G_TYPE_OBJECT)

static void look(FirnDriftWatch *self);

static void
answer(GPtrArray *tasks, const GError *error)
{
    for (guint i = 0; i < tasks->len; i++)
        if (error == NULL)
            g_task_return_boolean(tasks->pdata[i], TRUE);
        else
            g_task_return_error(tasks->pdata[i], g_error_copy(error));
    g_ptr_array_set_size(tasks, 0);
}

static void
look_if_free(FirnDriftWatch *self)
{
    self->is_outdated = TRUE;
    if (!self->is_looking && firn_vm_get_job(self->vm) == 0)
        look(self);
}

static void
take(FirnDriftWatch *self, FirnVmDrift *found)
{
    firn_vm_drift_free(self->found);
    self->found = found;
    g_free(self->snapshot);
    self->snapshot = g_strdup(self->measure);
    g_signal_emit(self, signals[SIGNAL_LOOKED], 0);
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(FirnDriftWatch) self = user_data;
    g_autoptr(GError) error = NULL;
    FirnVmDrift *found = firn_drift_look_finish(result, &error);

    self->is_looking = FALSE;
    if (found != NULL)
        take(self, found);
    else
        g_info("%s: could not compare the configuration: %s",
               firn_vm_get_name(self->vm),
               error->message);
    answer(self->attending, error);
    if (self->waiting->len > 0)
        look(self);
    else if (self->is_outdated)
        look_if_free(self);
}

static void
look(FirnDriftWatch *self)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(self->vm);
    g_autofree char *current = firn_catalogue_dup_current(catalogue);
    g_autoptr(FirnSnapshot) snapshot =
        current == NULL ? NULL : firn_catalogue_lookup(catalogue, current, NULL);
    GPtrArray *attending = self->attending;

    self->attending = self->waiting;
    self->waiting = attending;
    self->is_looking = TRUE;
    self->is_outdated = FALSE;
    g_free(self->measure);
    self->measure = g_strdup(snapshot == NULL ? "" : snapshot->name);
    firn_drift_look_async(self->vm, snapshot, on_looked, g_object_ref(self));
}

static void
on_vm_changed(FirnVm *vm, gpointer user_data)
{
    FirnDriftWatch *self = user_data;
    FirnVmState state = firn_vm_get_state(vm);
    gboolean is_news = state != self->state;

    self->state = state;
    if (is_news || self->is_outdated)
        look_if_free(self);
}

static void
firn_drift_watch_finalize(GObject *object)
{
    FirnDriftWatch *self = FIRN_DRIFT_WATCH(object);

    g_object_unref(self->vm);
    firn_vm_drift_free(self->found);
    g_free(self->snapshot);
    g_free(self->measure);
    g_ptr_array_unref(self->waiting);
    g_ptr_array_unref(self->attending);
    G_OBJECT_CLASS(firn_drift_watch_parent_class)->finalize(object);
}

static void
firn_drift_watch_class_init(FirnDriftWatchClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_drift_watch_finalize;
    signals[SIGNAL_LOOKED] = g_signal_new("looked",
                                          FIRN_TYPE_DRIFT_WATCH,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          0);
}

static void
firn_drift_watch_init(FirnDriftWatch *self)
{
    self->snapshot = g_strdup("");
    self->waiting = g_ptr_array_new_with_free_func(g_object_unref);
    self->attending = g_ptr_array_new_with_free_func(g_object_unref);
}

FirnDriftWatch *
firn_drift_watch_new(FirnVm *vm)
{
    FirnDriftWatch *self = g_object_new(FIRN_TYPE_DRIFT_WATCH, NULL);
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);

    self->vm = g_object_ref(vm);
    self->state = firn_vm_get_state(vm);
    if (!firn_snapshot_registry_is_there(vm))
        return self;
    g_signal_connect_object(vm, "changed", G_CALLBACK(on_vm_changed), self, 0);
    g_signal_connect_object(vm, "reconfigured", G_CALLBACK(look_if_free), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(catalogue,
                            "changed",
                            G_CALLBACK(look_if_free),
                            self,
                            G_CONNECT_SWAPPED);
    look_if_free(self);
    return self;
}

const FirnVmDrift *
firn_drift_watch_get(FirnDriftWatch *self)
{
    return self->found;
}

const char *
firn_drift_watch_get_snapshot(FirnDriftWatch *self)
{
    return self->snapshot;
}

void
firn_drift_watch_refresh_async(FirnDriftWatch *self,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    GTask *task = g_task_new(self, NULL, callback, user_data);

    g_ptr_array_add(self->waiting, task);
    if (!self->is_looking)
        look(self);
}

gboolean
firn_drift_watch_refresh_finish(FirnDriftWatch *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}
