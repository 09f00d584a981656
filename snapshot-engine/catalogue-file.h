/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue-state.h"
#include "state-dir.h"

/**
 * FirnCatalogueFile:
 * @vm_uuid: the VM, in lower case
 * @vm_name: its name when the document was written
 * @state: tree, policy, current
 * @disks: (element-type FirnDisk): target, path and format when they were last seen
 *
 * The contents of a catalogue's document.
 */
typedef struct {
    char *vm_uuid;             /* (owned) */
    char *vm_name;             /* (owned) */
    FirnCatalogueState *state; /* (owned) */
    GPtrArray *disks;          /* (owned) (element-type FirnDisk) */
} FirnCatalogueFile;

/**
 * firn_catalogue_file_read:
 * @directory: where the documents are
 * @vm_uuid: the VM whose document it must be, in lower case; the document is UUID.json
 * @out_file: (out) (transfer full) (nullable): its contents; %NULL if there is no such file
 *
 * Reads a regular file of at most 64 MiB and accepts only what firn_catalogue_file_write() writes.
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT, with the path in the message.
 *
 * Returns: %TRUE if there is no file or it was read
 */
gboolean firn_catalogue_file_read(FirnStateDir *directory,
                                  const char *vm_uuid,
                                  FirnCatalogueFile **out_file,
                                  GError **error);

/**
 * firn_catalogue_file_parse:
 * @text: a document, NUL-terminated
 * @length: its length in bytes
 * @vm_uuid: the VM whose document it must be, in lower case
 *
 * Errors: of several domains, for display: %FIRN_ENGINE_ERROR and %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): its contents; %NULL with @error set
 */
FirnCatalogueFile *firn_catalogue_file_parse(const char *text,
                                             gsize length,
                                             const char *vm_uuid,
                                             GError **error);

/**
 * firn_catalogue_file_to_text:
 *
 * Returns: (transfer full): the document
 */
char *firn_catalogue_file_to_text(const FirnCatalogueFile *self);

/**
 * firn_catalogue_file_write:
 * @directory: where the documents are
 *
 * Replaces the document atomically and durably.
 *
 * Errors: %FIRN_ENGINE_ERROR_NO_SPACE; %FIRN_ENGINE_ERROR_INVALID for contents that could not be
 * read back; %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE once it is on stable storage
 */
gboolean firn_catalogue_file_write(const FirnCatalogueFile *self,
                                   FirnStateDir *directory,
                                   GError **error);

void firn_catalogue_file_free(FirnCatalogueFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnCatalogueFile, firn_catalogue_file_free)
