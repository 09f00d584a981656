/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"
#include "vm.h"

/* Overlays of other programs on images that have internal snapshots: the snapshots are intact, but
 * cannot be reached until the overlay is merged. */

/**
 * firn_overlay_find:
 * @disks: (element-type FirnDisk): the disks of a VM
 * @image: path of an image
 * @out_disk: (out) (transfer none) (nullable): the disk whose image is above @image; %NULL if none
 * is
 *
 * Job threads only.
 *
 * Errors: as firn_backing_chain_has().
 *
 * Returns: %TRUE if that is known
 */
gboolean firn_overlay_find(GPtrArray *disks,
                           const char *image,
                           const FirnDisk **out_disk,
                           GError **error);

/**
 * firn_overlay_refuse_others:
 * @disks: (element-type FirnDisk): images that will be changed
 * @blockers: (element-type FirnBlocker): gets one for each that is below the image of another VM
 *
 * Another VM that firn knows, running or off, reads the data in them. A VM whose disks are unknown
 * at the moment is not a blocker. Job threads only.
 */
void firn_overlay_refuse_others(FirnVm *vm, GPtrArray *disks, GPtrArray *blockers);

/**
 * firn_overlay_refuse_shared:
 * @vm: the VM to restore
 * @disks: (element-type FirnDisk): those of its disks that would be reverted
 * @blockers: (element-type FirnBlocker): gets "ImageInUse" for each that is in the definition of
 * another VM, too
 *
 * Job threads only.
 */
void firn_overlay_refuse_shared(FirnVm *vm, GPtrArray *disks, GPtrArray *blockers);

/**
 * firn_overlay_advise:
 * @disk: one of its disks, whose image is an overlay
 *
 * Returns: (transfer full): how to merge the overlay into the image below it
 */
char *firn_overlay_advise(FirnVm *vm, const FirnDisk *disk);
