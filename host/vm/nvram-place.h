/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnNvramPlace:
 * @path: (nullable): file of the VM's pflash, absolute; %NULL if there is a blocker
 * @obstacle: (nullable): the blocker, why firn cannot save it: "it is on the network"
 *
 * The location of a VM's UEFI variables.
 */
struct _FirnNvramPlace {
    char *path;     /* (owned) (nullable) */
    char *obstacle; /* (owned) (nullable) */
};

/**
 * firn_nvram_place_find:
 * @vm: a VM
 * @out_place: (out) (transfer full) (nullable): location of its UEFI variables; %NULL if it has
 * none
 * @error: return location for a #GError
 *
 * Calls the slot "find_nvram". Job threads only.
 *
 * Returns: %TRUE if the location is known
 */
gboolean firn_nvram_place_find(FirnVm *vm, FirnNvramPlace **out_place, GError **error);

/**
 * firn_nvram_place_new:
 * @path: (nullable): path from QEMU or a definition; if it is not absolute, the location has a
 * blocker
 *
 * Returns: (transfer full): a location
 */
FirnNvramPlace *firn_nvram_place_new(const char *path);

/**
 * firn_nvram_place_new_obstructed:
 * @obstacle: the blocker, why firn cannot save them
 *
 * Returns: (transfer full): a location
 */
FirnNvramPlace *firn_nvram_place_new_obstructed(const char *obstacle);

/**
 * firn_nvram_place_free:
 * @self: (nullable): a location
 */
void firn_nvram_place_free(FirnNvramPlace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnNvramPlace, firn_nvram_place_free)
