/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FirnMemoryKind:
 * @FIRN_MEMORY_KIND_PAUSED: the guest stood still until RAM was written
 * @FIRN_MEMORY_KIND_LIVE: the guest went on meanwhile
 *
 * How RAM was taken.
 */
typedef enum {
    FIRN_MEMORY_KIND_PAUSED,
    FIRN_MEMORY_KIND_LIVE,
} FirnMemoryKind;

/**
 * FirnMemoryRecord:
 * @kind: how it was taken
 * @disk: (nullable): key of the disk whose image has it, as QEMU's savevm puts it there; %NULL: it
 * is in a save image of firn's own
 * @machine: (nullable): the command line of the machine then, if its source has no better
 * description
 * @machine_type: (nullable): as the QEMU that ran knew it, "pc-q35-7.2"; %NULL in older records
 * @qemu_version: "7.2.22"
 * @size_bytes: how much was written; 0: nobody knows
 * @stopped_us: how long the guest stood still
 * @total_us: how long the whole took
 *
 * What is known of a snapshot's RAM.
 */
typedef struct {
    FirnMemoryKind kind;
    char *disk;         /* (owned) (nullable) */
    char *machine;      /* (owned) (nullable) */
    char *machine_type; /* (owned) (nullable) */
    char *qemu_version; /* (owned) */
    guint64 size_bytes;
    gint64 stopped_us;
    gint64 total_us;
} FirnMemoryRecord;

/**
 * firn_memory_record_new:
 * @kind: how it is taken
 * @qemu_version: QEMU's
 *
 * Returns: (transfer full): nothing measured yet
 */
FirnMemoryRecord *firn_memory_record_new(FirnMemoryKind kind, const char *qemu_version);

/**
 * firn_memory_record_copy:
 * @self: a record
 *
 * Returns: (transfer full): the same
 */
FirnMemoryRecord *firn_memory_record_copy(const FirnMemoryRecord *self);

/**
 * firn_memory_record_free:
 * @self: (nullable): a record
 */
void firn_memory_record_free(FirnMemoryRecord *self);

/**
 * firn_memory_record_to_json:
 * @self: a record
 *
 * Returns: (transfer full): the member "memory" of a snapshot
 */
JsonNode *firn_memory_record_to_json(const FirnMemoryRecord *self);

/**
 * firn_memory_record_from_json:
 * @node: what firn_memory_record_to_json() made
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: (transfer full): a record; %NULL with @error set
 */
FirnMemoryRecord *firn_memory_record_from_json(JsonNode *node, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMemoryRecord, firn_memory_record_free)
