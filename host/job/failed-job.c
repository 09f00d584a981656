/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failed-job.h"

#include <string.h>

#include "engine-error.h"
#include "foreign-text.h"
#include "json-guard.h"
#include "json-write.h"
#include "strict-json.h"

#define FORMAT      1
#define MESSAGE_MAX 4096
#define WORD_MAX    64

static const FirnJsonLimits limits = {FIRN_FAILED_JOB_BYTES_MAX, 32 * 1024, 10000, 8};

static const char *const members[] = {"format",
                                      "id",
                                      "operation",
                                      "vm_uuid",
                                      "started_by",
                                      "started_us",
                                      "finished_us",
                                      "phase",
                                      "error_word",
                                      "error_message",
                                      "evidence",
                                      "boot_id",
                                      "until_us",
                                      NULL};

FirnFailedJob *
firn_failed_job_copy(const FirnFailedJob *self)
{
    FirnFailedJob *copy = g_new0(FirnFailedJob, 1);

    copy->id = self->id;
    copy->operation = g_strdup(self->operation);
    copy->vm_uuid = g_strdup(self->vm_uuid);
    copy->started_by = self->started_by;
    copy->started_us = self->started_us;
    copy->finished_us = self->finished_us;
    copy->phase = g_strdup(self->phase);
    copy->error_word = g_strdup(self->error_word);
    copy->error_message = g_strdup(self->error_message);
    copy->evidence = firn_evidence_copy(self->evidence);
    copy->boot_id = g_strdup(self->boot_id);
    copy->until_us = self->until_us;
    return copy;
}

void
firn_failed_job_free(FirnFailedJob *self)
{
    if (self == NULL)
        return;
    g_free(self->operation);
    g_free(self->vm_uuid);
    g_free(self->phase);
    g_free(self->error_word);
    g_free(self->error_message);
    firn_evidence_free(self->evidence);
    g_free(self->boot_id);
    g_free(self);
}

static void
set_text(JsonObject *object, const char *member, const char *text, guint characters_max)
{
    g_autofree char *clipped = firn_foreign_text_clip(text, characters_max);

    json_object_set_string_member(object, member, clipped);
}

/* A negative value (the clock was before 1970) could not be read back. */
static void
set_number(JsonObject *object, const char *member, gint64 number)
{
    json_object_set_int_member(object, member, MAX(number, 0));
}

static char *
write_with(const FirnFailedJob *self, const FirnEvidence *evidence)
{
    g_autoptr(JsonObject) root = json_object_new();
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

    set_number(root, "format", FORMAT);
    set_number(root, "id", self->id);
    set_text(root, "operation", self->operation, WORD_MAX);
    set_text(root, "vm_uuid", self->vm_uuid, WORD_MAX);
    set_number(root, "started_by", self->started_by);
    set_number(root, "started_us", self->started_us);
    set_number(root, "finished_us", self->finished_us);
    set_text(root, "phase", self->phase, WORD_MAX);
    set_text(root, "error_word", self->error_word, WORD_MAX);
    set_text(root, "error_message", self->error_message, MESSAGE_MAX);
    json_object_set_member(root,
                           "evidence",
                           firn_record_schema_to_json(&firn_evidence_schema, evidence));
    set_text(root, "boot_id", self->boot_id, WORD_MAX);
    set_number(root, "until_us", self->until_us);
    json_node_set_object(node, root);
    return firn_json_write(node, TRUE);
}

static gboolean
is_short(const char *text)
{
    return strlen(text) <= FIRN_FAILED_JOB_BYTES_MAX;
}

char *
firn_failed_job_to_text(const FirnFailedJob *self)
{
    g_autofree char *text = write_with(self, self->evidence);
    g_autoptr(FirnEvidence) less = NULL;

    if (is_short(text))
        return g_steal_pointer(&text);
    less = firn_evidence_copy(self->evidence);
    g_ptr_array_set_size(less->file_systems, 0);
    g_free(text);
    text = write_with(self, less);
    if (is_short(text))
        return g_steal_pointer(&text);
    firn_evidence_free(less);
    less = firn_evidence_new(self->evidence->quiesce);
    for (guint i = 0; i < self->evidence->indications->len; i++)
        firn_evidence_indicate(less, self->evidence->indications->pdata[i]);
    return write_with(self, less);
}

static gboolean
read_number(JsonObject *root, const char *member, guint *out_number, GError **error)
{
    gint64 number;

    if (!firn_strict_json_integer(root, member, G_MAXUINT, &number, error))
        return FALSE;
    *out_number = (guint)number;
    return TRUE;
}

static gboolean
read_texts(FirnFailedJob *self, JsonObject *root, GError **error)
{
    return firn_strict_json_string(root, "operation", &self->operation, error) &&
           firn_strict_json_string(root, "vm_uuid", &self->vm_uuid, error) &&
           firn_strict_json_string(root, "phase", &self->phase, error) &&
           firn_strict_json_string(root, "error_word", &self->error_word, error) &&
           firn_strict_json_string(root, "error_message", &self->error_message, error) &&
           firn_strict_json_string(root, "boot_id", &self->boot_id, error);
}

static gboolean
read_numbers(FirnFailedJob *self, JsonObject *root, GError **error)
{
    return read_number(root, "id", &self->id, error) &&
           read_number(root, "started_by", &self->started_by, error) &&
           firn_strict_json_integer(root, "started_us", G_MAXINT64, &self->started_us, error) &&
           firn_strict_json_integer(root, "finished_us", G_MAXINT64, &self->finished_us, error) &&
           firn_strict_json_integer(root, "until_us", G_MAXINT64, &self->until_us, error);
}

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT, what);
    return FALSE;
}

static gboolean
check(const FirnFailedJob *self, gint64 format, GError **error)
{
    if (format != FORMAT)
        return refuse(error, "this version of firn does not know its format");
    if (self->id == 0 || !g_uuid_string_is_valid(self->vm_uuid))
        return refuse(error, "it has no job number, or no UUID of its VM");
    return TRUE;
}

FirnFailedJob *
firn_failed_job_parse(const char *text, gsize length, GError **error)
{
    g_autoptr(FirnFailedJob) self = g_new0(FirnFailedJob, 1);
    g_autoptr(JsonNode) node = firn_json_guard_parse(text, length, &limits, error);
    JsonObject *root;
    gint64 format;

    if (node == NULL)
        return NULL;
    root = firn_strict_json_object(node, "failed job", members, error);
    if (root == NULL || !firn_strict_json_integer(root, "format", G_MAXINT64, &format, error) ||
        !read_texts(self, root, error) || !read_numbers(self, root, error))
        return NULL;
    self->evidence = firn_record_schema_from_json(&firn_evidence_schema,
                                                  json_object_get_member(root, "evidence"),
                                                  error);
    if (self->evidence == NULL || !check(self, format, error))
        return NULL;
    return g_steal_pointer(&self);
}
