/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "orphan-source.h"

#include "orphan-vm.h"

struct _FirnOrphanSource {
    GObject parent_instance;
    FirnVmSource *source;      /* (owned) the source of defined VMs */
    FirnCatalogueStore *store; /* (owned) */
    GHashTable *defined;       /* (owned) (element-type utf8 FirnVm) UUID -> VM */
    GHashTable *orphans;       /* (owned) (element-type utf8 FirnVm) UUID -> VM, shown */
    gboolean is_complete;      /* a UUID that is not in defined has no definition */
};

/* A UUID to check later, after all signals about it have been handled. */
typedef struct {
    FirnOrphanSource *self; /* (owned) */
    char *uuid;             /* (owned) */
} Case;

static void firn_orphan_source_vm_source_init(FirnVmSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnOrphanSource,
                              firn_orphan_source,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_VM_SOURCE,
                                                    firn_orphan_source_vm_source_init))

static void reconsider(FirnOrphanSource *self, const char *uuid);

static void
on_orphan_changed(FirnVm *orphan, gpointer user_data)
{
    g_autofree char *uuid = g_strdup(firn_vm_get_uuid(orphan));

    reconsider(user_data, uuid);
}

/* The last snapshot of an orphan may have been deleted. */
static void
on_catalogue_changed(FirnCatalogue *catalogue, gpointer user_data)
{
    FirnOrphanSource *self = user_data;
    g_autofree gpointer *uuids = g_hash_table_get_keys_as_array(self->orphans, NULL);

    for (gpointer *uuid = uuids; *uuid != NULL; uuid++)
        reconsider(self, *uuid);
}

static void
take_in(FirnOrphanSource *self, const char *uuid, FirnCatalogue *catalogue)
{
    FirnVm *orphan = firn_orphan_vm_new(uuid, catalogue);

    g_hash_table_insert(self->orphans, g_strdup(uuid), orphan);
    g_signal_connect_object(orphan, "changed", G_CALLBACK(on_orphan_changed), self, 0);
    g_signal_connect_object(catalogue, "changed", G_CALLBACK(on_catalogue_changed), self, 0);
    g_message("%s (%s) has snapshots but no definition", firn_vm_get_name(orphan), uuid);
    firn_vm_source_emit_added(FIRN_VM_SOURCE(self), orphan);
}

static void
drop_vm(FirnOrphanSource *self, const char *uuid)
{
    g_autofree gpointer key = NULL;
    g_autoptr(FirnVm) orphan = NULL;
    gpointer value = NULL;

    g_hash_table_steal_extended(self->orphans, uuid, &key, &value);
    orphan = value;
    g_signal_handlers_disconnect_by_data(orphan, self);
    g_signal_handlers_disconnect_by_data(firn_vm_get_catalogue(orphan), self);
    firn_vm_source_emit_removed(FIRN_VM_SOURCE(self), orphan);
}

static gboolean
has_snapshots(FirnOrphanSource *self, const char *uuid, FirnCatalogue **out_catalogue)
{
    *out_catalogue = firn_catalogue_store_get(self->store, uuid, NULL);
    return firn_catalogue_count(*out_catalogue) > 0;
}

/* An orphan is not removed while a job works on it. */
static void
reconsider(FirnOrphanSource *self, const char *uuid)
{
    FirnVm *defined = g_hash_table_lookup(self->defined, uuid);
    FirnVm *orphan = g_hash_table_lookup(self->orphans, uuid);
    FirnCatalogue *catalogue = NULL;
    gboolean is_orphan =
        self->is_complete && defined == NULL && has_snapshots(self, uuid, &catalogue);

    if (orphan != NULL && (is_orphan || firn_vm_get_job(orphan) != 0))
        return;
    if (orphan != NULL) {
        drop_vm(self, uuid);
        if (defined != NULL)
            firn_vm_source_emit_added(FIRN_VM_SOURCE(self), defined);
    } else if (is_orphan) {
        take_in(self, uuid, catalogue);
    }
}

static void
free_case(gpointer data)
{
    Case *one = data;

    g_object_unref(one->self);
    g_free(one->uuid);
    g_free(one);
}

