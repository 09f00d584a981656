/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"

/**
 * FirnSpaces:
 *
 * Files of which the file systems are to be looked at; those on one file system are one space.
 */
typedef struct _FirnSpaces FirnSpaces;

/**
 * firn_spaces_new:
 *
 * Returns: (transfer full): none yet
 */
FirnSpaces *firn_spaces_new(void);

/**
 * firn_spaces_add:
 * @self: spaces
 * @what: what lies there: "disk vda"
 * @path: a file or a folder; block devices, and what is not there, are passed over
 *
 * Blocks for as long as the file system does.
 */
void firn_spaces_add(FirnSpaces *self, const char *what, const char *path);

/**
 * firn_spaces_tell:
 * @self: spaces
 * @findings: gets one for each
 *
 * Warns of what has less than a twentieth left.
 */
void firn_spaces_tell(const FirnSpaces *self, FirnFindings *findings);

/**
 * firn_spaces_free:
 * @self: (nullable): spaces
 */
void firn_spaces_free(FirnSpaces *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnSpaces, firn_spaces_free)
