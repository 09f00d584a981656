/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-source.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#include "libvirt-vm.h"

/* If libvirtd hangs, the VMs of other sources must become available. */
#define FOUND_MS      5000
#define LOOK_AGAIN_MS 1000

struct _FirnLibvirtSource {
    GObject parent_instance;
    FirnLibvirtConnection *link; /* (owned) */
    FirnCatalogueStore *store;   /* (owned) */
    GHashTable *vms;             /* (owned) (element-type utf8 FirnLibvirtVm) UUID -> VM */
    GPtrArray *problems;         /* (owned) (element-type utf8) always empty */
    GHashTable *resumed; /* (owned) (element-type utf8) UUIDs of VMs that were resumed from RAM, not
                          * signalled yet */
    guint reply_timeout; /* source id of the timeout for libvirt's first reply; 0: over */
    guint again;         /* source id of the next try after a failed listing; 0: none */
    gboolean is_looking;
    gboolean is_outdated; /* an event arrived since the current listing began */
    gboolean is_behind;   /* a change waits for the end of a job */
    gboolean is_complete; /* libvirt has listed its domains once */
    gboolean is_listed;   /* and has done so since the last connect */
};

static void firn_libvirt_source_vm_source_init(FirnVmSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnLibvirtSource,
                              firn_libvirt_source,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_VM_SOURCE,
                                                    firn_libvirt_source_vm_source_init))

static void look(FirnLibvirtSource *self);

static void
on_vm_changed(FirnVm *vm, gpointer user_data)
{
    FirnLibvirtSource *self = user_data;

    if (!self->is_behind || firn_vm_get_job(vm) != 0)
        return;
    self->is_behind = FALSE;
    look(self);
}

/* A VM is not removed while a job works on it. */
static gboolean
is_kept(FirnLibvirtSource *self, FirnVm *vm)
{
    if (firn_vm_get_job(vm) == 0)
        return FALSE;
    self->is_behind = TRUE;
    return TRUE;
}

static void
remove_vm(FirnLibvirtSource *self, const char *uuid)
{
    g_autofree gpointer key = NULL;
    g_autoptr(FirnVm) vm = NULL;
    gpointer value = NULL;

    if (!g_hash_table_steal_extended(self->vms, uuid, &key, &value))
        return;
    vm = value;
    g_signal_handlers_disconnect_by_data(vm, self);
    firn_vm_source_emit_removed(FIRN_VM_SOURCE(self), vm);
    firn_libvirt_vm_update(FIRN_LIBVIRT_VM(vm), NULL);
}

static void
add_vm(FirnLibvirtSource *self, const FirnDomainFacts *facts)
{
    FirnVm *vm =
        firn_libvirt_vm_new(self->link,
                            facts,
                            firn_catalogue_store_get(self->store, facts->uuid, facts->name));

    g_hash_table_insert(self->vms, g_strdup(facts->uuid), vm);
    g_signal_connect_object(vm, "changed", G_CALLBACK(on_vm_changed), self, 0);
    firn_libvirt_vm_update(FIRN_LIBVIRT_VM(vm), facts);
    firn_vm_source_emit_added(FIRN_VM_SOURCE(self), vm);
}

/* A renamed domain is the same VM with another name. */
static void
take_facts(FirnLibvirtSource *self, const FirnDomainFacts *facts)
{
    FirnVm *known = g_hash_table_lookup(self->vms, facts->uuid);

    if (known != NULL && !g_str_equal(firn_vm_get_name(known), facts->name) &&
        !is_kept(self, known)) {
        remove_vm(self, facts->uuid);
        known = NULL;
    }
    if (known == NULL)
        add_vm(self, facts);
    else
        firn_libvirt_vm_update(FIRN_LIBVIRT_VM(known), facts);
}

static void
remove_missing(FirnLibvirtSource *self, GHashTable *present)
{
    g_autofree gpointer *uuids = g_hash_table_get_keys_as_array(self->vms, NULL);

    for (gpointer *uuid = uuids; *uuid != NULL; uuid++) {
        FirnVm *vm = g_hash_table_lookup(self->vms, *uuid);

        if (!g_hash_table_contains(present, *uuid) && !is_kept(self, vm))
            remove_vm(self, *uuid);
    }
}

static void
emit_resumed(FirnLibvirtSource *self)
{
    GHashTableIter iter;
    gpointer uuid;

    g_hash_table_iter_init(&iter, self->resumed);
    while (g_hash_table_iter_next(&iter, &uuid, NULL)) {
        FirnVm *vm = g_hash_table_lookup(self->vms, uuid);

        if (vm != NULL)
            firn_vm_emit_resumed_from_ram(vm);
    }
    g_hash_table_remove_all(self->resumed);
}

