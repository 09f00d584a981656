/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdio.h>

#include "paths.h"

/**
 * firn_agent_check:
 * @out: gets a line for each problem
 *
 * Checks each qemu-ga that runs: whether it calls firn-hook, whether that is there and whether
 * SELinux lets it run unconfined, and whether the agent's state is in RAM.
 *
 * Returns: number of problems; one if no qemu-ga runs
 */
unsigned firn_agent_check(const FirnPaths *paths, FILE *out);

/**
 * firn_check_in_ram:
 * @folder: path
 * @out: gets a line if it is on a disk
 *
 * What is kept there must survive neither a restart nor a snapshot.
 *
 * Returns: number of problems: 0 or 1
 */
unsigned firn_check_in_ram(const FirnPaths *paths, const char *folder, FILE *out);
