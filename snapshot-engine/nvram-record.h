/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "record-schema.h"

/**
 * FirnNvramRecord:
 * @path: the file that the VM has them in, absolute
 * @size_bytes: its size; 0 until it was stored
 * @digest: (nullable): SHA-256 of its contents, 64 hex digits; %NULL until it was stored
 *
 * The facts about a snapshot's UEFI variables. The variables themselves are in a file of firn's own
 * (nvram-copy.h).
 */
typedef struct {
    char *path; /* (owned) */
    guint64 size_bytes;
    char *digest; /* (owned) (nullable) */
} FirnNvramRecord;

/* The member "nvram" of a snapshot. */
extern const FirnRecordSchema firn_nvram_record_schema;

/**
 * firn_nvram_record_new:
 * @path: the file that the VM has them in
 *
 * Returns: (transfer full): a record of variables that are not stored yet
 */
FirnNvramRecord *firn_nvram_record_new(const char *path);

void firn_nvram_record_free(FirnNvramRecord *self);

/**
 * firn_nvram_record_measure:
 * @bytes: the bytes that are stored
 *
 * Sets size and digest.
 */
void firn_nvram_record_measure(FirnNvramRecord *self, GBytes *bytes);

/**
 * firn_nvram_record_fits:
 * @bytes: the bytes read back
 *
 * Returns: whether they match the record; also %TRUE if the record has no size and digest
 */
gboolean firn_nvram_record_fits(const FirnNvramRecord *self, GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnNvramRecord, firn_nvram_record_free)
