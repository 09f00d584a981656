/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"
#include "vm.h"

/* Somebody else's overlay on an image that has internal snapshots: they are whole, and cannot be
 * reached until the two are merged. */

/**
 * firn_overlay_find:
 * @disks: (element-type FirnDisk): the disks of a VM
 * @image: path of an image
 * @out_disk: (out) (transfer none) (nullable): the disk whose image is above @image; %NULL if none
 * is
 * @error: return location for a #GError
 *
 * Job threads only.
 *
 * Errors: as firn_backing_chain_has().
 *
 * Returns: %TRUE if that can be told
 */
gboolean firn_overlay_find(GPtrArray *disks,
                           const char *image,
                           const FirnDisk **out_disk,
                           GError **error);

/**
 * firn_overlay_refuse_others:
 * @vm: a VM
 * @disks: (element-type FirnDisk): images that are about to be changed
 * @blockers: (element-type FirnBlocker): gets each that is below the image of another VM
 *
 * Another VM that firn knows, running or off, reads what is in them. One whose disks nobody can
 * tell at the moment stands in nobody's way. Job threads only.
 */
void firn_overlay_refuse_others(FirnVm *vm, GPtrArray *disks, GPtrArray *blockers);

/**
 * firn_overlay_refuse_shared:
 * @vm: a VM that is to go back
 * @disks: (element-type FirnDisk): those of its disks that would be reverted
 * @blockers: (element-type FirnBlocker): gets "ImageInUse" for each that another VM is defined
 * with, too
 *
 * Job threads only.
 */
void firn_overlay_refuse_shared(FirnVm *vm, GPtrArray *disks, GPtrArray *blockers);

/**
 * firn_overlay_advise:
 * @vm: a VM
 * @disk: one of its disks, whose image is an overlay
 *
 * Returns: (transfer full): how the overlay is merged into what is below it
 */
char *firn_overlay_advise(FirnVm *vm, const FirnDisk *disk);
