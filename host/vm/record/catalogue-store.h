/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"

/**
 * FirnCatalogueStore:
 *
 * The catalogues of all VMs, one for each UUID. A catalogue outlives the definition of its VM and
 * is shared between sources: while one change is still being written to disk, a second object for
 * the same file would not know of it. Main loop only.
 */
typedef struct _FirnCatalogueStore FirnCatalogueStore;

/**
 * firn_catalogue_store_new:
 * @directory: where catalogues are stored
 * @profile: policy for VMs that have none yet
 *
 * Returns: (transfer full): a store without catalogues
 */
FirnCatalogueStore *firn_catalogue_store_new(const char *directory, const FirnPolicy *profile);

/**
 * firn_catalogue_store_get:
 * @vm_name: (nullable): its current name; %NULL: keep the last known name
 *
 * Reads a damaged catalogue again, since it accepts no changes.
 *
 * Returns: (transfer none): its catalogue
 */
FirnCatalogue *firn_catalogue_store_get(FirnCatalogueStore *self,
                                        const char *vm_uuid,
                                        const char *vm_name);

/**
 * firn_catalogue_store_list:
 *
 * Returns: (transfer full) (element-type utf8): UUIDs of all VMs that have a catalogue file
 */
GPtrArray *firn_catalogue_store_list(FirnCatalogueStore *self);

FirnCatalogueStore *firn_catalogue_store_ref(FirnCatalogueStore *self);

void firn_catalogue_store_unref(FirnCatalogueStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCatalogueStore, firn_catalogue_store_unref)
