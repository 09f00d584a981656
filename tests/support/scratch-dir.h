/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTestScratchDir:
 *
 * A temporary folder that is removed with the test program, also if that is killed or aborts: a
 * small process waits for its end.
 */
typedef struct FirnTestScratchDir FirnTestScratchDir;

/**
 * firn_test_scratch_dir_new:
 *
 * Returns: (transfer full): a new folder, with a path short enough for sockets in it
 */
FirnTestScratchDir *firn_test_scratch_dir_new(void);

/**
 * firn_test_scratch_dir_get_path:
 *
 * Returns: (transfer none): its path
 */
const char *firn_test_scratch_dir_get_path(FirnTestScratchDir *self);

/**
 * firn_test_scratch_dir_free:
 * @self: (nullable): a folder
 *
 * Removes it with all its contents.
 */
void firn_test_scratch_dir_free(FirnTestScratchDir *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestScratchDir, firn_test_scratch_dir_free)
