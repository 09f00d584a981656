/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"
#include "channel.h"
#include "machine-file.h"
#include "nvram-location.h"

/**
 * firn_direct_nvram_find_running:
 * @monitor: monitor of a running QEMU
 * @out_place: (out) (transfer full) (nullable): where QEMU stores the UEFI variables; %NULL if it
 * has no writable pflash
 *
 * Errors: those of firn_block_devices_query().
 *
 * Returns: %TRUE if the location is known
 */
gboolean firn_direct_nvram_find_running(FirnChannel *monitor,
                                        FirnNvramLocation **out_place,
                                        GError **error);

/**
 * firn_direct_nvram_find_idle:
 * @file: the machine file of a VM that is off
 * @catalogue: its snapshots
 *
 * Takes the path from the machine file, else from the newest snapshot that has UEFI variables.
 *
 * Returns: (transfer full) (nullable): where the UEFI variables are, if known
 */
FirnNvramLocation *firn_direct_nvram_find_idle(const FirnMachineFile *file,
                                               FirnCatalogue *catalogue);
