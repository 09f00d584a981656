/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command.h"

/**
 * firn_help_print:
 * @verbs: (array zero-terminated=1): all verbs
 * @global: (array zero-terminated=1): the global options
 *
 * Prints verbs, global options and exit statuses on stdout.
 */
void firn_help_print(const FirnCommand *const *verbs, const GOptionEntry *global);

/**
 * firn_help_print_verb:
 * @verb: a verb
 * @aliases: (nullable): its other names
 *
 * Prints usage, options and examples of a verb on stdout.
 */
void firn_help_print_verb(const FirnCommand *verb, const char *aliases);
