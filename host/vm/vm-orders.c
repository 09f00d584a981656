/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-orders.h"

void
firn_vm_orders_init(FirnVmOrders *self, guint lost_ms)
{
    self->agent = firn_send_order_new(lost_ms);
    self->monitor = firn_send_order_new(lost_ms);
    self->power = firn_send_order_new(lost_ms);
}

void
firn_vm_orders_clear(FirnVmOrders *self)
{
    g_clear_pointer(&self->agent, firn_send_order_unref);
    g_clear_pointer(&self->monitor, firn_send_order_unref);
    g_clear_pointer(&self->power, firn_send_order_unref);
}

const FirnVmOrders *
firn_vm_get_orders(FirnVm *vm)
{
    static const FirnVmOrders by_socket = {NULL, NULL, NULL};
    FirnVmClass *klass = FIRN_VM_GET_CLASS(vm);

    return klass->get_orders == NULL ? &by_socket : klass->get_orders(vm);
}
