/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-shelf.h"
#include "vm-source.h"

/**
 * FirnOrphanage:
 *
 * A source that adds orphans to the VMs of another source: each VM that has snapshots but no
 * definition is shown as a #FirnOrphanVm, until it is defined again or its last snapshot is
 * deleted. No VM counts as an orphan before the other source is complete.
 */
#define FIRN_TYPE_ORPHANAGE (firn_orphanage_get_type())
G_DECLARE_FINAL_TYPE(FirnOrphanage, firn_orphanage, FIRN, ORPHANAGE, GObject)

/**
 * firn_orphanage_new:
 * @defined: the source of defined VMs; not started
 * @shelf: all catalogues
 *
 * Returns: (transfer full): a source
 */
FirnVmSource *firn_orphanage_new(FirnVmSource *defined, FirnCatalogueShelf *shelf);
