/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

#include "guard-settings.h"
#include "hook-conf.h"

#define FIRN_HOOK_NAME_BYTES 96

/**
 * FirnHook:
 * @name: of its file
 * @source: path of its file
 * @file: its file, opened; -1 if it is refused
 * @refused: why it must not run; "" if it may
 * @is_compat: one of the stock script's
 * @is_masked: an empty file or a link to /dev/null; only while a set is loaded
 */
typedef struct FirnHook {
    char name[FIRN_HOOK_NAME_BYTES];
    char source[FIRN_PATH_BYTES];
    int file;
    FirnHookConf conf;
    FirnReason refused;
    bool is_compat;
    bool is_masked;
} FirnHook;

/**
 * FirnHookSet:
 * @hooks: (owned) (array length=count): in the order of freeze
 *
 * The hooks that are to run, and those that are refused.
 */
typedef struct FirnHookSet {
    FirnHook *hooks;
    size_t count;
} FirnHookSet;

/**
 * firn_hook_set_load:
 * @self: an empty set
 * @reason: what is wrong with a directory
 *
 * Finds hooks and their settings, and opens the hooks. A hook that is refused is in the set, with
 * the reason.
 *
 * Returns: false if a directory of firn's own is not trusted: then nothing in it can be
 */
bool firn_hook_set_load(FirnHookSet *self,
                        const FirnPaths *paths,
                        const FirnSettings *settings,
                        FirnReason *reason);

/**
 * firn_hook_set_clear:
 *
 * Closes the hooks, and empties the set.
 */
void firn_hook_set_clear(FirnHookSet *self);
