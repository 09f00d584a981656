/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"
#include "channel.h"
#include "machine-file.h"
#include "nvram-place.h"

/**
 * firn_direct_nvram_find_running:
 * @monitor: monitor of a running QEMU
 * @out_place: (out) (transfer full) (nullable): what it has its UEFI variables in; %NULL if it has
 * no pflash that can be written to
 * @error: return location for a #GError
 *
 * Errors: those of firn_block_devices_query().
 *
 * Returns: %TRUE if that is known
 */
gboolean firn_direct_nvram_find_running(FirnChannel *monitor,
                                        FirnNvramPlace **out_place,
                                        GError **error);

/**
 * firn_direct_nvram_find_idle:
 * @file: what is known of a VM that is off
 * @catalogue: its snapshots
 *
 * Where its machine file says, else where it was when the newest snapshot that has it was taken.
 *
 * Returns: (transfer full) (nullable): what it has its UEFI variables in, as far as is known
 */
FirnNvramPlace *firn_direct_nvram_find_idle(const FirnMachineFile *file, FirnCatalogue *catalogue);
