/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnNvramCapture:
 * @vm: their VM
 * @path: (nullable): the file that contains them; %NULL if they are not included
 * @blocker: (nullable): why they are not included
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
    char *blocker;  /* (owned) (nullable) */
    GBytes *before; /* (owned) (nullable) */
    GBytes *still;  /* (owned) (nullable) */
} FirnNvramCapture;

/**
 * firn_nvram_capture_look:
 * @evidence: gets an indication if they are not included
 *
 * Returns: (transfer full) (nullable): where they are, or why they are not included; %NULL if the
 * VM has none
 */
FirnNvramCapture *firn_nvram_capture_look(FirnVm *vm, FirnEvidence *evidence);

/**
 * firn_nvram_capture_before:
 * @self: (nullable): the variables
 *
 * Before the freeze.
 *
 * Errors: those of firn_nvram_file_read().
 *
 * Returns: %TRUE if they were read, or are not included
 */
gboolean firn_nvram_capture_before(FirnNvramCapture *self, GError **error);

/**
 * firn_nvram_capture_still:
 * @self: (nullable): the variables
 *
 * While the guest is paused for the cut: less than 1 ms for the 528 KiB of OVMF.
 *
 * Errors: those of firn_nvram_file_read().
 *
 * Returns: %TRUE if they were read, or are not included
 */
gboolean firn_nvram_capture_still(FirnNvramCapture *self, GError **error);

/**
 * firn_nvram_capture_keep:
 * @self: (nullable): the variables
 * @snapshot: the record that is being made; gets their size and checksum, and an indication if they
 * changed around the cut: then those after it are saved
 *
 * After the cut, and before the record.
 *
 * Errors: those of firn_nvram_file_read() and firn_nvram_copy_keep().
 *
 * Returns: %TRUE once they are on stable storage, or are not included
 */
gboolean firn_nvram_capture_keep(FirnNvramCapture *self, FirnSnapshot *snapshot, GError **error);

void firn_nvram_capture_free(FirnNvramCapture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnNvramCapture, firn_nvram_capture_free)
