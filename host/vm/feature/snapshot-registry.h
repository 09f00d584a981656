/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnSnapshotRegistry:
 *
 * The snapshot list of a VM's source, which other programs read: the slots of a source that has
 * one. Job threads only; no slot touches a disk. The functions below do nothing for a VM without a
 * registry.
 */
struct _FirnSnapshotRegistry {
    /* The complete definition of the VM: @out_definition is what it starts with, NULL if it is lost
     * when QEMU exits; @out_live is what it runs with, NULL while it is off. */
    gboolean (*describe)(FirnVm *vm, char **out_definition, char **out_live, GError **error);

    /* Before: the snapshot is on its disks and in the catalogue, with definitions. After: the
     * source lists it, under its tag. Idempotent. */
    gboolean (*add)(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);

    /* After: the source does not list the snapshot. Idempotent. */
    gboolean (*remove)(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);

    /* The tags of all snapshots that the source lists, including foreign ones. */
    GStrv (*list)(FirnVm *vm, GError **error);

    /* The current branch according to the source: tags of its current snapshot and of that one's
     * ancestors, nearest first; empty if unknown. */
    GStrv (*list_line)(FirnVm *vm, GError **error);

    /* The foreign snapshots: those that the source lists and the catalogue does not have. */
    GPtrArray *(*list_others)(FirnVm *vm, GError **error);

    /* After: the VM's definition says how many snapshots it has; 0: removes the mark. */
    gboolean (*mark)(FirnVm *vm, guint n_snapshots, GError **error);
};

/**
 * firn_snapshot_registry_is_there:
 *
 * Any thread.
 *
 * Returns: whether the source of @vm has a snapshot list
 */
gboolean firn_snapshot_registry_is_there(FirnVm *vm);

/**
 * firn_snapshot_registry_dup_definitions:
 * @out_definition: (out) (transfer full) (nullable): what it starts with
 * @out_live: (out) (transfer full) (nullable): what it runs with
 *
 * Both are %NULL without a registry.
 *
 * Returns: %TRUE if the source has replied
 */
gboolean firn_snapshot_registry_dup_definitions(FirnVm *vm,
                                                char **out_definition,
                                                char **out_live,
                                                GError **error);

/**
 * firn_snapshot_registry_describe:
 * @snapshot: a record that is not in a catalogue yet; receives the definitions
 *
 * Returns: %TRUE if the definitions are set
 */
gboolean firn_snapshot_registry_describe(FirnVm *vm, FirnSnapshot *snapshot, GError **error);

/**
 * firn_snapshot_registry_add:
 * @snapshot: a record of its catalogue
 *
 * Returns: %TRUE if it is registered, or must not be
 */
gboolean firn_snapshot_registry_add(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_snapshot_registry_remove:
 * @snapshot: a record
 *
 * Returns: %TRUE if it is not registered
 */
gboolean firn_snapshot_registry_remove(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_snapshot_registry_list:
 *
 * Returns: (transfer full) (nullable): tags; %NULL with @error set, or without a registry
 */
GStrv firn_snapshot_registry_list(FirnVm *vm, GError **error);

/**
 * firn_snapshot_registry_list_line:
 *
 * Returns: (transfer full) (nullable): tags; %NULL with @error set, or without a registry
 */
GStrv firn_snapshot_registry_list_line(FirnVm *vm, GError **error);

/**
 * firn_snapshot_registry_list_others:
 *
 * Returns: (transfer full) (element-type FirnListedSnapshot): foreign snapshots of the source;
 * empty without a registry; %NULL with @error set
 */
GPtrArray *firn_snapshot_registry_list_others(FirnVm *vm, GError **error);

/**
 * firn_snapshot_registry_mark:
 *
 * Writes the number of snapshots in the catalogue. Only logs a failure: the catalogue remains
 * correct.
 */
void firn_snapshot_registry_mark(FirnVm *vm);
