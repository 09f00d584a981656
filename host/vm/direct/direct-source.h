/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-store.h"
#include "vm-source.h"

/**
 * FirnDirectSource:
 *
 * VMs whose QEMU is run by other programs than firn and libvirt, one NAME.conf each in a watched
 * directory.
 */
#define FIRN_TYPE_DIRECT_SOURCE (firn_direct_source_get_type())
G_DECLARE_FINAL_TYPE(FirnDirectSource, firn_direct_source, FIRN, DIRECT_SOURCE, GObject)

/**
 * firn_direct_source_new:
 * @machines_dir: where the NAME.conf files are; need not exist
 *
 * Returns: (transfer full): a source that is not started
 */
FirnVmSource *firn_direct_source_new(const char *machines_dir, FirnCatalogueStore *store);

/**
 * firn_direct_source_set_service_bus:
 * @bus: (nullable): the bus of the systemd that starts QEMU, see firn_service_manager_new(); %NULL,
 * the default: none
 *
 * Must be called before the source is started.
 */
void firn_direct_source_set_service_bus(FirnDirectSource *self, const char *bus);