static void
take_all(FirnLibvirtSource *self, GPtrArray *domains)
{
    g_autoptr(GHashTable) present = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < domains->len; i++)
        g_hash_table_add(present, ((FirnDomainFacts *)domains->pdata[i])->uuid);
    remove_missing(self, present);
    for (guint i = 0; i < domains->len; i++)
        take_facts(self, domains->pdata[i]);
    emit_resumed(self);
}

static void
free_facts(gpointer facts)
{
    firn_domain_facts_free(facts);
}

/* If the domain was undefined since it was listed, it is left out; any other failure makes the list
 * incomplete. */
static gboolean
is_gone(void)
{
    return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;
}

static GPtrArray *
read_all(virConnectPtr connection)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(free_facts);
    virDomainPtr *domains = NULL;
    int count = virConnectListAllDomains(connection, &domains, 0);
    gboolean is_told = count >= 0;

    for (int i = 0; i < count; i++) {
        FirnDomainFacts *facts = firn_domain_facts_read(domains[i]);

        if (facts != NULL)
            g_ptr_array_add(all, facts);
        else
            is_told = is_told && is_gone();
        virDomainFree(domains[i]);
    }
    free(domains);
    if (!is_told)
        g_clear_pointer(&all, g_ptr_array_unref);
    return all;
}

static void
look_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    FirnLibvirtSource *self = source;
    g_autoptr(FirnLibvirtLoan) loan = firn_libvirt_connection_acquire(self->link, NULL);

    g_task_return_pointer(task,
                          loan == NULL ? NULL : read_all(loan->connection),
                          (GDestroyNotify)g_ptr_array_unref);
}

static void
tell_found(FirnLibvirtSource *self)
{
    if (self->reply_timeout == 0)
        return;
    g_clear_handle_id(&self->reply_timeout, g_source_remove);
    firn_vm_source_emit_found(FIRN_VM_SOURCE(self));
}

static gboolean
on_again(gpointer user_data)
{
    FirnLibvirtSource *self = user_data;

    self->again = 0;
    look(self);
    return G_SOURCE_REMOVE;
}

/* Without a connection, "opened" triggers the next listing. */
static void
look_later(FirnLibvirtSource *self)
{
    if (self->again == 0 && firn_libvirt_connection_is_open(self->link))
        self->again = g_timeout_add(LOOK_AGAIN_MS, on_again, self);
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    FirnLibvirtSource *self = FIRN_LIBVIRT_SOURCE(source);
    g_autoptr(GPtrArray) domains = g_task_propagate_pointer(G_TASK(result), NULL);

    self->is_looking = FALSE;
    if (self->is_outdated) {
        look(self);
        return;
    }
    if (domains == NULL)
        look_later(self);
    else
        take_all(self, domains);
    self->is_listed = domains != NULL;
    tell_found(self);
    if (domains != NULL && !self->is_complete) {
        self->is_complete = TRUE;
        firn_vm_source_emit_complete(FIRN_VM_SOURCE(self));
    }
    firn_vm_source_emit_looked(FIRN_VM_SOURCE(self));
}

/* Events only trigger a new listing: the state always comes from libvirt's list, so the order of
 * events does not matter. */
static void
look(FirnLibvirtSource *self)
{
    g_autoptr(GTask) task = NULL;

    self->is_outdated = self->is_looking;
    if (self->is_looking)
        return;
    self->is_looking = TRUE;
    task = g_task_new(self, NULL, on_looked, NULL);
    g_task_run_in_thread(task, look_in_thread);
}

static void
on_devices_changed(FirnLibvirtConnection *link, const char *uuid, gpointer user_data)
{
    FirnLibvirtSource *self = user_data;
    FirnVm *vm = g_hash_table_lookup(self->vms, uuid);

    if (vm != NULL)
        firn_vm_tell_reconfigured(vm);
}

/* virsh snapshot-revert, virsh restore, start from a managed save, an incoming migration. */
static gboolean
is_resume_from_ram(int event, int detail)
{
    if (event == VIR_DOMAIN_EVENT_STARTED)
        return detail == VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT ||
               detail == VIR_DOMAIN_EVENT_STARTED_RESTORED ||
               detail == VIR_DOMAIN_EVENT_STARTED_MIGRATED;
    return event == VIR_DOMAIN_EVENT_RESUMED && (detail == VIR_DOMAIN_EVENT_RESUMED_FROM_SNAPSHOT ||
                                                 detail == VIR_DOMAIN_EVENT_RESUMED_MIGRATED ||
                                                 detail == VIR_DOMAIN_EVENT_RESUMED_POSTCOPY);
}

static void
on_domain_changed(FirnLibvirtConnection *link,
                  const char *uuid,
                  int event,
                  int detail,
                  gpointer user_data)
{
    FirnLibvirtSource *self = user_data;
    FirnVm *known = g_hash_table_lookup(self->vms, uuid);

    if (is_resume_from_ram(event, detail))
        g_hash_table_add(self->resumed, g_strdup(uuid));
    /* A domain that was undefined while it ran remained known as a transient one. */
    if (event == VIR_DOMAIN_EVENT_DEFINED && known != NULL)
        firn_vm_emit_redefined(known);
    look(self);
    on_devices_changed(link, uuid, self);
}

