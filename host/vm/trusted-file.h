/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_trusted_file_read:
 * @path: a file that says what firnd is to do, as root perhaps
 * @error: return location for a #GError
 *
 * Reads it if nobody but root, and the user that firnd runs as, can have written it: neither the
 * file, nor its folder, nor the folder of what it is a link to, belongs to others or is writable by
 * others or by a group of others. A folder in which everybody may only delete what is theirs (/tmp)
 * passes.
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT: who could, and what to do.
 *
 * Returns: (transfer full): its contents, of at most 1 MiB; %NULL with @error set
 */
char *firn_trusted_file_read(const char *path, GError **error);
