/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "send-order.h"
#include "vm.h"

/**
 * FirnVmOrders:
 * @agent: of what is sent to its guest agent
 * @monitor: of what is sent to its QEMU's monitor
 * @power: of what starts it, ends it and lets it go on
 *
 * The orders in which commands reach one VM whose source carries them in threads; all %NULL where a
 * socket keeps them in order.
 */
struct _FirnVmOrders {
    FirnSendOrder *agent;   /* (owned) (nullable) */
    FirnSendOrder *monitor; /* (owned) (nullable) */
    FirnSendOrder *power;   /* (owned) (nullable) */
};

/**
 * firn_vm_orders_init:
 * @self: orders
 * @lost_ms: as for firn_send_order_new()
 *
 * Nothing is under way.
 */
void firn_vm_orders_init(FirnVmOrders *self, guint lost_ms);

/**
 * firn_vm_orders_clear:
 * @self: orders
 */
void firn_vm_orders_clear(FirnVmOrders *self);

/**
 * firn_vm_get_orders:
 * @vm: a VM
 *
 * The slot of that name. Any thread.
 *
 * Returns: (transfer none): the orders of @vm
 */
const FirnVmOrders *firn_vm_get_orders(FirnVm *vm);
