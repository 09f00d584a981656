/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-record.h"

#include <string.h>

#include "engine-error.h"
#include "strict-json.h"

#define DIGEST_LENGTH 64

static const char *const members[] = {"path", "size_bytes", "digest", NULL};

FirnNvramRecord *
firn_nvram_record_new(const char *path)
{
    FirnNvramRecord *self = g_new0(FirnNvramRecord, 1);

    self->path = g_strdup(path);
    return self;
}

FirnNvramRecord *
firn_nvram_record_copy(const FirnNvramRecord *self)
{
    FirnNvramRecord *copy = firn_nvram_record_new(self->path);

    copy->size_bytes = self->size_bytes;
    copy->digest = g_strdup(self->digest);
    return copy;
}

void
firn_nvram_record_free(FirnNvramRecord *self)
{
    if (self == NULL)
        return;
    g_free(self->path);
    g_free(self->digest);
    g_free(self);
}

void
firn_nvram_record_measure(FirnNvramRecord *self, GBytes *bytes)
{
    g_free(self->digest);
    self->digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    self->size_bytes = g_bytes_get_size(bytes);
}

gboolean
firn_nvram_record_fits(const FirnNvramRecord *self, GBytes *bytes)
{
    g_autofree char *digest = NULL;

    if (self->digest == NULL)
        return TRUE;
    digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    return g_bytes_get_size(bytes) == self->size_bytes && g_str_equal(digest, self->digest);
}

JsonNode *
firn_nvram_record_to_json(const FirnNvramRecord *self)
{
    g_autoptr(JsonObject) object = json_object_new();
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    json_object_set_string_member(object, "path", self->path);
    json_object_set_int_member(object, "size_bytes", (gint64)self->size_bytes);
    if (self->digest == NULL)
        json_object_set_null_member(object, "digest");
    else
        json_object_set_string_member(object, "digest", self->digest);
    json_node_set_object(node, object);
    return node;
}

static gboolean
is_digest(const char *text)
{
    return strlen(text) == DIGEST_LENGTH && strspn(text, "0123456789abcdef") == DIGEST_LENGTH;
}

static gboolean
check(const FirnNvramRecord *self, GError **error)
{
    if (g_path_is_absolute(self->path) && (self->digest == NULL || is_digest(self->digest)))
        return TRUE;
    g_set_error_literal(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_CORRUPT,
                        "nvram: path or digest is not valid");
    return FALSE;
}

FirnNvramRecord *
firn_nvram_record_from_json(JsonNode *node, GError **error)
{
    g_autoptr(FirnNvramRecord) self = g_new0(FirnNvramRecord, 1);
    JsonObject *object = firn_strict_json_object(node, "nvram", members, error);
    gint64 size_bytes;

    if (object == NULL || !firn_strict_json_string(object, "path", &self->path, error) ||
        !firn_strict_json_integer(object, "size_bytes", G_MAXINT64, &size_bytes, error) ||
        !firn_strict_json_string_or_null(object, "digest", &self->digest, error) ||
        !check(self, error))
        return NULL;
    self->size_bytes = (guint64)size_bytes;
    return g_steal_pointer(&self);
}
