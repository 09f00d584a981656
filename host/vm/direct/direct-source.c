/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-source.h"

#include <gio/gio.h>

#include "direct-vm.h"

struct _FirnDirectSource {
    GObject parent_instance;
    char *machines_dir;        /* (owned) */
    char *service_bus;         /* (owned) (nullable) */
    FirnCatalogueStore *store; /* (owned) */
    GHashTable *vms;           /* (owned) (element-type utf8 FirnDirectVm) file name -> VM */
    GPtrArray *problems;       /* (owned) (element-type utf8) */
    GPtrArray *told; /* (owned) (element-type utf8) problems of the previous scan, already logged */
    gboolean is_behind;  /* a change waits for the end of a job */
    gboolean is_reading; /* a thread reads the folder */
    gboolean is_old;     /* the folder has to be read again after that */
    gboolean is_found;
    GFileMonitor *watch; /* (owned) (nullable) */
};

/* The content of one machine file. */
typedef struct {
    FirnMachineFile *file; /* (owned) (nullable) */
    char *problem;         /* (owned) (nullable) why it cannot be used */
} Reading;

static void firn_direct_source_vm_source_init(FirnVmSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnDirectSource,
                              firn_direct_source,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_VM_SOURCE,
                                                    firn_direct_source_vm_source_init))

static gboolean
is_uuid_taken(FirnDirectSource *self, const char *file_name, const char *uuid)
{
    GHashTableIter iter;
    gpointer name, vm;

    g_hash_table_iter_init(&iter, self->vms);
    while (g_hash_table_iter_next(&iter, &name, &vm))
        if (!g_str_equal(name, file_name) && g_str_equal(firn_vm_get_uuid(vm), uuid))
            return TRUE;
    return FALSE;
}

static void
add_problem(FirnDirectSource *self, char *problem)
{
    if (!g_ptr_array_find_with_equal_func(self->told, problem, g_str_equal, NULL))
        g_warning("%s; correct the file, firn reads it again by itself", problem);
    g_ptr_array_add(self->problems, problem);
}

static void scan(FirnDirectSource *self);

static gboolean
on_catching_up(gpointer user_data)
{
    scan(user_data);
    return G_SOURCE_REMOVE;
}

static void
on_vm_changed(FirnVm *vm, gpointer user_data)
{
    FirnDirectSource *self = user_data;

    if (!self->is_behind || firn_vm_get_job(vm) != 0)
        return;
    self->is_behind = FALSE;
    g_idle_add_full(G_PRIORITY_DEFAULT, on_catching_up, g_object_ref(self), g_object_unref);
}

/* A VM is not replaced or removed while a job works on it. */
static gboolean
is_kept(FirnDirectSource *self, FirnVm *vm)
{
    if (firn_vm_get_job(vm) == 0)
        return FALSE;
    self->is_behind = TRUE;
    return TRUE;
}

static void
remove_vm(FirnDirectSource *self, const char *file_name)
{
    g_autoptr(FirnDirectVm) vm = NULL;
    gpointer key = NULL, value = NULL;

    if (!g_hash_table_steal_extended(self->vms, file_name, &key, &value))
        return;
    g_free(key);
    vm = value;
    g_signal_handlers_disconnect_by_data(vm, self);
    firn_vm_source_emit_removed(FIRN_VM_SOURCE(self), FIRN_VM(vm));
    firn_direct_vm_stop(vm);
}

static void
add_vm(FirnDirectSource *self, const char *file_name, FirnMachineFile *file)
{
    FirnCatalogue *catalogue = firn_catalogue_store_get(self->store, file->uuid, file->name);
    FirnVm *vm = firn_direct_vm_new(file, catalogue);

    firn_direct_vm_set_service_bus(FIRN_DIRECT_VM(vm), self->service_bus);
    g_hash_table_insert(self->vms, g_strdup(file_name), vm);
    g_signal_connect_object(vm, "changed", G_CALLBACK(on_vm_changed), self, 0);
    firn_vm_source_emit_added(FIRN_VM_SOURCE(self), vm);
    firn_direct_vm_start(FIRN_DIRECT_VM(vm));
}

