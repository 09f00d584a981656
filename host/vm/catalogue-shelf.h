/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"

/**
 * FirnCatalogueShelf:
 *
 * The catalogues of all VMs, one for each UUID. A catalogue outlives the definition of its VM and
 * is shared between sources: while one change is still being written to disk, a second object for
 * the same file would not know of it. Main loop only.
 */
typedef struct _FirnCatalogueShelf FirnCatalogueShelf;

/**
 * firn_catalogue_shelf_new:
 * @directory: where catalogues are stored
 * @profile: policy for VMs that have none yet
 *
 * Returns: (transfer full): a store without catalogues
 */
FirnCatalogueShelf *firn_catalogue_shelf_new(const char *directory, const FirnPolicy *profile);

/**
 * firn_catalogue_shelf_get:
 * @self: all catalogues
 * @vm_uuid: a VM
 * @vm_name: (nullable): its current name; %NULL: keep the last known name
 *
 * Reads a damaged catalogue again, since it accepts no changes.
 *
 * Returns: (transfer none): its catalogue
 */
FirnCatalogue *firn_catalogue_shelf_get(FirnCatalogueShelf *self,
                                        const char *vm_uuid,
                                        const char *vm_name);

/**
 * firn_catalogue_shelf_list:
 * @self: all catalogues
 *
 * Returns: (transfer full) (element-type utf8): UUIDs of all VMs that have a catalogue file
 */
GPtrArray *firn_catalogue_shelf_list(FirnCatalogueShelf *self);

/**
 * firn_catalogue_shelf_ref:
 * @self: all catalogues
 *
 * Returns: (transfer full): @self
 */
FirnCatalogueShelf *firn_catalogue_shelf_ref(FirnCatalogueShelf *self);

/**
 * firn_catalogue_shelf_unref:
 * @self: all catalogues
 */
void firn_catalogue_shelf_unref(FirnCatalogueShelf *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCatalogueShelf, firn_catalogue_shelf_unref)
