/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "own-settings.h"
#include "paths.h"
#include "reason.h"

typedef enum { FIRN_ENABLED_AUTO, FIRN_ENABLED_YES, FIRN_ENABLED_NO } FirnEnabled;
typedef enum { FIRN_MODE_ONESHOT, FIRN_MODE_SESSION } FirnMode;

/**
 * FirnLevel:
 * @FIRN_LEVEL_NONE: nothing
 * @FIRN_LEVEL_FLUSHED: less work after a restore, but no more than the file systems themselves
 * @FIRN_LEVEL_APP: the application is consistent
 *
 * What a hook's success proves.
 */
typedef enum { FIRN_LEVEL_NONE, FIRN_LEVEL_FLUSHED, FIRN_LEVEL_APP } FirnLevel;

/**
 * FirnHookConf:
 * @detect: "", or words "socket:PATH", "program:NAME", "unit:NAME", "setting:NAME": Enabled=auto is
 * yes if one of them is there
 * @is_critical: whether its failure makes the freeze fail
 * @prepare_s: limit for prepare, seconds; the others likewise
 * @max_hold_s: after these the hook is aborted even if the file systems stay frozen; 0: the
 * dead-man's
 * @user: who runs it; "": root
 * @credential: path of a file that the hook reads as descriptor 3; "": none
 * @own: settings for the hook itself
 *
 * Settings of one hook.
 */
typedef struct FirnHookConf {
    FirnEnabled enabled;
    char detect[FIRN_PATH_BYTES];
    FirnMode mode;
    bool is_critical;
    FirnLevel level;
    unsigned prepare_s;
    unsigned freeze_s;
    unsigned thaw_s;
    unsigned max_hold_s;
    char user[64];
    char credential[FIRN_PATH_BYTES];
    FirnOwnSettings own;
} FirnHookConf;

/**
 * firn_hook_conf_init:
 *
 * Sets the defaults: auto, oneshot, critical, level none; 300 s, 10 s, 10 s.
 */
void firn_hook_conf_init(FirnHookConf *self);

/**
 * firn_hook_conf_merge:
 * @self: settings; the keys in @text replace what is there
 * @text: contents of a settings file
 * @reason: what is wrong; @self may have changed then
 *
 * Returns: false if a key or a value is unknown
 */
bool firn_hook_conf_merge(FirnHookConf *self, const char *text, FirnReason *reason);

/**
 * firn_hook_conf_is_wanted:
 * @paths: where files are
 *
 * Decides Enabled= and Detect=.
 *
 * Returns: whether the hook is to run
 */
bool firn_hook_conf_is_wanted(const FirnHookConf *self, const FirnPaths *paths);

/**
 * firn_level_get_name:
 *
 * Returns: "none", "flushed" or "app"
 */
const char *firn_level_get_name(FirnLevel level);
