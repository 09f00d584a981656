/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command.h"

/**
 * firn_help_print:
 * @commands: (array zero-terminated=1): all commands
 * @global: (array zero-terminated=1): the global options
 *
 * Prints commands, global options and exit statuses on stdout.
 */
void firn_help_print(const FirnCommand *const *commands, const GOptionEntry *global);

/**
 * firn_help_print_command:
 * @aliases: (nullable): its other names
 *
 * Prints usage, options and examples of a command on stdout.
 */
void firn_help_print_command(const FirnCommand *command, const char *aliases);
