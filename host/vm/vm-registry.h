/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * The list of snapshots that the source of a VM keeps and that others look at, as far as it keeps
 * one. The slots are those of #FirnVmClass.
 */

/**
 * firn_vm_registry_is_there:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: whether its source keeps a list of snapshots which others look at
 */
gboolean firn_vm_registry_is_there(FirnVm *self);

/**
 * firn_vm_registry_dup_definitions:
 * @self: a VM
 * @out_definition: (out) (transfer full) (nullable): what it starts with
 * @out_live: (out) (transfer full) (nullable): what it runs with
 * @error: return location for a #GError
 *
 * The slot "describe"; both are %NULL without a registry. Job threads only.
 *
 * Returns: %TRUE if the source was asked
 */
gboolean firn_vm_registry_dup_definitions(FirnVm *self,
                                          char **out_definition,
                                          char **out_live,
                                          GError **error);

/**
 * firn_vm_registry_describe:
 * @self: a VM
 * @snapshot: a record that is not in a catalogue yet; takes the definitions
 * @error: return location for a #GError
 *
 * The slot of that name; nothing without a registry. Job threads only.
 *
 * Returns: %TRUE if the definitions are there
 */
gboolean firn_vm_registry_describe(FirnVm *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_vm_registry_add:
 * @self: a VM
 * @snapshot: a record of its catalogue
 * @error: return location for a #GError
 *
 * The slot of that name; nothing if the snapshot is not to be registered. Job threads only.
 *
 * Returns: %TRUE if it is registered as far as it should be
 */
gboolean firn_vm_registry_add(FirnVm *self, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_vm_registry_remove:
 * @self: a VM
 * @snapshot: a record
 * @error: return location for a #GError
 *
 * The slot of that name; nothing without a registry. Job threads only.
 *
 * Returns: %TRUE if it is not registered
 */
gboolean firn_vm_registry_remove(FirnVm *self, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_vm_registry_list:
 * @self: a VM
 * @error: return location for a #GError
 *
 * The slot of that name. Job threads only.
 *
 * Returns: (transfer full) (nullable): tags; %NULL with @error set, or without a registry
 */
GStrv firn_vm_registry_list(FirnVm *self, GError **error);

/**
 * firn_vm_registry_list_line:
 * @self: a VM
 * @error: return location for a #GError
 *
 * The slot of that name. Job threads only.
 *
 * Returns: (transfer full) (nullable): tags; %NULL with @error set, or without a registry
 */
GStrv firn_vm_registry_list_line(FirnVm *self, GError **error);

/**
 * firn_vm_registry_list_others:
 * @self: a VM
 * @error: return location for a #GError
 *
 * The slot of that name. Job threads only.
 *
 * Returns: (transfer full) (element-type FirnListedSnapshot): what others have let the source list;
 * empty without a registry; %NULL with @error set
 */
GPtrArray *firn_vm_registry_list_others(FirnVm *self, GError **error);

/**
 * firn_vm_registry_mark:
 * @self: a VM
 *
 * The slot of that name, with what the catalogue holds. Its failure is logged: the truth is in the
 * catalogue. Job threads only.
 */
void firn_vm_registry_mark(FirnVm *self);
