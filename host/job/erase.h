/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "vm.h"

/**
 * firn_erase_check:
 * @vm: a VM
 * @cancellable: (nullable): ends the looking
 * @error: return location for a #GError
 *
 * Tells whether snapshots may be taken off the disks of a VM now. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE; %FIRN_HOST_ERROR_BUSY while somebody else works on it;
 * those of firn_channel_call().
 *
 * Returns: %TRUE if nothing stands in the way
 */
gboolean firn_erase_check(FirnVm *vm, GCancellable *cancellable, GError **error);

/**
 * firn_erase_check_snapshot:
 * @vm: a VM
 * @snapshot: a record
 * @error: return location for a #GError
 *
 * Tells what would hinder firn_erase_snapshot(), before anything is touched: an image that cannot
 * be reached, that is below an overlay or a disk of another VM, or that somebody has open. Job
 * threads only.
 *
 * Errors: as firn_erase_snapshot(); those of firn_image_tool_check_unused().
 *
 * Returns: %TRUE if nothing is known to stand in the way
 */
gboolean firn_erase_check_snapshot(FirnVm *vm, const FirnSnapshot *snapshot, GError **error);

/**
 * firn_erase_snapshot:
 * @vm: a VM
 * @backend: stores the disks
 * @snapshot: a record, or what was to become one: its tag and its disks
 * @out_is_begun: (out) (optional): on failure: some disk may have lost it, and others not
 * @error: return location for a #GError
 *
 * Takes a snapshot off all disks that have it: those of the VM, through QEMU or, while it is off,
 * in the images; and images that the VM has no more. Waits up to 5 s for a QEMU that is about to
 * end. An image that is gone has it no more; while its file system may not be mounted nobody
 * knows. Harmless when no disk has it. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_NOT_SUPPORTED for such an image; %FIRN_HOST_ERROR_IMAGE_IN_USE for an
 * image that is below somebody's overlay, which nothing is taken off; those of firn_vm_look(),
 * firn_vm_list_disks() and firn_backend_discard().
 *
 * Returns: %TRUE once no disk has it
 */
gboolean firn_erase_snapshot(FirnVm *vm,
                             FirnBackend *backend,
                             const FirnSnapshot *snapshot,
                             gboolean *out_is_begun,
                             GError **error);

/**
 * firn_erase_find_disk:
 * @disks: (element-type FirnDisk): the disks of a VM, with their tables
 * @snapshot: a snapshot
 * @wanted: one of its disks
 *
 * By the path of its image, by its name if that disk has the snapshot, or, when the image is there
 * no more, by the snapshot alone: its tag is nobody else's. No two disks of a snapshot are found to
 * be the same stray one.
 *
 * Returns: (transfer none) (nullable): the disk that it is now; %NULL if the VM has it no more
 */
FirnDisk *firn_erase_find_disk(GPtrArray *disks,
                               const FirnSnapshot *snapshot,
                               const FirnSnapshotDisk *wanted);

/**
 * firn_erase_refuse_unreachable:
 * @wanted: a disk whose image cannot be reached
 * @error: return location for a #GError
 *
 * Says so, and what to do: %FIRN_HOST_ERROR_NOT_SUPPORTED.
 *
 * Returns: %FALSE
 */
gboolean firn_erase_refuse_unreachable(const FirnSnapshotDisk *wanted, GError **error);

/**
 * firn_erase_find_image:
 * @wanted: a disk of a snapshot that the VM has no more
 * @out_image: (out) (transfer full) (nullable): its image; %NULL if that is gone
 * @error: return location for a #GError
 *
 * Errors: %FIRN_HOST_ERROR_NOT_SUPPORTED if its file system may not be mounted (image-place.h).
 *
 * Returns: %TRUE if that can be told
 */
gboolean firn_erase_find_image(const FirnSnapshotDisk *wanted,
                               FirnDisk **out_image,
                               GError **error);
