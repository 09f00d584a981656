/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdio.h>

#include "paths.h"
#include "reason.h"

/* Of systems whose unit reads FSFREEZE_HOOK_PATHNAME from there; elsewhere there is none. */
#define FIRN_AGENT_VARIABLES "/etc/sysconfig/qemu-ga"
/* Where SELinux labels what the agent may run unconfined. */
#define FIRN_AGENT_LABELLED_HOOK "/usr/libexec/qemu-ga/fsfreeze-hook.d/firn-hook"

/**
 * firn_agent_settings_get_hook:
 * @hook: path of firn-hook
 *
 * Returns: (transfer none): the path by which qemu-ga is to call it on this system
 */
const char *firn_agent_settings_get_hook(const FirnPaths *paths, const char *hook);

/**
 * firn_agent_settings_place:
 * @hook: as of firn_agent_settings_get_hook()
 * @out: gets a line for each file that is written
 * @reason: why not
 *
 * Makes qemu-ga call @hook from its next start on: by an environment file that a drop-in reads
 * last; by qemu-ga.conf if there is none; or by a drop-in with another command line. What an
 * administrator has written is never changed.
 */
bool firn_agent_settings_place(const FirnPaths *paths,
                               const char *hook,
                               FILE *out,
                               FirnReason *reason);

/**
 * firn_agent_settings_remove:
 * @out: gets a line for each file that is removed
 * @out_removed: (out): how many
 * @reason: why not
 *
 * Removes what firn_agent_settings_place() has written, and nothing else.
 */
bool firn_agent_settings_remove(const FirnPaths *paths,
                                FILE *out,
                                unsigned *out_removed,
                                FirnReason *reason);
