/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "paths.h"
#include "reason.h"

/* The first line of every text that is placed: what has it may be replaced and removed. */
#define FIRN_PLACED_MARK "# Placed by firn-hook install; firn-hook uninstall removes it.\n"

typedef enum {
    FIRN_PLACED_NONE,
    FIRN_PLACED_OURS,
    FIRN_PLACED_FOREIGN,
} FirnPlaced;

/**
 * firn_placed_file_find:
 * @path: of a text
 *
 * Returns: whether it is there, and whether it has the mark
 */
FirnPlaced firn_placed_file_find(const FirnPaths *paths, const char *path);

/**
 * firn_placed_file_write:
 * @path: of a text; its directories are made
 * @text: what follows the mark
 * @reason: why not
 *
 * Replaces the file atomically, also one without the mark; mode 0644.
 */
bool firn_placed_file_write(const FirnPaths *paths,
                            const char *path,
                            const char *text,
                            FirnReason *reason);

/**
 * firn_placed_file_copy:
 * @from: path, not below the root
 * @path: where to; its directories are made
 * @mode: of the copy
 * @reason: why not
 *
 * Replaces the file atomically: a program that runs keeps what it runs from.
 */
bool firn_placed_file_copy(const FirnPaths *paths,
                           const char *from,
                           const char *path,
                           mode_t mode,
                           FirnReason *reason);

/**
 * firn_placed_file_remove:
 * @path: of a file, or of an empty directory
 * @reason: why not
 *
 * Returns: whether it is not there
 */
bool firn_placed_file_remove(const FirnPaths *paths, const char *path, FirnReason *reason);
