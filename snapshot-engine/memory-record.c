/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-record.h"

#include "engine-enums.h"

#define FIELD(name, ...) FIRN_RECORD_FIELD(FirnMemoryRecord, #name, name, __VA_ARGS__)

static const FirnRecordField fields[] = {
    FIELD(kind, NICK, ALWAYS, .type = firn_memory_kind_get_type),
    FIELD(disk, TEXT, OR_NULL),
    FIELD(machine, TEXT, OR_NULL),
    FIELD(machine_type, TEXT, IF_SET),
    FIELD(qemu_version, TEXT, ALWAYS),
    FIELD(size_bytes, NUMBER, ALWAYS),
    FIELD(stopped_us, NUMBER, ALWAYS),
    FIELD(total_us, NUMBER, ALWAYS),
};

const FirnRecordSchema firn_memory_record_schema = {
    .what = "memory",
    .size = sizeof(FirnMemoryRecord),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .free = (GDestroyNotify)firn_memory_record_free,
};

FirnMemoryRecord *
firn_memory_record_new(FirnMemoryKind kind, const char *qemu_version)
{
    FirnMemoryRecord *self = g_new0(FirnMemoryRecord, 1);

    self->kind = kind;
    self->qemu_version = g_strdup(qemu_version);
    return self;
}

void
firn_memory_record_free(FirnMemoryRecord *self)
{
    firn_record_schema_free(&firn_memory_record_schema, self);
}
