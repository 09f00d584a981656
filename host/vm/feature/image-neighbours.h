/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnImageNeighbours:
 *
 * All VMs that firn knows: one VM's image may be a backing file of another VM's image.
 */
typedef struct _FirnImageNeighbours FirnImageNeighbours;

/**
 * firn_image_neighbours_new:
 *
 * Returns: (transfer full): an empty set
 */
FirnImageNeighbours *firn_image_neighbours_new(void);

/**
 * firn_image_neighbours_unref:
 * @self: (nullable): all VMs; each of them holds a reference
 */
void firn_image_neighbours_unref(FirnImageNeighbours *self);

/**
 * firn_image_neighbours_add:
 * @vm: a VM to add; it is removed when it is finalized
 *
 * Once for each VM, on the main loop.
 */
void firn_image_neighbours_add(FirnImageNeighbours *self, FirnVm *vm);

/**
 * firn_image_neighbours_list:
 *
 * Any thread. The list may hold the last reference to a VM, so it must be freed with
 * firn_image_neighbours_release().
 *
 * Returns: (transfer full) (element-type FirnVm): the other VMs; empty if @vm was never added
 */
GPtrArray *firn_image_neighbours_list(FirnVm *vm);

/**
 * firn_image_neighbours_release:
 * @list: (transfer full): a list from firn_image_neighbours_list()
 *
 * Drops the references on the main loop, where VMs must be finalized.
 */
void firn_image_neighbours_release(GPtrArray *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnImageNeighbours, firn_image_neighbours_unref)
