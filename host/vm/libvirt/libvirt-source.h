/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-store.h"
#include "vm-source.h"

/**
 * FirnLibvirtSource:
 *
 * The domains of one libvirt, active or not, found and tracked by libvirt's events. While libvirt
 * is unreachable, its VMs remain, in state unknown.
 */
#define FIRN_TYPE_LIBVIRT_SOURCE (firn_libvirt_source_get_type())
G_DECLARE_FINAL_TYPE(FirnLibvirtSource, firn_libvirt_source, FIRN, LIBVIRT_SOURCE, GObject)

/**
 * firn_libvirt_source_new:
 * @uri: libvirt URI, "qemu:///system"
 *
 * Returns: (transfer full): a source that is not started
 */
FirnVmSource *firn_libvirt_source_new(const char *uri, FirnCatalogueStore *store);
