/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_file_locks_are_shared:
 * @type: of a file system, as in /proc/self/mountinfo
 * @options: (nullable): of its mount and of the file system, separated by commas
 *
 * QEMU locks the images that it uses, and firn tests these locks before it changes an image.
 * Network file systems without locks of their own have those of each host's kernel: other hosts do
 * not see them.
 *
 * Returns: whether all hosts that may have it mounted see the same locks
 */
gboolean firn_file_locks_are_shared(const char *type, const char *options);

/**
 * firn_file_locks_dup_doubt:
 * @path: of a file; others are ignored
 *
 * Blocks like the file system.
 *
 * Returns: (transfer full) (nullable): why a process that has it open on another host, or on this
 * one, may not be noticed: "it is on nfs, mounted on /images, whose locks only this host sees";
 * %NULL if nothing is known
 */
char *firn_file_locks_dup_doubt(const char *path);
