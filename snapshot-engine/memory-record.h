/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "record-schema.h"

/**
 * FirnMemoryKind:
 * @FIRN_MEMORY_KIND_PAUSED: the guest was paused until the RAM was written
 * @FIRN_MEMORY_KIND_LIVE: the guest ran meanwhile
 *
 * How RAM was saved.
 */
typedef enum {
    FIRN_MEMORY_KIND_PAUSED,
    FIRN_MEMORY_KIND_LIVE,
} FirnMemoryKind;

/**
 * FirnMemoryRecord:
 * @kind: how it was saved
 * @disk: (nullable): target of the disk whose image contains it, as QEMU's savevm stores it; %NULL:
 * it is in a save image of firn's own
 * @machine: (nullable): QEMU's command line at that time, if the VM's source has no better
 * description
 * @machine_type: (nullable): as reported by QEMU, "pc-q35-7.2"; %NULL in older records
 * @qemu_version: "7.2.22"
 * @size_bytes: how much was written; 0: unknown
 * @stopped_us: for how long the guest was paused
 * @total_us: duration of the whole operation
 *
 * The facts about a snapshot's RAM.
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

/* The member "memory" of a snapshot. */
extern const FirnRecordSchema firn_memory_record_schema;

/**
 * firn_memory_record_new:
 * @kind: how it is saved
 * @qemu_version: QEMU's
 *
 * Returns: (transfer full): a record without measured values
 */
FirnMemoryRecord *firn_memory_record_new(FirnMemoryKind kind, const char *qemu_version);

void firn_memory_record_free(FirnMemoryRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnMemoryRecord, firn_memory_record_free)
