/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnNeighbours:
 *
 * All VMs that firn knows: the images of one may be below those of another.
 */
typedef struct _FirnNeighbours FirnNeighbours;

/**
 * firn_neighbours_new:
 *
 * Returns: (transfer full): none yet
 */
FirnNeighbours *firn_neighbours_new(void);

/**
 * firn_neighbours_unref:
 * @self: (nullable): VMs; each of them keeps a reference
 */
void firn_neighbours_unref(FirnNeighbours *self);

/**
 * firn_neighbours_add:
 * @self: VMs
 * @vm: one more, which is among them for as long as it exists
 *
 * Once for each VM, on the main loop.
 */
void firn_neighbours_add(FirnNeighbours *self, FirnVm *vm);

/**
 * firn_neighbours_list:
 * @vm: a VM
 *
 * Any thread. The last reference to a VM may have become the caller's, so the list ends by
 * firn_neighbours_release().
 *
 * Returns: (transfer full) (element-type FirnVm): the others; empty if @vm was added to none
 */
GPtrArray *firn_neighbours_list(FirnVm *vm);

/**
 * firn_neighbours_release:
 * @list: (transfer full): what firn_neighbours_list() returned
 *
 * VMs end on the main loop only.
 */
void firn_neighbours_release(GPtrArray *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnNeighbours, firn_neighbours_unref)
