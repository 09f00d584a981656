/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-look.h"

#include "current-snapshot.h"
#include "snapshot-registry.h"

typedef struct {
    FirnVm *vm;            /* (owned) */
    GCancellable *reading; /* (owned) cancels reading the disks */
    guint timeout;         /* source id; 0: none */
} Look;

static void
look_free(Look *look)
{
    g_clear_handle_id(&look->timeout, g_source_remove);
    g_object_unref(look->reading);
    g_object_unref(look->vm);
    g_free(look);
}

static void
on_disks_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Look *look = g_task_get_task_data(task);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDiskTables) tables = g_task_propagate_pointer(G_TASK(result), &error);

    g_clear_handle_id(&look->timeout, g_source_remove);
    if (error != NULL)
        g_info("%s: cannot read its disks: %s", firn_vm_get_name(look->vm), error->message);
    /* A job that changed the disks meanwhile makes the result useless. */
    if (firn_vm_get_job(look->vm) != 0)
        g_clear_pointer(&tables, firn_disk_tables_free);
    g_task_return_pointer(task, g_steal_pointer(&tables), (GDestroyNotify)firn_disk_tables_free);
}

static FirnDiskTables *
read_tables(FirnVm *vm, GPtrArray *disks)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) listed = NULL;
    g_autoptr(GPtrArray) records = firn_catalogue_list(firn_vm_get_catalogue(vm));
    g_autoptr(FirnDiskPresenceLook) look = NULL;

    if (disks->len == 0)
        return NULL;
    look = firn_disk_presence_look_new(disks, NULL, firn_vm_is_off(vm));
    firn_disk_presence_look_prepare(look, records);
    listed = firn_snapshot_registry_list_others(vm, &error);
    /* Without this list, the disks are still reported. */
    if (listed == NULL)
        g_info("%s: cannot read the snapshot list of its source: %s",
               firn_vm_get_name(vm),
               error->message);
    return firn_disk_tables_new(disks, g_steal_pointer(&look), listed);
}

static void
read_disks_in_thread(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    FirnVm *vm = task_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) disks = NULL;

    firn_current_snapshot_sync(vm);
    if (firn_vm_look(vm, cancellable, &error))
        disks = firn_vm_list_disks(vm, cancellable, &error);
    if (disks == NULL)
        g_task_return_error(task, g_steal_pointer(&error));
    else
        g_task_return_pointer(task, read_tables(vm, disks), (GDestroyNotify)firn_disk_tables_free);
}

static gboolean
on_too_long(gpointer user_data)
{
    Look *look = user_data;

    look->timeout = 0;
    g_cancellable_cancel(look->reading);
    return G_SOURCE_REMOVE;
}

static void
read_disks(GTask *task, Look *look)
{
    g_autoptr(GTask) reading = g_task_new(NULL, look->reading, on_disks_read, g_object_ref(task));

    look->timeout = g_timeout_add(FIRN_DISK_LOOK_LIMIT_MS, on_too_long, look);
    /* A tool that hangs on a dead file server does not react to the cancellable. */
    g_task_set_return_on_cancel(reading, TRUE);
    g_task_set_task_data(reading, g_object_ref(look->vm), g_object_unref);
    g_task_run_in_thread(reading, read_disks_in_thread);
}

void
firn_disk_look_async(FirnVm *vm, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, user_data);
    Look *look = g_new0(Look, 1);

    look->vm = g_object_ref(vm);
    look->reading = g_cancellable_new();
    g_task_set_task_data(task, look, (GDestroyNotify)look_free);
    if (firn_vm_get_job(vm) == 0)
        read_disks(task, look);
    else
        g_task_return_pointer(task, NULL, NULL);
}

FirnDiskTables *
firn_disk_look_finish(GAsyncResult *result)
{
    return g_task_propagate_pointer(G_TASK(result), NULL);
}
