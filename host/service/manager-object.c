/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "manager-object.h"

#include "bus-path.h"
#include "firn-bus.h"
#include "firn-config.h"
#include "host-diagnosis.h"
#include "host-error.h"
#include "job-object.h"
#include "methods.h"
#include "quiesce-call.h"
#include "vm-lookup.h"

struct _FirnManagerObject {
    GObject parent_instance;
    const FirnServiceParts *parts;    /* (unowned) */
    GHashTable *vms;                  /* (owned) (element-type FirnVm FirnVmObject) */
    FirnDBusObjectSkeleton *skeleton; /* (owned) */
    FirnDBusManager *iface;           /* (owned) */
};

G_DEFINE_FINAL_TYPE(FirnManagerObject, firn_manager_object, G_TYPE_OBJECT)

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(firn_vm_get_name(*(FirnVm *const *)a), firn_vm_get_name(*(FirnVm *const *)b));
}

static GPtrArray *
list_vms(FirnManagerObject *self)
{
    GPtrArray *vms = g_ptr_array_sized_new(g_hash_table_size(self->vms));
    GHashTableIter iter;
    gpointer vm;

    g_hash_table_iter_init(&iter, self->vms);
    while (g_hash_table_iter_next(&iter, &vm, NULL))
        g_ptr_array_add(vms, vm);
    g_ptr_array_sort(vms, compare_names);
    return vms;
}

static GVariant *
lookup_vm(gpointer object, const FirnCall *call, GError **error)
{
    FirnManagerObject *self = object;
    const char *key;

    g_variant_get(call->parameters, "(&s)", &key);
    firn_vm_lookup_begin(self->parts->source, self->vms, key, call->invocation);
    return NULL;
}

static GVariant *
answer_vms(gpointer object, const FirnCall *call, GError **error)
{
    g_autoptr(GPtrArray) vms = list_vms(object);
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("a(oss)"));
    for (guint i = 0; i < vms->len; i++) {
        const char *uuid = firn_vm_get_uuid(vms->pdata[i]);
        g_autofree char *path = firn_bus_path("vm", uuid);

        g_variant_builder_add(&list, "(oss)", path, uuid, firn_vm_get_name(vms->pdata[i]));
    }
    /* The source has no signal for a definition that it could not read, so its problems are updated
     * here. */
    firn_manager_object_update(object);
    return g_variant_new("(a(oss))", &list);
}

static GVariant *
answer_jobs(gpointer object, const FirnCall *call, GError **error)
{
    FirnManagerObject *self = object;
    g_autoptr(GPtrArray) jobs = firn_jobs_list(self->parts->jobs);
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("a(usssoo)"));
    for (guint i = 0; i < jobs->len; i++) {
        FirnJob *job = jobs->pdata[i];
        g_autofree char *path = firn_bus_path_of_job(firn_job_get_id(job));
        g_autofree char *vm = firn_bus_path("vm", firn_job_get_vm_uuid(job));

        g_variant_builder_add(&list,
                              "(usssoo)",
                              firn_job_get_id(job),
                              firn_job_get_operation(job),
                              firn_job_state_word(firn_job_get_state(job)),
                              firn_job_get_phase(job),
                              vm,
                              path);
    }
    return g_variant_new("(a(usssoo))", &list);
}

static GVariant *
quiesce(gpointer object, const FirnCall *call, GError **error)
{
    FirnManagerObject *self = object;

    firn_quiesce_call_begin(self->parts, self->vms, call->invocation);
    return NULL;
}

static void
on_diagnosed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    firn_method_answer_value(user_data, firn_diagnosis_finish(result), NULL);
}

static GVariant *
diagnose(gpointer object, const FirnCall *call, GError **error)
{
    FirnManagerObject *self = object;

    if (firn_options_finish(call->options, error))
        firn_host_diagnosis_async(self->parts, on_diagnosed, call->invocation);
    return NULL;
}

/* clang-format off */
static const FirnMethod manager_methods[] = {
    {"handle-lookup-vm", NULL,                 lookup_vm},
    {"handle-list-vms",  NULL,                 answer_vms},
    {"handle-list-jobs", NULL,                 answer_jobs},
    {"handle-diagnose",  FIRN_ACTION_MAINTAIN, diagnose},
    {"handle-quiesce",   FIRN_ACTION_FREEZE,   quiesce, .asks_itself = TRUE},
};
/* clang-format on */

void
firn_manager_object_update(FirnManagerObject *self)
{
    GPtrArray *problems = firn_vm_source_get_problems(self->parts->source);
    g_autoptr(GStrvBuilder) sentences = g_strv_builder_new();
    g_auto(GStrv) all = NULL;

    for (guint i = 0; i < problems->len; i++)
        g_strv_builder_add(sentences, problems->pdata[i]);
    all = g_strv_builder_end(sentences);
    firn_dbus_manager_set_problems(self->iface, (const char *const *)all);
}

void
firn_manager_object_tell_job_new(FirnManagerObject *self, FirnJob *job)
{
    g_autofree char *path = firn_bus_path_of_job(firn_job_get_id(job));

    firn_dbus_manager_emit_job_new(self->iface, firn_job_get_id(job), path);
}

void
firn_manager_object_tell_job_removed(FirnManagerObject *self, FirnJob *job)
{
    g_autofree char *path = firn_bus_path_of_job(firn_job_get_id(job));

    firn_dbus_manager_emit_job_removed(self->iface,
                                       firn_job_get_id(job),
                                       path,
                                       firn_job_state_word(firn_job_get_state(job)));
}

static void
firn_manager_object_finalize(GObject *object)
{
    FirnManagerObject *self = FIRN_MANAGER_OBJECT(object);

    g_clear_object(&self->skeleton);
    g_clear_object(&self->iface);
    g_clear_pointer(&self->vms, g_hash_table_unref);
    G_OBJECT_CLASS(firn_manager_object_parent_class)->finalize(object);
}

static void
firn_manager_object_class_init(FirnManagerObjectClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_manager_object_finalize;
}

static void
firn_manager_object_init(FirnManagerObject *self)
{
    self->iface = firn_dbus_manager_skeleton_new();
    firn_dbus_manager_set_version(self->iface, FIRN_VERSION);
    firn_dbus_manager_set_api_version(self->iface, FIRN_API_VERSION);
}

FirnManagerObject *
firn_manager_object_new(const FirnServiceParts *parts, GHashTable *vms)
{
    FirnManagerObject *self = g_object_new(FIRN_TYPE_MANAGER_OBJECT, NULL);

    self->parts = parts;
    self->vms = g_hash_table_ref(vms);
    firn_methods_connect(self->iface,
                         manager_methods,
                         G_N_ELEMENTS(manager_methods),
                         parts->authority,
                         NULL,
                         self);
    firn_manager_object_update(self);
    self->skeleton = firn_dbus_object_skeleton_new(FIRN_BUS_PATH "/Manager");
    firn_dbus_object_skeleton_set_manager(self->skeleton, self->iface);
    g_dbus_object_manager_server_export(parts->server, G_DBUS_OBJECT_SKELETON(self->skeleton));
    return self;
}
