/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-lookup.h"

#include "bus-path.h"
#include "host-error.h"
#include "methods.h"
#include "printable.h"

#define LOOK_SEC 5

/* A call that waits for its source. */
typedef struct {
    FirnVmSource *source;              /* (owned) */
    GHashTable *vms;                   /* (owned) */
    char *key;                         /* (owned) */
    GDBusMethodInvocation *invocation; /* (owned) */
    gulong handler;                    /* of the source's "looked" */
    guint timeout;                     /* source id; 0: over */
} Lookup;

static gboolean
is_orphan(FirnVm *vm)
{
    return firn_vm_get_state(vm) == FIRN_VM_STATE_ORPHANED;
}

/* Returns %NULL, with an error if it is because several have the name. */
static FirnVm *
find_by_name(GHashTable *vms, const char *name, gboolean among_orphans, GError **error)
{
    FirnVm *found = NULL;
    GHashTableIter iter;
    gpointer vm;

    g_hash_table_iter_init(&iter, vms);
    while (g_hash_table_iter_next(&iter, &vm, NULL)) {
        if (is_orphan(vm) != among_orphans || !g_str_equal(firn_vm_get_name(vm), name))
            continue;
        if (found != NULL) {
            g_autofree char *printable = firn_printable(name);

            g_set_error(error,
                        FIRN_HOST_ERROR,
                        FIRN_HOST_ERROR_INVALID_ARGUMENT,
                        "more than one VM is called %s; use the UUID",
                        printable);
            return NULL;
        }
        found = vm;
    }
    return found;
}

static FirnVm *
find_by_uuid(GHashTable *vms, const char *uuid)
{
    GHashTableIter iter;
    gpointer vm;

    g_hash_table_iter_init(&iter, vms);
    while (g_hash_table_iter_next(&iter, &vm, NULL))
        if (g_ascii_strcasecmp(firn_vm_get_uuid(vm), uuid) == 0)
            return vm;
    return NULL;
}

/* Returns %NULL without an error if there is none. */
static FirnVm *
find(GHashTable *vms, const char *key, GError **error)
{
    g_autoptr(GError) ambiguous = NULL;
    FirnVm *vm = find_by_name(vms, key, FALSE, &ambiguous);

    if (vm == NULL && ambiguous == NULL)
        vm = find_by_name(vms, key, TRUE, &ambiguous);
    if (vm == NULL && ambiguous == NULL)
        vm = find_by_uuid(vms, key);
    if (ambiguous != NULL)
        g_propagate_error(error, g_steal_pointer(&ambiguous));
    return vm;
}

static GError *
make_unchecked(const char *printable, const char *source, const char *detail)
{
    return g_error_new(
        FIRN_HOST_ERROR,
        FIRN_HOST_ERROR_VM_UNREACHABLE,
        "could not check whether VM \"%s\" exists: %s: %s; try again when it answers",
        printable,
        source,
        detail);
}

static GError *
make_unknown(Lookup *self)
{
    g_autoptr(GPtrArray) health = firn_vm_source_list_health(self->source);
    g_autofree char *printable = firn_printable(self->key);
    g_autofree char *late = g_strdup_printf("no answer within %d s", LOOK_SEC);

    for (guint i = 0; i < health->len; i++) {
        const FirnSourceHealth *source = health->pdata[i];

        if (!source->is_reached)
            return make_unchecked(printable, source->name, source->detail);
    }
    if (self->timeout == 0)
        return make_unchecked(printable, "libvirt or the folder of VM files", late);
    return g_error_new(FIRN_HOST_ERROR,
                       FIRN_HOST_ERROR_NOT_FOUND,
                       "there is no VM \"%s\"",
                       printable);
}

static void
answer(GDBusMethodInvocation *invocation, FirnVm *vm, GError *error)
{
    g_autofree char *path = vm == NULL ? NULL : firn_bus_path("vm", firn_vm_get_uuid(vm));

    firn_method_answer(invocation, path == NULL ? NULL : g_variant_new("(o)", path), error);
}

static void
end(Lookup *self)
{
    GError *error = NULL;
    FirnVm *vm = find(self->vms, self->key, &error);

    if (vm == NULL && error == NULL)
        error = make_unknown(self);
    g_signal_handler_disconnect(self->source, self->handler);
    g_clear_handle_id(&self->timeout, g_source_remove);
    answer(self->invocation, vm, error);
    g_object_unref(self->source);
    g_hash_table_unref(self->vms);
    g_free(self->key);
    g_free(self);
}

static void
on_looked(FirnVmSource *source, gpointer user_data)
{
    end(user_data);
}

static gboolean
on_timeout(gpointer user_data)
{
    Lookup *self = user_data;

    self->timeout = 0;
    end(self);
    return G_SOURCE_REMOVE;
}

static void
look_first(FirnVmSource *source,
           GHashTable *vms,
           const char *key,
           GDBusMethodInvocation *invocation)
{
    Lookup *self = g_new0(Lookup, 1);

    self->source = g_object_ref(source);
    self->vms = g_hash_table_ref(vms);
    self->key = g_strdup(key);
    self->invocation = invocation;
    self->handler = g_signal_connect(source, "looked", G_CALLBACK(on_looked), self);
    self->timeout = g_timeout_add_seconds(LOOK_SEC, on_timeout, self);
    firn_vm_source_look(source);
}

void
firn_vm_lookup_begin(FirnVmSource *source,
                     GHashTable *vms,
                     const char *key,
                     GDBusMethodInvocation *invocation)
{
    GError *error = NULL;
    FirnVm *vm = find(vms, key, &error);

    if (error != NULL || (vm != NULL && !is_orphan(vm)))
        answer(invocation, vm, error);
    else
        look_first(source, vms, key, invocation);
}