static void
load_file(FirnDirectSource *self, const char *file_name, Reading *reading)
{
    FirnDirectVm *known = g_hash_table_lookup(self->vms, file_name);

    if (reading->file == NULL) {
        add_problem(self, g_strdup(reading->problem));
        return;
    }
    if (is_uuid_taken(self, file_name, reading->file->uuid)) {
        add_problem(self,
                    g_strdup_printf("%s/%s: another file has the same uuid=",
                                    self->machines_dir,
                                    file_name));
        return;
    }
    if (known != NULL && firn_machine_file_equal(reading->file, firn_direct_vm_get_file(known)))
        return;
    if (known != NULL && is_kept(self, FIRN_VM(known)))
        return;
    remove_vm(self, file_name);
    add_vm(self, file_name, g_steal_pointer(&reading->file));
}

static void
remove_missing(FirnDirectSource *self, GHashTable *present)
{
    g_autofree gpointer *names = g_hash_table_get_keys_as_array(self->vms, NULL);

    for (gpointer *name = names; *name != NULL; name++) {
        FirnVm *vm = g_hash_table_lookup(self->vms, *name);

        if (!g_hash_table_contains(present, *name) && !is_kept(self, vm))
            remove_vm(self, *name);
    }
}

static void
free_reading(gpointer data)
{
    Reading *reading = data;

    firn_machine_file_free(reading->file);
    g_free(reading->problem);
    g_free(reading);
}

static Reading *
read_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    Reading *reading = g_new0(Reading, 1);
    g_autoptr(GError) error = NULL;

    reading->file = firn_machine_file_read(path, &error);
    if (reading->file == NULL)
        reading->problem = g_strdup(error->message);
    return reading;
}

/* Reads in a thread: a file system may hang, and a user name may be looked up over the network. */
static void
read_folder_in_thread(GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
    GHashTable *files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_reading);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(name, ".conf") && name[0] != '.')
            g_hash_table_replace(files, g_strdup(name), read_file(path, name));
    g_task_return_pointer(task, files, (GDestroyNotify)g_hash_table_unref);
}

static void
take_files(FirnDirectSource *self, GHashTable *files)
{
    GHashTableIter iter;
    gpointer name, reading;

    g_ptr_array_set_size(self->told, 0);
    g_ptr_array_extend_and_steal(self->told, g_steal_pointer(&self->problems));
    self->problems = g_ptr_array_new_with_free_func(g_free);
    remove_missing(self, files);
    g_hash_table_iter_init(&iter, files);
    while (g_hash_table_iter_next(&iter, &name, &reading))
        load_file(self, name, reading);
}

static void
on_folder_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GWeakRef *weak = user_data;
    g_autoptr(FirnDirectSource) self = g_weak_ref_get(weak);
    g_autoptr(GHashTable) files = g_task_propagate_pointer(G_TASK(result), NULL);

    g_weak_ref_clear(weak);
    g_free(weak);
    if (self == NULL)
        return;
    self->is_reading = FALSE;
    take_files(self, files);
    if (!self->is_found) {
        self->is_found = TRUE;
        firn_vm_source_emit_found(FIRN_VM_SOURCE(self));
        firn_vm_source_emit_complete(FIRN_VM_SOURCE(self));
    }
    if (self->is_old)
        scan(self);
    else
        firn_vm_source_emit_looked(FIRN_VM_SOURCE(self));
}

