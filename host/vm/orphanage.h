/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-shelf.h"
#include "vm-source.h"

/**
 * FirnOrphanage:
 *
 * A source that shows the VMs of another one, and besides each VM that has snapshots and that
 * nothing defines any more, as a #FirnOrphanVm: until it is defined again, or its last snapshot is
 * deleted. None is called that before the other source is complete.
 */
#define FIRN_TYPE_ORPHANAGE (firn_orphanage_get_type())
G_DECLARE_FINAL_TYPE(FirnOrphanage, firn_orphanage, FIRN, ORPHANAGE, GObject)

/**
 * firn_orphanage_new:
 * @defined: where VMs are defined; not started
 * @shelf: all catalogues
 *
 * Returns: (transfer full): a source
 */
FirnVmSource *firn_orphanage_new(FirnVmSource *defined, FirnCatalogueShelf *shelf);
