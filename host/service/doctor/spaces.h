/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"

/**
 * FirnSpaces:
 *
 * Files grouped by file system, to report its free space.
 */
typedef struct _FirnSpaces FirnSpaces;

/**
 * firn_spaces_new:
 *
 * Returns: (transfer full): an empty list
 */
FirnSpaces *firn_spaces_new(void);

/**
 * firn_spaces_add:
 * @self: a list of file systems
 * @what: what the file is, for messages: "disk vda"
 * @path: a file or a folder; block devices and missing files are ignored
 *
 * Blocks for as long as the file system does.
 */
void firn_spaces_add(FirnSpaces *self, const char *what, const char *path);

/**
 * firn_spaces_tell:
 * @self: a list of file systems
 * @findings: gets a finding for each
 *
 * Warns if less than one twentieth is free.
 */
void firn_spaces_tell(const FirnSpaces *self, FirnFindings *findings);

void firn_spaces_free(FirnSpaces *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSpaces, firn_spaces_free)
