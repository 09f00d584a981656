/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnNvramLocation:
 * @path: (nullable): the file that has them, absolute; %NULL if there is a blocker
 * @blocker: (nullable): the blocker, why firn cannot save it: "it is on the network"
 *
 * The location of a VM's UEFI variables.
 */
struct _FirnNvramLocation {
    char *path;    /* (owned) (nullable) */
    char *blocker; /* (owned) (nullable) */
};

/**
 * firn_nvram_location_find:
 * @out_place: (out) (transfer full) (nullable): location of its UEFI variables; %NULL if it has
 * none
 *
 * Calls the slot "find_nvram". Job threads only.
 *
 * Returns: %TRUE if the location is known
 */
gboolean firn_nvram_location_find(FirnVm *vm, FirnNvramLocation **out_place, GError **error);

/**
 * firn_nvram_location_new:
 * @path: (nullable): path from QEMU or a definition; if it is not absolute, the location has a
 * blocker
 *
 * Returns: (transfer full): a location
 */
FirnNvramLocation *firn_nvram_location_new(const char *path);

/**
 * firn_nvram_location_new_obstructed:
 * @blocker: the blocker, why firn cannot save them
 *
 * Returns: (transfer full): a location
 */
FirnNvramLocation *firn_nvram_location_new_obstructed(const char *blocker);

void firn_nvram_location_free(FirnNvramLocation *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnNvramLocation, firn_nvram_location_free)
