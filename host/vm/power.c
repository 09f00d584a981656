/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "power.h"

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

gboolean
firn_power_off(FirnPower *self, guint grace_ms, GError **error)
{
    return FIRN_POWER_GET_IFACE(self)->off(self, grace_ms, error);
}

gboolean
firn_power_on(FirnPower *self, const FirnPowerOn *how, GError **error)
{
    return FIRN_POWER_GET_IFACE(self)->on(self, how, error);
}

gboolean
firn_power_go_on(FirnPower *self, GError **error)
{
    return FIRN_POWER_GET_IFACE(self)->go_on(self, error);
}
