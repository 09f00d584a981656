/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sys/stat.h>

/**
 * FirnFileKinds:
 * @FIRN_FILE_KIND_REGULAR: regular files
 * @FIRN_FILE_KIND_BLOCK: block devices
 *
 * What somebody expects behind a path.
 */
typedef enum {
    FIRN_FILE_KIND_REGULAR = 1,
    FIRN_FILE_KIND_BLOCK = 2,
} FirnFileKinds;

/**
 * firn_checked_open:
 * @path: of a file that a peer, a definition or a record names
 * @kinds: what it may be
 * @flags: for open(): O_RDONLY or O_RDWR; with O_NOFOLLOW a link fails with ELOOP
 * @out_facts: (out) (optional): what fstat() says of it; untouched on failure
 *
 * The one way in which firn opens what others name. It is looked at before it is opened: a FIFO
 * would wait, a device or a terminal may do something because it is opened. What is opened is what
 * was looked at. Blocks as the file system does.
 *
 * Returns: a file descriptor; -1 with errno set, EMEDIUMTYPE if it is of another kind
 */
int firn_checked_open(const char *path, FirnFileKinds kinds, int flags, struct stat *out_facts);
