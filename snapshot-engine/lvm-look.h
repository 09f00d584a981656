/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk.h"
#include "lvm-report.h"

/**
 * FirnLvmDisk:
 * @disk: the disk
 * @vg: its volume group
 * @name: its LV
 * @lv: (nullable): its LV as reported; %NULL while a revert that was interrupted has left none
 * @pool: (nullable): the thin pool of its LV
 *
 * A disk of a VM and its LV.
 */
typedef struct {
    const FirnDisk *disk; /* (unowned) */
    char *vg;             /* (owned) */
    char *name;           /* (owned) */
    const FirnLv *lv;     /* (unowned) (nullable) in the list of the look */
    const FirnLv *pool;   /* (unowned) (nullable) likewise */
} FirnLvmDisk;

/**
 * FirnLvmLook:
 * @lvs: (element-type FirnLv): all LVs of this host
 * @disks: (element-type FirnLvmDisk): the disks of the cut, in their order
 *
 * What LVM says of the disks of a cut at one time.
 */
typedef struct {
    GPtrArray *lvs;   /* (owned) (element-type FirnLv) */
    GPtrArray *disks; /* (owned) (element-type FirnLvmDisk) */
} FirnLvmLook;

/**
 * firn_lvm_look_new:
 * @disks: (element-type FirnDisk): disks, each with a path
 *
 * Finds the LV of each disk as firn_lvm_name_find() does. Blocks.
 *
 * Errors: those of firn_lvm_tool_list(); %FIRN_ENGINE_ERROR_NOT_FOUND if a disk is on no LV.
 *
 * Returns: (transfer full): what LVM says; %NULL with @error set
 */
FirnLvmLook *firn_lvm_look_new(GPtrArray *disks, GError **error);

void firn_lvm_look_free(FirnLvmLook *self);

/**
 * firn_lvm_look_find_name:
 * @disk: a disk
 * @out_vg: (out): its volume group
 * @out_name: (out): its LV
 *
 * As firn_lvm_name_find(), for a disk.
 *
 * Errors: %FIRN_ENGINE_ERROR_NOT_FOUND.
 *
 * Returns: %TRUE if it is on an LV
 */
gboolean firn_lvm_look_find_name(const FirnDisk *disk,
                                 char **out_vg,
                                 char **out_name,
                                 GError **error);

/**
 * firn_lvm_look_find:
 * @vg: a volume group
 * @name: of an LV
 *
 * Returns: (transfer none) (nullable): the LV
 */
const FirnLv *firn_lvm_look_find(const FirnLvmLook *self, const char *vg, const char *name);

/**
 * firn_lvm_look_find_snapshot:
 * @disk: one of the look's disks
 * @tag: of a snapshot
 * @out_count: (out): how many LVs have it
 *
 * Returns: (transfer none) (nullable): the snapshot of that disk, the first one if there are more
 */
const FirnLv *firn_lvm_look_find_snapshot(const FirnLvmLook *self,
                                          const FirnLvmDisk *disk,
                                          const char *tag,
                                          guint *out_count);

/**
 * firn_lvm_look_inspect:
 * @disk: a disk with a path; gets its backend and its table of snapshots
 *
 * Reads the snapshots that firn has made of a disk, by the tags of LVs alone. Blocks.
 *
 * Errors: those of firn_lvm_look_new().
 *
 * Returns: %TRUE if @disk now has them
 */
gboolean firn_lvm_look_inspect(FirnDisk *disk, GError **error);

/**
 * firn_lvm_look_complete:
 * @disks: (element-type FirnDisk): disks of a VM; those on LVs get their backends and tables
 *
 * As firn_lvm_look_inspect(), for all of them at once. If LVM does not answer they are obstructed.
 * Starts no program if none of them is on an LV, or LVM is not installed. Blocks.
 */
void firn_lvm_look_complete(GPtrArray *disks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnLvmLook, firn_lvm_look_free)
