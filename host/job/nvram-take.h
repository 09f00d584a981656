/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnNvramTake:
 * @vm: their VM
 * @path: (nullable): the file that contains them; %NULL if they are not included
 * @obstacle: (nullable): why they are not included
 * @before: (nullable): its contents before the cut
 * @still: (nullable): its contents while the guest was paused for the cut
 *
 * Captures the UEFI variables of the instant of a cut. Nothing is read while the guest is frozen:
 * what is equal before the freeze and after the thaw did not change in between. For job threads.
 * All functions do nothing for a %NULL: a VM without UEFI variables.
 */
typedef struct {
    FirnVm *vm;     /* (unowned) */
    char *path;     /* (owned) (nullable) */
    char *obstacle; /* (owned) (nullable) */
    GBytes *before; /* (owned) (nullable) */
    GBytes *still;  /* (owned) (nullable) */
} FirnNvramTake;

/**
 * firn_nvram_take_look:
 * @vm: a VM
 * @evidence: gets an indication if they are not included
 *
 * Returns: (transfer full) (nullable): where they are, or why they are not included; %NULL if the
 * VM has none
 */
FirnNvramTake *firn_nvram_take_look(FirnVm *vm, FirnEvidence *evidence);

/**
 * firn_nvram_take_before:
 * @self: (nullable): the variables
 * @error: return location for a #GError
 *
 * Before the freeze.
 *
 * Errors: those of firn_nvram_file_read().
 *
 * Returns: %TRUE if they were read, or are not included
 */
gboolean firn_nvram_take_before(FirnNvramTake *self, GError **error);

/**
 * firn_nvram_take_still:
 * @self: (nullable): the variables
 * @error: return location for a #GError
 *
 * While the guest is paused for the cut: less than 1 ms for the 528 KiB of OVMF.
 *
 * Errors: those of firn_nvram_file_read().
 *
 * Returns: %TRUE if they were read, or are not included
 */
gboolean firn_nvram_take_still(FirnNvramTake *self, GError **error);

/**
 * firn_nvram_take_keep:
 * @self: (nullable): the variables
 * @snapshot: the record that is being made; gets their size and checksum, and an indication if they
 * changed around the cut: then those after it are saved
 * @error: return location for a #GError
 *
 * After the cut, and before the record.
 *
 * Errors: those of firn_nvram_file_read() and firn_nvram_copy_keep().
 *
 * Returns: %TRUE once they are on stable storage, or are not included
 */
gboolean firn_nvram_take_keep(FirnNvramTake *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_nvram_take_free:
 * @self: (nullable): the variables
 */
void firn_nvram_take_free(FirnNvramTake *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnNvramTake, firn_nvram_take_free)
