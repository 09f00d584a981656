/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FIRN_SPACE_RESERVE_BYTES:
 *
 * Size of the reserve. A deletion needs a cluster of each image, which has 64 KiB usually, and some
 * KiB for the catalogue and the journal.
 */
#define FIRN_SPACE_RESERVE_BYTES (1024 * 1024)

/**
 * firn_space_reserve_set_place:
 * @path: (nullable): a file, which need not exist; %NULL: no reserve
 *
 * The reserve is a file that only occupies space on the file system of firn's state, where images
 * often are, too. When that is full, a deletion spends the reserve on what it has to write before
 * it frees anything. One process has one reserve. Call it before there are other threads; the other
 * functions are thread-safe, and block.
 */
void firn_space_reserve_set_place(const char *path);

/**
 * firn_space_reserve_fill:
 *
 * Makes the reserve whole, as far as there is space. File systems that cannot reserve space have no
 * reserve.
 *
 * Errors: %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %FALSE if a part of it is missing
 */
gboolean firn_space_reserve_fill(GError **error);

/**
 * firn_space_reserve_spend:
 * @path: what needs space: a file or directory
 *
 * Frees a quarter of the reserve if it is on the same file system, and that is full.
 *
 * Returns: whether there is more space now, so that it is worth trying again
 */
gboolean firn_space_reserve_spend(const char *path);
