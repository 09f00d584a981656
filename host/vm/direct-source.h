/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-shelf.h"
#include "vm-source.h"

/**
 * FirnDirectSource:
 *
 * VMs whose QEMU somebody else runs: one file NAME.conf each in a directory that is watched.
 */
#define FIRN_TYPE_DIRECT_SOURCE (firn_direct_source_get_type())
G_DECLARE_FINAL_TYPE(FirnDirectSource, firn_direct_source, FIRN, DIRECT_SOURCE, GObject)

/**
 * firn_direct_source_new:
 * @machines_dir: where the NAME.conf files are; may be missing
 * @shelf: where catalogues come from
 *
 * Returns: (transfer full): a source that has to be started
 */
FirnVmSource *firn_direct_source_new(const char *machines_dir, FirnCatalogueShelf *shelf);

/**
 * firn_direct_source_set_service_bus:
 * @self: a source
 * @bus: (nullable): the bus whose systemd starts QEMU, as for firn_service_manager_new(); %NULL,
 * the default: none
 *
 * Before it is started.
 */
void firn_direct_source_set_service_bus(FirnDirectSource *self, const char *bus);
