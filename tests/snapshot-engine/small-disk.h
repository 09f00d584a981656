/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_small_disk_mount:
 * @size: of the file system, as "64k"
 *
 * Mounts a tmpfs that only this test program sees, and that disappears with it; needs root. If it
 * cannot be mounted, the test is marked as skipped.
 *
 * Returns: %TRUE if it is mounted
 */
gboolean firn_test_small_disk_mount(const char *folder, const char *size);

/**
 * firn_test_small_disk_fill:
 * @folder: a folder that was mounted
 * @left_bytes: how much must stay free
 *
 * Fills it with one file, "filler", which grows if it is there.
 */
void firn_test_small_disk_fill(const char *folder, guint64 left_bytes);

/**
 * firn_test_small_disk_unmount:
 *
 * Unmounts what firn_test_small_disk_mount() mounted last, if anything; a mounted folder could not
 * be removed.
 */
void firn_test_small_disk_unmount(void);
