/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-source.h"

G_DEFINE_INTERFACE(FirnVmSource, firn_vm_source, G_TYPE_OBJECT)

enum {
    SIGNAL_VM_ADDED,
    SIGNAL_VM_REMOVED,
    SIGNAL_FOUND,
    SIGNAL_COMPLETE,
    SIGNAL_LOOKED,
    N_SIGNALS
};
static guint signals[N_SIGNALS];

static guint
new_vm_signal(const char *name)
{
    return g_signal_new(name,
                        FIRN_TYPE_VM_SOURCE,
                        G_SIGNAL_RUN_LAST,
                        0,
                        NULL,
                        NULL,
                        NULL,
                        G_TYPE_NONE,
                        1,
                        FIRN_TYPE_VM);
}

static guint
new_signal(const char *name)
{
    return g_signal_new(name,
                        FIRN_TYPE_VM_SOURCE,
                        G_SIGNAL_RUN_LAST,
                        0,
                        NULL,
                        NULL,
                        NULL,
                        G_TYPE_NONE,
                        0);
}

static void
firn_vm_source_default_init(FirnVmSourceInterface *iface)
{
    signals[SIGNAL_VM_ADDED] = new_vm_signal("vm-added");
    signals[SIGNAL_VM_REMOVED] = new_vm_signal("vm-removed");
    signals[SIGNAL_FOUND] = new_signal("found");
    signals[SIGNAL_COMPLETE] = new_signal("complete");
    signals[SIGNAL_LOOKED] = new_signal("looked");
}

void
firn_vm_source_start(FirnVmSource *self)
{
    FIRN_VM_SOURCE_GET_IFACE(self)->start(self);
}

void
firn_vm_source_look(FirnVmSource *self)
{
    FIRN_VM_SOURCE_GET_IFACE(self)->look(self);
}

GPtrArray *
firn_vm_source_get_problems(FirnVmSource *self)
{
    return FIRN_VM_SOURCE_GET_IFACE(self)->get_problems(self);
}

static void
free_health(gpointer data)
{
    FirnSourceHealth *health = data;

    g_free(health->name);
    g_free(health->detail);
    g_free(health);
}

void
firn_vm_source_add_health(FirnVmSource *self, GPtrArray *health)
{
    FirnVmSourceInterface *iface = FIRN_VM_SOURCE_GET_IFACE(self);

    if (iface->add_health != NULL)
        iface->add_health(self, health);
}

GPtrArray *
firn_vm_source_list_health(FirnVmSource *self)
{
    GPtrArray *health = g_ptr_array_new_with_free_func(free_health);

    firn_vm_source_add_health(self, health);
    return health;
}

void
firn_vm_source_emit_added(FirnVmSource *self, FirnVm *vm)
{
    g_signal_emit(self, signals[SIGNAL_VM_ADDED], 0, vm);
}

void
firn_vm_source_emit_removed(FirnVmSource *self, FirnVm *vm)
{
    g_signal_emit(self, signals[SIGNAL_VM_REMOVED], 0, vm);
}

void
firn_vm_source_emit_found(FirnVmSource *self)
{
    g_signal_emit(self, signals[SIGNAL_FOUND], 0);
}

void
firn_vm_source_emit_complete(FirnVmSource *self)
{
    g_signal_emit(self, signals[SIGNAL_COMPLETE], 0);
}

void
firn_vm_source_emit_looked(FirnVmSource *self)
{
    g_signal_emit(self, signals[SIGNAL_LOOKED], 0);
}
