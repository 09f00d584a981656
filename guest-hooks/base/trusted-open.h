/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "paths.h"
#include "reason.h"

/**
 * firn_trusted_open:
 * @paths: where files are, and who owns them
 * @path: absolute, of a directory or a regular file, without "." and ".."
 * @reason: why it was refused
 *
 * Opens @path for reading, one directory after the other and without following a link, and only if
 * it and each directory above it belong to the owner, and no group and no other user may write to
 * them.
 *
 * Errors: errno is EACCES if it was refused for its owner, mode or kind, ELOOP for a link, else
 * as of openat().
 *
 * Returns: a descriptor with FD_CLOEXEC, or -1
 */
int firn_trusted_open(const FirnPaths *paths, const char *path, FirnReason *reason);
