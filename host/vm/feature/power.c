/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "power.h"

#define STARTING "firn-is-starting"

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

char *
firn_power_dup_today(FirnPower *self, const char *then, GError **error)
{
    FirnPowerInterface *iface = FIRN_POWER_GET_IFACE(self);

    return iface->dup_today == NULL ? g_strdup(then) : iface->dup_today(self, then, error);
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

gboolean
firn_power_on(FirnPower *self, const FirnPowerOn *how, GError **error)
{
    gboolean ok;

    g_object_set_data(G_OBJECT(self), STARTING, self);
    ok = FIRN_POWER_GET_IFACE(self)->on(self, how, error);
    g_object_set_data(G_OBJECT(self), STARTING, NULL);
    return ok;
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
