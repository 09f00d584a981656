/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "power.h"

/**
 * firn_libvirt_power_init_interface:
 * @interface: of #FirnLibvirtVm
 *
 * The power switch of a domain is libvirt's.
 */
void firn_libvirt_power_init_interface(FirnPowerInterface *interface);
