/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

/**
 * firn_libvirt_version_describe:
 *
 * Calls libvirt: not on the main loop.
 *
 * Returns: (transfer full): versions of libvirt and hypervisor, "libvirt 9.0.0, QEMU 7.2.22"
 */
char *firn_libvirt_version_describe(virConnectPtr connection);
