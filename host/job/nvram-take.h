/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnNvramTake:
 * @vm: whose they are
 * @path: (nullable): the file that they are in; %NULL if they are left out
 * @obstacle: (nullable): why they are left out
 * @before: (nullable): what was in it before the cut
 * @still: (nullable): what was in it while the guest stood still for the cut
 *
 * UEFI variables of the instant of a cut. Nothing is read while the guest is frozen: what is the
 * same before the freeze and after the thaw was the same in between. All of it is for job threads,
 * and does nothing for a %NULL: a VM without any.
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
 * @evidence: takes the indication that they are left out
 *
 * Returns: (transfer full) (nullable): where they are, or why they are left out; %NULL if the VM
 * has none
 */
FirnNvramTake *firn_nvram_take_look(FirnVm *vm, FirnEvidence *evidence);

/**
 * firn_nvram_take_before:
 * @self: (nullable): what was found
 * @error: return location for a #GError
 *
 * Before the freeze.
 *
 * Errors: those of firn_nvram_file_read().
 *
 * Returns: %TRUE if they were read, or are left out
 */
gboolean firn_nvram_take_before(FirnNvramTake *self, GError **error);

/**
 * firn_nvram_take_still:
 * @self: (nullable): what was found
 * @error: return location for a #GError
 *
 * While the guest stands still for the cut: less than 1 ms for the 528 KiB of OVMF.
 *
 * Errors: those of firn_nvram_file_read().
 *
 * Returns: %TRUE if they were read, or are left out
 */
gboolean firn_nvram_take_still(FirnNvramTake *self, GError **error);

/**
 * firn_nvram_take_keep:
 * @self: (nullable): what was found
 * @snapshot: the record that is being made; gets what is known of them, and an indication if they
 * changed around the cut: then those of after it are kept
 * @error: return location for a #GError
 *
 * After the cut, and before the record.
 *
 * Errors: those of firn_nvram_file_read() and firn_nvram_copy_keep().
 *
 * Returns: %TRUE once they are on stable storage, or are left out
 */
gboolean firn_nvram_take_keep(FirnNvramTake *self, FirnSnapshot *snapshot, GError **error);

/**
 * firn_nvram_take_free:
 * @self: (nullable): what was found
 */
void firn_nvram_take_free(FirnNvramTake *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnNvramTake, firn_nvram_take_free)
