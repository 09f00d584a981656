/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"

/**
 * FirnCatalogueShelf:
 *
 * Every VM's catalogue, one for each UUID, whatever becomes of the VM's definition and whichever
 * source it comes from: a change may still be on its way to the disk, and a second catalogue would
 * not know of it. Main loop only.
 */
typedef struct _FirnCatalogueShelf FirnCatalogueShelf;

/**
 * firn_catalogue_shelf_new:
 * @directory: where catalogues are kept
 * @profile: policy of VMs that have none yet
 *
 * Returns: (transfer full): an empty shelf
 */
FirnCatalogueShelf *firn_catalogue_shelf_new(const char *directory, const FirnPolicy *profile);

/**
 * firn_catalogue_shelf_get:
 * @self: a shelf
 * @vm_uuid: a VM
 * @vm_name: (nullable): its name at this time; %NULL: what it was last called
 *
 * A damaged catalogue takes no changes, so it is read again.
 *
 * Returns: (transfer none): its catalogue
 */
FirnCatalogue *firn_catalogue_shelf_get(FirnCatalogueShelf *self,
                                        const char *vm_uuid,
                                        const char *vm_name);

/**
 * firn_catalogue_shelf_list:
 * @self: a shelf
 *
 * Returns: (transfer full) (element-type utf8): UUIDs of all VMs that have a document
 */
GPtrArray *firn_catalogue_shelf_list(FirnCatalogueShelf *self);

/**
 * firn_catalogue_shelf_ref:
 * @self: a shelf
 *
 * Returns: (transfer full): the same
 */
FirnCatalogueShelf *firn_catalogue_shelf_ref(FirnCatalogueShelf *self);

/**
 * firn_catalogue_shelf_unref:
 * @self: a shelf
 */
void firn_catalogue_shelf_unref(FirnCatalogueShelf *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCatalogueShelf, firn_catalogue_shelf_unref)
