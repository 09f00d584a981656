/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "reason.h"

#define FIRN_OWN_SETTINGS_BYTES 1024
#define FIRN_OWN_SETTINGS_MAX   12

/**
 * FirnOwnSettings:
 * @text: variables "FIRN_SET_NAME=VALUE", each with a NUL at its end; "" follows the last
 * @length: of @text without that "", bytes
 * @count: of variables
 *
 * Settings that mean something to one hook alone, as it finds them in its environment.
 */
typedef struct FirnOwnSettings {
    char text[FIRN_OWN_SETTINGS_BYTES];
    size_t length;
    unsigned count;
} FirnOwnSettings;

/**
 * firn_own_settings_set:
 * @self: zeros at first
 * @name: capital letters, digits and "_"
 * @value: replaces an earlier one; "": as if it had never been set
 * @reason: what is wrong
 *
 * Returns: false if @name is no such name, or there are too many, or they are too long
 */
bool firn_own_settings_set(FirnOwnSettings *self,
                           const char *name,
                           const char *value,
                           FirnReason *reason);

/**
 * firn_own_settings_has:
 * @name: as for firn_own_settings_set()
 *
 * Returns: whether it is set
 */
bool firn_own_settings_has(const FirnOwnSettings *self, const char *name);
