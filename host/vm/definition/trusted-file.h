/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_trusted_file_read:
 * @path: a file with instructions for firnd, which may run as root
 *
 * Reads the file if only root and firnd's own user can have written it: the file, its folder, and
 * the folder of a symbolic link's target must not belong to another user, nor be writable by others
 * or by a group of others. A folder with the sticky bit (/tmp) is accepted.
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT: who could have written it, and the remedy.
 *
 * Returns: (transfer full): its content, at most 1 MiB; %NULL with @error set
 */
char *firn_trusted_file_read(const char *path, GError **error);

/**
 * firn_trusted_file_check:
 * @path: a program that firnd starts, which may run as root
 *
 * Errors: as firn_trusted_file_read().
 *
 * Returns: whether only root and firnd's own user can have written it
 */
gboolean firn_trusted_file_check(const char *path, GError **error);
