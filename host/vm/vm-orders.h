/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "send-order.h"
#include "vm.h"

/**
 * FirnVmOrders:
 * @agent: of commands to its guest agent
 * @monitor: of commands to its QEMU's monitor
 * @power: of commands that start, stop and resume it
 *
 * The send orders of one VM whose source sends commands in threads; all %NULL if a socket keeps
 * them in order.
 */
struct _FirnVmOrders {
    FirnSendOrder *agent;   /* (owned) (nullable) */
    FirnSendOrder *monitor; /* (owned) (nullable) */
    FirnSendOrder *power;   /* (owned) (nullable) */
};

/**
 * firn_vm_orders_init:
 * @lost_ms: as for firn_send_order_new()
 *
 * Starts with no command in flight.
 */
void firn_vm_orders_init(FirnVmOrders *self, guint lost_ms);

void firn_vm_orders_clear(FirnVmOrders *self);

/**
 * firn_vm_get_orders:
 *
 * Calls the slot. Any thread.
 *
 * Returns: (transfer none): the send orders of @vm
 */
const FirnVmOrders *firn_vm_get_orders(FirnVm *vm);