static gboolean
on_idle(gpointer data)
{
    Case *one = data;

    reconsider(one->self, one->uuid);
    return G_SOURCE_REMOVE;
}

static void
on_added(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    FirnOrphanSource *self = user_data;
    const char *uuid = firn_vm_get_uuid(vm);

    g_hash_table_insert(self->defined, g_strdup(uuid), g_object_ref(vm));
    if (g_hash_table_contains(self->orphans, uuid))
        reconsider(self, uuid);
    else
        firn_vm_source_emit_added(FIRN_VM_SOURCE(self), vm);
}

/* Checks later: a renamed VM is added again immediately. */
static void
on_removed(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    FirnOrphanSource *self = user_data;
    const char *uuid = firn_vm_get_uuid(vm);
    Case *one;

    g_hash_table_remove(self->defined, uuid);
    /* The VM waits for a job on its former orphan, and its "vm-added" was not emitted. */
    if (g_hash_table_contains(self->orphans, uuid))
        return;
    firn_vm_source_emit_removed(FIRN_VM_SOURCE(self), vm);
    one = g_new0(Case, 1);
    *one = (Case){g_object_ref(self), g_strdup(uuid)};
    g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, on_idle, one, free_case);
}

static void
on_found(FirnVmSource *source, gpointer user_data)
{
    firn_vm_source_emit_found(user_data);
}

static void
on_complete(FirnVmSource *source, gpointer user_data)
{
    FirnOrphanSource *self = user_data;
    g_autoptr(GPtrArray) uuids = firn_catalogue_store_list(self->store);

    self->is_complete = TRUE;
    for (guint i = 0; i < uuids->len; i++)
        reconsider(self, uuids->pdata[i]);
    firn_vm_source_emit_complete(FIRN_VM_SOURCE(self));
}

static void
start(FirnVmSource *source)
{
    firn_vm_source_start(FIRN_ORPHAN_SOURCE(source)->source);
}

static void
on_looked(FirnVmSource *source, gpointer user_data)
{
    firn_vm_source_emit_looked(user_data);
}

static void
look(FirnVmSource *source)
{
    firn_vm_source_look(FIRN_ORPHAN_SOURCE(source)->source);
}

static GPtrArray *
get_problems(FirnVmSource *source)
{
    return firn_vm_source_get_problems(FIRN_ORPHAN_SOURCE(source)->source);
}

static void
add_health(FirnVmSource *source, GPtrArray *health)
{
    firn_vm_source_add_health(FIRN_ORPHAN_SOURCE(source)->source, health);
}

static void
firn_orphan_source_vm_source_init(FirnVmSourceInterface *iface)
{
    iface->add_health = add_health;
    iface->start = start;
    iface->look = look;
    iface->get_problems = get_problems;
}

static void
firn_orphan_source_finalize(GObject *object)
{
    FirnOrphanSource *self = FIRN_ORPHAN_SOURCE(object);

    g_object_unref(self->source);
    firn_catalogue_store_unref(self->store);
    g_hash_table_unref(self->defined);
    g_hash_table_unref(self->orphans);
    G_OBJECT_CLASS(firn_orphan_source_parent_class)->finalize(object);
}

static void
firn_orphan_source_class_init(FirnOrphanSourceClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_orphan_source_finalize;
}

static void
firn_orphan_source_init(FirnOrphanSource *self)
{
    self->defined = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    self->orphans = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
}

FirnVmSource *
firn_orphan_source_new(FirnVmSource *defined, FirnCatalogueStore *store)
{
    FirnOrphanSource *self = g_object_new(FIRN_TYPE_ORPHAN_SOURCE, NULL);

    self->source = g_object_ref(defined);
    self->store = firn_catalogue_store_ref(store);
    g_signal_connect_object(defined, "vm-added", G_CALLBACK(on_added), self, 0);
    g_signal_connect_object(defined, "vm-removed", G_CALLBACK(on_removed), self, 0);
    g_signal_connect_object(defined, "found", G_CALLBACK(on_found), self, 0);
    g_signal_connect_object(defined, "complete", G_CALLBACK(on_complete), self, 0);
    g_signal_connect_object(defined, "looked", G_CALLBACK(on_looked), self, 0);
    return FIRN_VM_SOURCE(self);
}
