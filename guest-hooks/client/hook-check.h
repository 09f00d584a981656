/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdio.h>

#include "paths.h"

/**
 * firn_hook_list:
 * @out: where to write it
 *
 * Writes a line for each hook that would run or is refused, in the order of freeze.
 *
 * Returns: exit status: a FirnExit
 */
unsigned firn_hook_list(const FirnPaths *paths, FILE *out);

/**
 * firn_hook_check:
 * @out: where to write it
 *
 * Writes a line for each problem: hooks and settings that are refused, a guard that does not
 * answer, reports on a disk, and all that firn_agent_check() finds.
 *
 * Returns: exit status: 0 if there is none, else FIRN_EXIT_CONFIG
 */
unsigned firn_hook_check(const FirnPaths *paths, FILE *out);