static void
scan(FirnDirectSource *self)
{
    g_autoptr(GTask) task = NULL;
    GWeakRef *weak;

    self->is_old = self->is_reading;
    if (self->is_reading)
        return;
    self->is_reading = TRUE;
    /* A weak reference, so that a folder that hangs does not keep the source alive. */
    weak = g_new0(GWeakRef, 1);
    g_weak_ref_init(weak, self);
    task = g_task_new(NULL, NULL, on_folder_read, weak);
    g_task_set_task_data(task, g_strdup(self->machines_dir), g_free);
    g_task_run_in_thread(task, read_folder_in_thread);
}

static void
on_folder_changed(GFileMonitor *watch,
                  GFile *file,
                  GFile *other,
                  GFileMonitorEvent event,
                  gpointer user_data)
{
    FirnDirectSource *self = user_data;

    /* A new file is read once it is written; a new folder has its files already. */
    if (event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT || event == G_FILE_MONITOR_EVENT_DELETED ||
        event == G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED || event == G_FILE_MONITOR_EVENT_RENAMED ||
        event == G_FILE_MONITOR_EVENT_MOVED_IN || event == G_FILE_MONITOR_EVENT_MOVED_OUT ||
        g_str_equal(g_file_peek_path(file), self->machines_dir))
        scan(self);
}

static void
start(FirnVmSource *source)
{
    FirnDirectSource *self = FIRN_DIRECT_SOURCE(source);
    g_autoptr(GFile) folder = g_file_new_for_path(self->machines_dir);

    /* While it is missing, GLib looks for it every few seconds. */
    self->watch = g_file_monitor_directory(folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
    if (self->watch != NULL)
        g_signal_connect(self->watch, "changed", G_CALLBACK(on_folder_changed), self);
    scan(self);
}

static void
look(FirnVmSource *source)
{
    scan(FIRN_DIRECT_SOURCE(source));
}

static GPtrArray *
get_problems(FirnVmSource *source)
{
    return FIRN_DIRECT_SOURCE(source)->problems;
}

static void
firn_direct_source_vm_source_init(FirnVmSourceInterface *iface)
{
    iface->start = start;
    iface->look = look;
    iface->get_problems = get_problems;
}

static void
firn_direct_source_dispose(GObject *object)
{
    FirnDirectSource *self = FIRN_DIRECT_SOURCE(object);
    GHashTableIter iter;
    gpointer vm;

    g_hash_table_iter_init(&iter, self->vms);
    while (g_hash_table_iter_next(&iter, NULL, &vm))
        firn_direct_vm_stop(vm);
    g_hash_table_remove_all(self->vms);
    g_clear_object(&self->watch);
    G_OBJECT_CLASS(firn_direct_source_parent_class)->dispose(object);
}

static void
firn_direct_source_finalize(GObject *object)
{
    FirnDirectSource *self = FIRN_DIRECT_SOURCE(object);

    g_hash_table_unref(self->vms);
    firn_catalogue_store_unref(self->store);
    g_ptr_array_unref(self->problems);
    g_ptr_array_unref(self->told);
    g_free(self->machines_dir);
    g_free(self->service_bus);
    G_OBJECT_CLASS(firn_direct_source_parent_class)->finalize(object);
}

static void
firn_direct_source_class_init(FirnDirectSourceClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_direct_source_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_direct_source_finalize;
}

static void
firn_direct_source_init(FirnDirectSource *self)
{
    self->vms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    self->problems = g_ptr_array_new_with_free_func(g_free);
    self->told = g_ptr_array_new_with_free_func(g_free);
}

FirnVmSource *
firn_direct_source_new(const char *machines_dir, FirnCatalogueStore *store)
{
    FirnDirectSource *self = g_object_new(FIRN_TYPE_DIRECT_SOURCE, NULL);

    self->machines_dir = g_strdup(machines_dir);
    self->store = firn_catalogue_store_ref(store);
    return FIRN_VM_SOURCE(self);
}

void
firn_direct_source_set_service_bus(FirnDirectSource *self, const char *bus)
{
    g_free(self->service_bus);
    self->service_bus = g_strdup(bus);
}
