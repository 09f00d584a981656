/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnNvramPlace:
 * @path: (nullable): the file that the VM's pflash is in, absolute; %NULL if there is an obstacle
 * @obstacle: (nullable): why firn cannot have it: "it is on the network"
 *
 * Where a VM keeps its UEFI variables.
 */
struct _FirnNvramPlace {
    char *path;     /* (owned) (nullable) */
    char *obstacle; /* (owned) (nullable) */
};

/**
 * firn_nvram_place_find:
 * @vm: a VM
 * @out_place: (out) (transfer full) (nullable): where its UEFI variables are; %NULL if it has none
 * @error: return location for a #GError
 *
 * The slot "find_nvram". Job threads only.
 *
 * Returns: %TRUE if that is known
 */
gboolean firn_nvram_place_find(FirnVm *vm, FirnNvramPlace **out_place, GError **error);

/**
 * firn_nvram_place_new:
 * @path: (nullable): what QEMU or a definition says; is an obstacle if that is no absolute path
 *
 * Returns: (transfer full): a place
 */
FirnNvramPlace *firn_nvram_place_new(const char *path);

/**
 * firn_nvram_place_new_obstructed:
 * @obstacle: why firn cannot have it
 *
 * Returns: (transfer full): a place
 */
FirnNvramPlace *firn_nvram_place_new_obstructed(const char *obstacle);

/**
 * firn_nvram_place_free:
 * @self: (nullable): a place
 */
void firn_nvram_place_free(FirnNvramPlace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnNvramPlace, firn_nvram_place_free)
