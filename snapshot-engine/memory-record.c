/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-record.h"

#include "engine-enums.h"
#include "engine-error.h"
#include "strict-json.h"

static const char *const members[] = {"kind",
                                      "disk",
                                      "machine",
                                      "machine_type",
                                      "qemu_version",
                                      "size_bytes",
                                      "stopped_us",
                                      "total_us",
                                      NULL};

FirnMemoryRecord *
firn_memory_record_new(FirnMemoryKind kind, const char *qemu_version)
{
    FirnMemoryRecord *self = g_new0(FirnMemoryRecord, 1);

    self->kind = kind;
    self->qemu_version = g_strdup(qemu_version);
    return self;
}

FirnMemoryRecord *
firn_memory_record_copy(const FirnMemoryRecord *self)
{
    FirnMemoryRecord *copy = firn_memory_record_new(self->kind, self->qemu_version);

    copy->disk = g_strdup(self->disk);
    copy->machine = g_strdup(self->machine);
    copy->machine_type = g_strdup(self->machine_type);
    copy->size_bytes = self->size_bytes;
    copy->stopped_us = self->stopped_us;
    copy->total_us = self->total_us;
    return copy;
}

void
firn_memory_record_free(FirnMemoryRecord *self)
{
    if (self == NULL)
        return;
    g_free(self->disk);
    g_free(self->machine);
    g_free(self->machine_type);
    g_free(self->qemu_version);
    g_free(self);
}

static void
set_text_or_null(JsonObject *object, const char *member, const char *text)
{
    if (text == NULL)
        json_object_set_null_member(object, member);
    else
        json_object_set_string_member(object, member, text);
}

JsonNode *
firn_memory_record_to_json(const FirnMemoryRecord *self)
{
    g_autoptr(JsonObject) object = json_object_new();
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    firn_strict_json_add_nick(object, "kind", FIRN_TYPE_MEMORY_KIND, self->kind);
    set_text_or_null(object, "disk", self->disk);
    set_text_or_null(object, "machine", self->machine);
    if (self->machine_type != NULL)
        json_object_set_string_member(object, "machine_type", self->machine_type);
    json_object_set_string_member(object, "qemu_version", self->qemu_version);
    json_object_set_int_member(object, "size_bytes", (gint64)self->size_bytes);
    json_object_set_int_member(object, "stopped_us", self->stopped_us);
    json_object_set_int_member(object, "total_us", self->total_us);
    json_node_set_object(node, object);
    return node;
}

static gboolean
read_machine(FirnMemoryRecord *self, JsonObject *object, GError **error)
{
    return firn_strict_json_string_or_null(object, "machine", &self->machine, error) &&
           (!json_object_has_member(object, "machine_type") ||
            firn_strict_json_string(object, "machine_type", &self->machine_type, error));
}

FirnMemoryRecord *
firn_memory_record_from_json(JsonNode *node, GError **error)
{
    g_autoptr(FirnMemoryRecord) self = g_new0(FirnMemoryRecord, 1);
    JsonObject *object = firn_strict_json_object(node, "memory", members, error);
    gint64 size_bytes;
    int kind;

    if (object == NULL ||
        !firn_strict_json_nick(object, "kind", FIRN_TYPE_MEMORY_KIND, &kind, error) ||
        !firn_strict_json_string_or_null(object, "disk", &self->disk, error) ||
        !read_machine(self, object, error) ||
        !firn_strict_json_string(object, "qemu_version", &self->qemu_version, error) ||
        !firn_strict_json_integer(object, "size_bytes", G_MAXINT64, &size_bytes, error) ||
        !firn_strict_json_integer(object, "stopped_us", G_MAXINT64, &self->stopped_us, error) ||
        !firn_strict_json_integer(object, "total_us", G_MAXINT64, &self->total_us, error))
        return NULL;
    self->kind = kind;
    self->size_bytes = (guint64)size_bytes;
    return g_steal_pointer(&self);
}
