/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service.h"

#include "firn-config.h"
#include "job-object.h"
#include "manager-object.h"
#include "vm-object.h"

struct _FirnService {
    GObject parent_instance;
    GDBusConnection *connection; /* (owned) */
    FirnServiceParts parts;
    FirnManagerObject *manager; /* (owned) */
    GHashTable *vms;            /* (owned) (element-type FirnVm FirnVmObject) */
    GHashTable *jobs;           /* (owned) (element-type FirnJob FirnJobObject) */
    guint name;                 /* of g_bus_own_name(); 0: not requested yet */
};

enum { SIGNAL_READY, SIGNAL_LOST, SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(FirnService, firn_service, G_TYPE_OBJECT)

/* Unexports the object explicitly, since a call that is being answered may still hold a
 * reference. */
static void
withdraw(gpointer object)
{
    g_object_run_dispose(object);
    g_object_unref(object);
}

static void
on_vm_added(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    FirnService *self = user_data;

    g_hash_table_insert(self->vms, g_object_ref(vm), firn_vm_object_new(&self->parts, vm));
    firn_manager_object_update(self->manager);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void
on_vm_removed(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    FirnService *self = user_data;

    g_hash_table_remove(self->vms, vm);
    firn_manager_object_update(self->manager);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void
on_job_added(FirnJobs *jobs, FirnJob *job, gpointer user_data)
{
    FirnService *self = user_data;

    g_hash_table_insert(self->jobs, g_object_ref(job), firn_job_object_new(&self->parts, job));
    firn_manager_object_tell_job_new(self->manager, job);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void
on_job_removed(FirnJobs *jobs, FirnJob *job, gpointer user_data)
{
    FirnService *self = user_data;

    firn_manager_object_tell_job_removed(self->manager, job);
    g_hash_table_remove(self->jobs, job);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void
on_name_acquired(GDBusConnection *connection, const char *name, gpointer user_data)
{
    g_signal_emit(user_data, signals[SIGNAL_READY], 0);
}

static void
on_name_lost(GDBusConnection *connection, const char *name, gpointer user_data)
{
    g_signal_emit(user_data, signals[SIGNAL_LOST], 0);
}

/* Requests the name last, so that clients that see it find all VMs. */
static void
on_found(FirnVmSource *source, gpointer user_data)
{
    FirnService *self = user_data;

    firn_manager_object_update(self->manager);
    /* Connects the server only now: objects exported before send no signals. */
    g_dbus_object_manager_server_set_connection(self->parts.server, self->connection);
    self->name = g_bus_own_name_on_connection(self->connection,
                                              FIRN_BUS_NAME,
                                              G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                              on_name_acquired,
                                              on_name_lost,
                                              self,
                                              NULL);
}

void
firn_service_start(FirnService *self)
{
    firn_vm_source_start(self->parts.source);
}

guint
firn_service_count_vms(FirnService *self)
{
    return g_hash_table_size(self->vms);
}

static void
firn_service_dispose(GObject *object)
{
    FirnService *self = FIRN_SERVICE(object);

    g_clear_handle_id(&self->name, g_bus_unown_name);
    g_clear_object(&self->manager);
    /* Removes the VMs explicitly, since others hold references to the set. */
    if (self->vms != NULL)
        g_hash_table_remove_all(self->vms);
    g_clear_pointer(&self->vms, g_hash_table_unref);
    g_clear_pointer(&self->jobs, g_hash_table_unref);
    G_OBJECT_CLASS(firn_service_parent_class)->dispose(object);
}

static void
firn_service_finalize(GObject *object)
{
    FirnService *self = FIRN_SERVICE(object);

    g_clear_object(&self->parts.server);
    g_clear_object(&self->parts.authority);
    g_clear_object(&self->parts.source);
    g_clear_object(&self->parts.jobs);
    g_clear_object(&self->parts.backend);
    g_clear_object(&self->connection);
    g_free(self->parts.state_dir);
    g_free(self->parts.hooks_dir);
    g_clear_object(&self->parts.hook);
    G_OBJECT_CLASS(firn_service_parent_class)->finalize(object);
}

static guint
new_signal(const char *name)
{
    return g_signal_new(name,
                        FIRN_TYPE_SERVICE,
                        G_SIGNAL_RUN_LAST,
                        0,
                        NULL,
                        NULL,
                        NULL,
                        G_TYPE_NONE,
                        0);
}

static void
firn_service_class_init(FirnServiceClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_service_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_service_finalize;
    signals[SIGNAL_READY] = new_signal("ready");
    signals[SIGNAL_LOST] = new_signal("lost");
    signals[SIGNAL_CHANGED] = new_signal("changed");
}

static void
firn_service_init(FirnService *self)
{
    self->vms = g_hash_table_new_full(NULL, NULL, g_object_unref, withdraw);
    self->jobs = g_hash_table_new_full(NULL, NULL, g_object_unref, withdraw);
}

static void
listen(FirnService *self)
{
    FirnServiceParts *parts = &self->parts;

    g_signal_connect_object(parts->source, "vm-added", G_CALLBACK(on_vm_added), self, 0);
    g_signal_connect_object(parts->source, "vm-removed", G_CALLBACK(on_vm_removed), self, 0);
    g_signal_connect_object(parts->source, "found", G_CALLBACK(on_found), self, 0);
    g_signal_connect_object(parts->jobs, "job-added", G_CALLBACK(on_job_added), self, 0);
    g_signal_connect_object(parts->jobs, "job-removed", G_CALLBACK(on_job_removed), self, 0);
}

/* Adds failed jobs of earlier runs of firnd. */
static void
show_failed_jobs(FirnService *self)
{
    g_autoptr(GPtrArray) jobs = firn_jobs_list(self->parts.jobs);

    for (guint i = 0; i < jobs->len; i++) {
        FirnJob *job = jobs->pdata[i];

        g_hash_table_insert(self->jobs, g_object_ref(job), firn_job_object_new(&self->parts, job));
    }
}

FirnService *
firn_service_new(const FirnServiceSetup *setup)
{
    FirnService *self = g_object_new(FIRN_TYPE_SERVICE, NULL);
    FirnServiceParts *parts = &self->parts;

    self->connection = g_object_ref(setup->connection);
    parts->server = g_dbus_object_manager_server_new(FIRN_BUS_PATH);
    parts->source = g_object_ref(setup->source);
    parts->jobs = g_object_ref(setup->jobs);
    parts->backend = g_object_ref(setup->backend);
    parts->state_dir = g_strdup(setup->state_dir);
    parts->hooks_dir = g_strdup(setup->hooks_dir);
    g_set_object(&parts->hook, setup->hook);
    parts->authority = firn_authority_new(setup->connection, setup->is_system_bus, self->vms);
    self->manager = firn_manager_object_new(parts, self->vms);
    listen(self);
    show_failed_jobs(self);
    return self;
}
