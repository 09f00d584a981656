/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-store.h"
#include "vm-source.h"

/**
 * FirnOrphanSource:
 *
 * A source that adds orphans to the VMs of another source: each VM that has snapshots but no
 * definition is shown as a #FirnOrphanVm, until it is defined again or its last snapshot is
 * deleted. No VM counts as an orphan before the other source is complete.
 */
#define FIRN_TYPE_ORPHAN_SOURCE (firn_orphan_source_get_type())
G_DECLARE_FINAL_TYPE(FirnOrphanSource, firn_orphan_source, FIRN, ORPHAN_SOURCE, GObject)

/**
 * firn_orphan_source_new:
 * @defined: the source of defined VMs; not started
 *
 * Returns: (transfer full): a source
 */
FirnVmSource *firn_orphan_source_new(FirnVmSource *defined, FirnCatalogueStore *store);
