/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "power.h"

/**
 * firn_direct_power_init_interface:
 * @interface: of #FirnDirectVm
 *
 * Powers a VM of plain QEMU on and off: on with the command line of its machine file, off through
 * its monitor.
 */
void firn_direct_power_init_interface(FirnPowerInterface *interface);
