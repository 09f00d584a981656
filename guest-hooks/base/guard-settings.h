/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "paths.h"
#include "reason.h"

/**
 * FirnSettings:
 * @deadman_s: after this the guard thaws by itself, 5 to 300 seconds
 * @freeze_total_s: limit for all hooks together, seconds
 * @is_strict: a freeze without a guard fails
 * @with_compat: whether the hooks of the stock script run
 * @is_compat_reversed: whether these run in reverse order on thaw
 *
 * Contents of guard.conf.
 */
typedef struct FirnSettings {
    unsigned deadman_s;
    unsigned freeze_total_s;
    bool is_strict;
    bool with_compat;
    bool is_compat_reversed;
} FirnSettings;

/**
 * firn_settings_load:
 * @out: (out): the settings; the defaults for what is not there
 *
 * Returns: false if the file is not trusted, or something in it is wrong
 */
bool firn_settings_load(FirnSettings *out, const FirnPaths *paths, FirnReason *reason);

/**
 * firn_read_text:
 * @file: a descriptor, from its start
 * @text: where to write what is in it, with a NUL at its end
 * @room: of @text, bytes
 *
 * Returns: false if it cannot be read, is too large, or contains a NUL
 */
bool firn_read_text(int file, char *text, size_t room);
