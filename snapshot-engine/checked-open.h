/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sys/stat.h>

/**
 * FirnFileKinds:
 * @FIRN_FILE_KIND_REGULAR: regular files
 * @FIRN_FILE_KIND_BLOCK: block devices
 *
 * The kinds of files that may be opened.
 */
typedef enum {
    FIRN_FILE_KIND_REGULAR = 1,
    FIRN_FILE_KIND_BLOCK = 2,
} FirnFileKinds;

/**
 * firn_checked_open:
 * @path: of a file named by a peer, a definition or a record
 * @kinds: the permitted kinds
 * @flags: for open(): O_RDONLY or O_RDWR; with O_NOFOLLOW a link fails with ELOOP
 * @out_facts: (out) (optional): the result of fstat(); untouched on failure
 *
 * All files that are named by others are opened by this function. It checks the kind first, because
 * opening a FIFO would block, and opening a device or terminal may have side effects. The file that
 * is opened is the one that was checked. Blocks like the file system.
 *
 * Returns: a file descriptor; -1 with errno set, EMEDIUMTYPE for another kind of file
 */
int firn_checked_open(const char *path, FirnFileKinds kinds, int flags, struct stat *out_facts);
