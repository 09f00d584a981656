/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "power.h"

#include "crash-point.h"

#define STARTING "firn-is-starting"
#define RUNNING  "firn-runs-with"

G_DEFINE_INTERFACE(FirnPower, firn_power, FIRN_TYPE_VM)

static void
firn_power_default_init(FirnPowerInterface *iface)
{
}

gboolean
firn_power_can_start(FirnPower *self, GError **error)
{
    return FIRN_POWER_GET_IFACE(self)->can_start(self, error);
}

void
firn_power_check_start(FirnPower *self,
                       const FirnPowerOn *how,
                       GPtrArray *disks,
                       GPtrArray *blockers)
{
    g_autoptr(GError) error = NULL;

    if (firn_power_can_start(self, &error))
        FIRN_POWER_GET_IFACE(self)->check_start(self, how, disks, blockers);
    else
        firn_blockers_add_error(blockers, "CannotStart", "VM", "leave it off", error);
}

void
firn_power_check_needs(FirnPower *self, GPtrArray *blockers)
{
    FIRN_POWER_GET_IFACE(self)->check_needs(self, blockers);
}

char *
firn_power_dup_today(FirnPower *self, const char *then, GError **error)
{
    FirnPowerInterface *iface = FIRN_POWER_GET_IFACE(self);

    return iface->dup_today == NULL ? g_strdup(then) : iface->dup_today(self, then, error);
}

char *
firn_power_adapt(FirnPower *self,
                 const char *definition,
                 gboolean keeps_devices,
                 GPtrArray *told,
                 GError **error)
{
    FirnPowerInterface *iface = FIRN_POWER_GET_IFACE(self);

    return iface->adapt == NULL ? g_strdup(definition)
                                : iface->adapt(self, definition, keeps_devices, told, error);
}

gboolean
firn_power_can_define(FirnVm *vm)
{
    return FIRN_IS_POWER(vm) && FIRN_POWER_GET_IFACE(vm)->define != NULL;
}

gboolean
firn_power_define(FirnPower *self, const char *definition, GError **error)
{
    FIRN_CRASH_POINT("define: before");
    if (!FIRN_POWER_GET_IFACE(self)->define(self, definition, error))
        return FALSE;
    FIRN_CRASH_POINT("define: after");
    return TRUE;
}

gboolean
firn_power_settle(FirnVm *vm, GError **error)
{
    FirnPowerInterface *iface = FIRN_IS_POWER(vm) ? FIRN_POWER_GET_IFACE(vm) : NULL;

    return iface != NULL && iface->settle != NULL ? iface->settle(FIRN_POWER(vm), error)
                                                  : firn_vm_look(vm, NULL, error);
}

gboolean
firn_power_off(FirnPower *self, guint grace_ms, gboolean *out_is_clean, GError **error)
{
    gboolean unused;

    return FIRN_POWER_GET_IFACE(self)->off(self,
                                           grace_ms,
                                           out_is_clean == NULL ? &unused : out_is_clean,
                                           error);
}

static void
on_changed(FirnVm *vm, gpointer unused)
{
    if (firn_vm_is_off(vm) && !firn_power_is_starting(vm))
        g_object_set_data(G_OBJECT(vm), RUNNING, NULL);
}

static void
note_running(FirnPower *self, const FirnPowerOn *how)
{
    if (FIRN_POWER_GET_IFACE(self)->get_machine == NULL)
        return;
    g_object_set_data_full(G_OBJECT(self), RUNNING, g_strdup(how->definition), g_free);
    g_signal_handlers_disconnect_by_func(self, on_changed, NULL);
    g_signal_connect(self, "changed", G_CALLBACK(on_changed), NULL);
}

gboolean
firn_power_on(FirnPower *self, const FirnPowerOn *how, GError **error)
{
    gboolean ok;

    g_object_set_data(G_OBJECT(self), STARTING, self);
    ok = FIRN_POWER_GET_IFACE(self)->on(self, how, error);
    if (ok)
        note_running(self, how);
    g_object_set_data(G_OBJECT(self), STARTING, NULL);
    return ok;
}

static gpointer
copy_text(gpointer text, gpointer unused)
{
    return g_strdup(text);
}

char *
firn_power_dup_running(FirnVm *vm)
{
    char *launch =
        firn_vm_is_off(vm) ? NULL : g_object_dup_data(G_OBJECT(vm), RUNNING, copy_text, NULL);

    return launch != NULL ? launch : g_strdup(firn_power_get_machine(vm));
}

gboolean
firn_power_is_starting(FirnVm *vm)
{
    return g_object_get_data(G_OBJECT(vm), STARTING) != NULL;
}

gboolean
firn_power_resume(FirnPower *self, GError **error)
{
    return FIRN_POWER_GET_IFACE(self)->resume(self, error);
}

const char *
firn_power_get_machine(FirnVm *vm)
{
    FirnPowerInterface *iface = FIRN_IS_POWER(vm) ? FIRN_POWER_GET_IFACE(vm) : NULL;

    return iface == NULL || iface->get_machine == NULL ? NULL : iface->get_machine(FIRN_POWER(vm));
}
