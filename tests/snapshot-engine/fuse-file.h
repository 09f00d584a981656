/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTestFuseFile:
 *
 * A file on a real FUSE file system: QEMU's storage daemon shows an image over it.
 */
typedef struct FirnTestFuseFile FirnTestFuseFile;

/**
 * firn_test_fuse_file_new:
 *
 * Returns: (transfer full) (nullable): a file that can be read; %NULL if it cannot be mounted here,
 * and the test is marked as skipped
 */
FirnTestFuseFile *firn_test_fuse_file_new(void);

/**
 * firn_test_fuse_file_get_path:
 *
 * Returns: (transfer none): its path, which is its mount point, too
 */
const char *firn_test_fuse_file_get_path(FirnTestFuseFile *self);

/**
 * firn_test_fuse_file_free:
 *
 * Ends the daemon, and with it the mount.
 */
void firn_test_fuse_file_free(FirnTestFuseFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestFuseFile, firn_test_fuse_file_free)
