/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-record.h"

#include <string.h>

#include "engine-error.h"

#define DIGEST_LENGTH 64

static gboolean
is_digest(const char *text)
{
    return strlen(text) == DIGEST_LENGTH && strspn(text, "0123456789abcdef") == DIGEST_LENGTH;
}

static gboolean
check_record(gconstpointer record, GError **error)
{
    const FirnNvramRecord *self = record;

    if (g_path_is_absolute(self->path) && (self->digest == NULL || is_digest(self->digest)))
        return TRUE;
    g_set_error_literal(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_CORRUPT,
                        "nvram: path or digest is not valid");
    return FALSE;
}

#define FIELD(name, ...) FIRN_RECORD_FIELD(FirnNvramRecord, #name, name, __VA_ARGS__)

static const FirnRecordField fields[] = {
    FIELD(path, TEXT, ALWAYS),
    FIELD(size_bytes, NUMBER, ALWAYS),
    FIELD(digest, TEXT, OR_NULL),
};

const FirnRecordSchema firn_nvram_record_schema = {
    .what = "nvram",
    .size = sizeof(FirnNvramRecord),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .check = check_record,
    .free = (GDestroyNotify)firn_nvram_record_free,
};

FirnNvramRecord *
firn_nvram_record_new(const char *path)
{
    FirnNvramRecord *self = g_new0(FirnNvramRecord, 1);

    self->path = g_strdup(path);
    return self;
}

void
firn_nvram_record_free(FirnNvramRecord *self)
{
    firn_record_schema_free(&firn_nvram_record_schema, self);
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
