/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "power.h"

/**
 * firn_direct_power_init_interface:
 * @interface: of #FirnDirectVm
 *
 * The power switch of a machine of plain QEMU: the monitor switches it off, the command line of its
 * machine file on.
 */
void firn_direct_power_init_interface(FirnPowerInterface *interface);
