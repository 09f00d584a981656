/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "power.h"

/**
 * firn_libvirt_power_init_interface:
 * @interface: of #FirnLibvirtVm
 *
 * Powers a domain on and off through libvirt.
 */
void firn_libvirt_power_init_interface(FirnPowerInterface *interface);
