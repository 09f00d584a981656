/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"
#include "vm.h"

/**
 * firn_delete_snapshot_check:
 *
 * Checks whether snapshots can be deleted from the disks of a VM now. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE; %FIRN_HOST_ERROR_BUSY while another operation runs on
 * the VM; those of firn_channel_call().
 *
 * Returns: %TRUE if they can
 */
gboolean firn_delete_snapshot_check(FirnVm *vm, GCancellable *cancellable, GError **error);

/**
 * firn_delete_snapshot_check_snapshot:
 * @snapshot: a record
 *
 * Finds what would make firn_delete_snapshot_run() fail, before anything is changed: an image that
 * cannot be reached, that is below an overlay or the disk of another VM, or that another process
 * has open. Job threads only.
 *
 * Errors: as firn_delete_snapshot_run(); those of firn_image_tool_check_unused().
 *
 * Returns: %TRUE if no blocker is known
 */
gboolean firn_delete_snapshot_check_snapshot(FirnVm *vm,
                                             const FirnSnapshot *snapshot,
                                             GError **error);

/**
 * firn_delete_snapshot_run:
 * @backend: stores the disks
 * @snapshot: a record, or the record of a snapshot that failed: its tag and its disks
 * @out_is_begun: (out) (optional): on failure: some disk may have lost it
 *
 * Deletes a snapshot from all disks that have it: those of the VM, through QEMU or, while it is
 * off, in the images; and images that are no longer disks of the VM. Waits up to 5 s for a QEMU
 * that is exiting. An image that is gone no longer has the snapshot; while its file system may not
 * be mounted, that is unknown. Harmless when no disk has it. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_NOT_SUPPORTED if such an image cannot be reached;
 * %FIRN_HOST_ERROR_IMAGE_IN_USE for an image below an overlay, which is not changed; those of
 * firn_vm_look(), firn_vm_list_disks() and firn_backend_discard().
 *
 * Returns: %TRUE once no disk has it
 */
gboolean firn_delete_snapshot_run(FirnVm *vm,
                                  FirnBackend *backend,
                                  const FirnSnapshot *snapshot,
                                  gboolean *out_is_begun,
                                  GError **error);

/**
 * firn_delete_snapshot_find_disk:
 * @disks: (element-type FirnDisk): the disks of a VM, with their tables
 * @wanted: one of its disks
 *
 * Finds it by the path of its image, by its name if that disk has the snapshot, or, when the image
 * is no longer there, by the snapshot alone: its tag is unique. Two disks of a snapshot never match
 * the same moved image.
 *
 * Returns: (transfer none) (nullable): the disk as it is now; %NULL if the VM no longer has it
 */
FirnDisk *firn_delete_snapshot_find_disk(GPtrArray *disks,
                                         const FirnSnapshot *snapshot,
                                         const FirnSnapshotDisk *wanted);

/**
 * firn_delete_snapshot_refuse_unreachable:
 * @wanted: a disk whose image cannot be reached
 *
 * Sets %FIRN_HOST_ERROR_NOT_SUPPORTED, with the remedy.
 *
 * Returns: %FALSE
 */
gboolean firn_delete_snapshot_refuse_unreachable(const FirnSnapshotDisk *wanted, GError **error);

/**
 * firn_delete_snapshot_find_image:
 * @wanted: a disk of a snapshot that the VM no longer has
 * @out_image: (out) (transfer full) (nullable): its image; %NULL if that is gone
 *
 * Errors: %FIRN_HOST_ERROR_NOT_SUPPORTED if its file system may not be mounted (image-place.h), or
 * the backend is not known.
 *
 * Returns: %TRUE if that is known
 */
gboolean firn_delete_snapshot_find_image(const FirnSnapshotDisk *wanted,
                                         FirnDisk **out_image,
                                         GError **error);

/**
 * firn_delete_snapshot_remove_record:
 * @uuid: of a snapshot
 *
 * Errors: as firn_catalogue_transaction_remove() and firn_catalogue_commit().
 *
 * Returns: %TRUE once the catalogue does not have it any more
 */
gboolean firn_delete_snapshot_remove_record(FirnVm *vm, const char *uuid, GError **error);

/**
 * firn_delete_snapshot_remove_nvram:
 * @uuid: of a snapshot, or of an undo point
 *
 * Removes the copy, if there is one. Job threads only.
 *
 * Errors: those of firn_nvram_copy_remove().
 *
 * Returns: %TRUE once it is gone
 */
gboolean firn_delete_snapshot_remove_nvram(FirnVm *vm, const char *uuid, GError **error);
