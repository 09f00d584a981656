/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"
#include "channel.h"
#include "machine-file.h"

/**
 * firn_direct_disks_list_running:
 * @file: what the machine file says
 * @monitor: monitor of the running VM
 *
 * Lists the disks that QEMU has now. The target of a disk is the machine file's name for its image,
 * else QEMU's name for the drive, else the id of the guest device, else the node name. Job threads
 * only.
 *
 * Errors: as firn_channel_call().
 *
 * Returns: (transfer full) (element-type FirnDisk): the disks; %NULL with @error set
 */
GPtrArray *firn_direct_disks_list_running(const FirnMachineFile *file,
                                          FirnChannel *monitor,
                                          GCancellable *cancellable,
                                          GError **error);

/**
 * firn_direct_disks_list_images:
 * @file: what the machine file says
 * @catalogue: records the disks of the last snapshot
 *
 * Does not open the images.
 *
 * Returns: (transfer full): paths of the images of a VM that is off; "" for an unknown path
 */
GStrv firn_direct_disks_list_images(const FirnMachineFile *file, FirnCatalogue *catalogue);

/**
 * firn_direct_disks_list_idle:
 * @file: what the machine file says
 * @catalogue: records the disks of the last snapshot
 *
 * Lists the disks of a VM that is off: those of the machine file, else those recorded with the last
 * snapshot. Reads the images. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_NOT_SUPPORTED if no disks are known; those of firn_image_tool_inspect().
 *
 * Returns: (transfer full) (element-type FirnDisk): the disks; %NULL with @error set
 */
GPtrArray *firn_direct_disks_list_idle(const FirnMachineFile *file,
                                       FirnCatalogue *catalogue,
                                       GError **error);