static void
on_opened(FirnLibvirtConnection *link, gpointer user_data)
{
    look(user_data);
}

static void
on_failed(FirnLibvirtConnection *link, gpointer user_data)
{
    tell_found(user_data);
}

static gboolean
on_reply_timeout(gpointer user_data)
{
    FirnLibvirtSource *self = user_data;

    self->reply_timeout = 0;
    firn_vm_source_emit_found(FIRN_VM_SOURCE(self));
    return G_SOURCE_REMOVE;
}

static void
on_closed(FirnLibvirtConnection *link, gpointer user_data)
{
    FirnLibvirtSource *self = user_data;
    GHashTableIter iter;
    gpointer vm;

    self->is_listed = FALSE;
    g_hash_table_iter_init(&iter, self->vms);
    while (g_hash_table_iter_next(&iter, NULL, &vm))
        firn_libvirt_vm_update(vm, NULL);
}

static void
start(FirnVmSource *source)
{
    FirnLibvirtSource *self = FIRN_LIBVIRT_SOURCE(source);

    self->reply_timeout = g_timeout_add(FOUND_MS, on_reply_timeout, self);
    firn_libvirt_connection_start(self->link);
}

static void
look_again(FirnVmSource *source)
{
    look(FIRN_LIBVIRT_SOURCE(source));
}

static GPtrArray *
get_problems(FirnVmSource *source)
{
    return FIRN_LIBVIRT_SOURCE(source)->problems;
}

static void
add_health(FirnVmSource *source, GPtrArray *list)
{
    FirnLibvirtSource *self = FIRN_LIBVIRT_SOURCE(source);
    const char *uri = firn_libvirt_connection_get_uri(self->link);
    gboolean is_open = firn_libvirt_connection_is_open(self->link);
    FirnSourceHealth *health = g_new0(FirnSourceHealth, 1);

    health->name = g_strdup_printf("libvirt (%s)", uri);
    health->is_reached = is_open && self->is_listed;
    health->detail = is_open && !self->is_listed ? g_strdup("its domains are not listed yet")
                                                 : firn_libvirt_connection_dup_detail(self->link);
    health->has_hook = g_str_equal(uri, "qemu:///system");
    g_ptr_array_add(list, health);
}

static void
firn_libvirt_source_vm_source_init(FirnVmSourceInterface *iface)
{
    iface->add_health = add_health;
    iface->start = start;
    iface->look = look_again;
    iface->get_problems = get_problems;
}

static void
firn_libvirt_source_dispose(GObject *object)
{
    FirnLibvirtSource *self = FIRN_LIBVIRT_SOURCE(object);

    g_clear_handle_id(&self->reply_timeout, g_source_remove);
    g_clear_handle_id(&self->again, g_source_remove);
    firn_libvirt_connection_stop(self->link);
    g_hash_table_remove_all(self->vms);
    G_OBJECT_CLASS(firn_libvirt_source_parent_class)->dispose(object);
}

static void
firn_libvirt_source_finalize(GObject *object)
{
    FirnLibvirtSource *self = FIRN_LIBVIRT_SOURCE(object);

    g_object_unref(self->link);
    firn_catalogue_store_unref(self->store);
    g_hash_table_unref(self->vms);
    g_hash_table_unref(self->resumed);
    g_ptr_array_unref(self->problems);
    G_OBJECT_CLASS(firn_libvirt_source_parent_class)->finalize(object);
}

static void
firn_libvirt_source_class_init(FirnLibvirtSourceClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_libvirt_source_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_libvirt_source_finalize;
}

static void
firn_libvirt_source_init(FirnLibvirtSource *self)
{
    self->vms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    self->resumed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->problems = g_ptr_array_new();
}

FirnVmSource *
firn_libvirt_source_new(const char *uri, FirnCatalogueStore *store)
{
    FirnLibvirtSource *self = g_object_new(FIRN_TYPE_LIBVIRT_SOURCE, NULL);

    self->link = firn_libvirt_connection_new(uri);
    self->store = firn_catalogue_store_ref(store);
    g_signal_connect_object(self->link, "opened", G_CALLBACK(on_opened), self, 0);
    g_signal_connect_object(self->link, "failed", G_CALLBACK(on_failed), self, 0);
    g_signal_connect_object(self->link, "closed", G_CALLBACK(on_closed), self, 0);
    g_signal_connect_object(self->link, "domain-changed", G_CALLBACK(on_domain_changed), self, 0);
    g_signal_connect_object(self->link, "devices-changed", G_CALLBACK(on_devices_changed), self, 0);
    return FIRN_VM_SOURCE(self);
}
