/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drift-look.h"

#include "host-error.h"

typedef struct {
    FirnVm *vm;             /* (owned) */
    FirnSnapshot *snapshot; /* (owned) (nullable) */
    guint timeout;          /* source id; 0: none. Main loop only */
} Look;

static void
look_free(Look *look)
{
    g_object_unref(look->vm);
    firn_snapshot_unref(look->snapshot);
    g_free(look);
}

static void
look_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const Look *look = data;
    GError *error = NULL;
    FirnVmDrift *found = firn_vm_drift_read(look->vm, look->snapshot, &error);

    if (found == NULL) {
        g_task_return_error(task, error);
        return;
    }
    firn_vm_drift_check_needs(found, look->vm);
    g_task_return_pointer(task, found, (GDestroyNotify)firn_vm_drift_free);
}

static gboolean
on_too_long(gpointer task)
{
    Look *look = g_task_get_task_data(task);

    look->timeout = 0;
    g_cancellable_cancel(g_task_get_cancellable(task));
    return G_SOURCE_REMOVE;
}

void
firn_drift_look_async(FirnVm *vm,
                      FirnSnapshot *snapshot,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
    g_autoptr(GCancellable) reading = g_cancellable_new();
    g_autoptr(GTask) task = g_task_new(NULL, reading, callback, user_data);
    Look *look = g_new0(Look, 1);

    look->vm = g_object_ref(vm);
    look->snapshot = snapshot == NULL ? NULL : firn_snapshot_ref(snapshot);
    look->timeout = g_timeout_add_full(G_PRIORITY_DEFAULT,
                                       FIRN_DRIFT_LOOK_LIMIT_MS,
                                       on_too_long,
                                       g_object_ref(task),
                                       g_object_unref);
    g_task_set_task_data(task, look, (GDestroyNotify)look_free);
    /* A call of a libvirt that hangs does not react to the cancellable. */
    g_task_set_return_on_cancel(task, TRUE);
    g_task_run_in_thread(task, look_in_thread);
}

FirnVmDrift *
firn_drift_look_finish(GAsyncResult *result, GError **error)
{
    Look *look = g_task_get_task_data(G_TASK(result));
    g_autoptr(GError) failure = NULL;
    FirnVmDrift *found = g_task_propagate_pointer(G_TASK(result), &failure);

    g_clear_handle_id(&look->timeout, g_source_remove);
    if (g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_VM_UNREACHABLE,
                    "%s did not report within %d s how %s is configured",
                    firn_vm_get_source(look->vm),
                    FIRN_DRIFT_LOOK_LIMIT_MS / 1000,
                    firn_vm_get_name(look->vm));
    else if (failure != NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    return found;
}
