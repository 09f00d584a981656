/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "stage.h"

#include <stddef.h>

/**
 * firn_hook_command_is_hook:
 * @name: name of a file, in UTF-8
 *
 * A name with '%' is none, because cmd.exe would expand it; nor is one with '"'.
 *
 * Returns: whether it is a hook: it ends with .cmd, .bat, .exe or .ps1 in any case
 */
bool firn_hook_command_is_hook(const char *name);

/**
 * firn_hook_command_compare:
 *
 * Compares names of hooks without regard to case, as qsort() wants it.
 *
 * Returns: below 0, 0 or above 0
 */
int firn_hook_command_compare(const char *name, const char *other);

/**
 * firn_hook_command_write:
 * @system_folder: where cmd.exe is, and below it PowerShell
 * @hook_folder: where the hook is
 * @name: a name for which firn_hook_command_is_hook() is true
 * @out_line: (out) (array length=size): the command line, in UTF-8
 *
 * Describes how a hook is started: programs by themselves, batch files by cmd.exe, .ps1 by
 * PowerShell.
 *
 * Returns: whether it has fitted into @size bytes
 */
bool firn_hook_command_write(const char *system_folder,
                             const char *hook_folder,
                             const char *name,
                             FirnStage stage,
                             char *out_line,
                             size_t size);
