/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * The snapshot list of a VM's source, which other programs read, if the source has one. The slots
 * are those of #FirnVmClass.
 */

/**
 * firn_vm_registry_is_there:
 *
 * Any thread.
 *
 * Returns: whether its source has a snapshot list
 */
gboolean firn_vm_registry_is_there(FirnVm *self);

/**
 * firn_vm_registry_dup_definitions:
 * @out_definition: (out) (transfer full) (nullable): what it starts with
 * @out_live: (out) (transfer full) (nullable): what it runs with
 *
 * Calls the slot "describe"; both are %NULL without a registry. Job threads only.
 *
 * Returns: %TRUE if the source has replied
 */
gboolean firn_vm_registry_dup_definitions(FirnVm *self,
                                          char **out_definition,
                                          char **out_live,
                                          GError **error);

/**
 * firn_vm_registry_describe:
 * @snapshot: a record that is not in a catalogue yet; receives the definitions
 *
 * Calls the slot "describe"; does nothing without a registry. Job threads only.
 *
 * Returns: %TRUE if the definitions are set
 */
gboolean firn_vm_registry_describe(FirnVm *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_vm_registry_add:
 * @snapshot: a record of its catalogue
 *
 * Calls the slot "register_snapshot"; does nothing for a snapshot that must not be registered. Job
 * threads only.
 *
 * Returns: %TRUE if it is registered, or must not be
 */
gboolean firn_vm_registry_add(FirnVm *self, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_vm_registry_remove:
 * @snapshot: a record
 *
 * Calls the slot "unregister_snapshot"; does nothing without a registry. Job threads only.
 *
 * Returns: %TRUE if it is not registered
 */
gboolean firn_vm_registry_remove(FirnVm *self, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_vm_registry_list:
 *
 * Calls the slot "list_registered". Job threads only.
 *
 * Returns: (transfer full) (nullable): tags; %NULL with @error set, or without a registry
 */
GStrv firn_vm_registry_list(FirnVm *self, GError **error);

/**
 * firn_vm_registry_list_line:
 *
 * Calls the slot "list_line". Job threads only.
 *
 * Returns: (transfer full) (nullable): tags; %NULL with @error set, or without a registry
 */
GStrv firn_vm_registry_list_line(FirnVm *self, GError **error);

/**
 * firn_vm_registry_list_others:
 *
 * Calls the slot "list_others". Job threads only.
 *
 * Returns: (transfer full) (element-type FirnListedSnapshot): foreign snapshots of the source;
 * empty without a registry; %NULL with @error set
 */
GPtrArray *firn_vm_registry_list_others(FirnVm *self, GError **error);

/**
 * firn_vm_registry_mark:
 *
 * Calls the slot "mark" with the number of snapshots in the catalogue. Only logs a failure: the
 * catalogue remains correct. Job threads only.
 */
void firn_vm_registry_mark(FirnVm *self);
