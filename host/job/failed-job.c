/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failed-job.h"

#include <string.h>

#include "engine-error.h"

#define MESSAGE_MAX 4096
#define WORD_MAX    64

static const FirnJsonLimits limits = {FIRN_FAILED_JOB_BYTES_MAX, 32 * 1024, 10000, 8};

#define FIELD(name, ...) FIRN_RECORD_FIELD(FirnFailedJob, #name, name, __VA_ARGS__)

static const FirnRecordField fields[] = {
    {"format", 0, FIRN_RECORD_FORMAT, FIRN_RECORD_ALWAYS, .max = 1},
    FIELD(id, COUNT, ALWAYS),
    FIELD(operation, TEXT, ALWAYS, .max = WORD_MAX),
    FIELD(vm_uuid, TEXT, ALWAYS, .max = WORD_MAX),
    FIELD(started_by, COUNT, ALWAYS),
    FIELD(started_us, NUMBER, ALWAYS),
    FIELD(finished_us, NUMBER, ALWAYS),
    FIELD(phase, TEXT, ALWAYS, .max = WORD_MAX),
    FIELD(error_word, TEXT, ALWAYS, .max = WORD_MAX),
    FIELD(error_message, TEXT, ALWAYS, .max = MESSAGE_MAX),
    FIELD(evidence, CHILD, ALWAYS, .child = &firn_evidence_schema),
    FIELD(boot_id, TEXT, ALWAYS, .max = WORD_MAX),
    FIELD(until_us, NUMBER, ALWAYS),
};

static gboolean
check_record(gconstpointer record, GError **error)
{
    const FirnFailedJob *self = record;

    if (self->id > 0 && g_uuid_string_is_valid(self->vm_uuid))
        return TRUE;
    g_set_error_literal(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_CORRUPT,
                        "it has no job number, or no UUID of its VM");
    return FALSE;
}

static const FirnRecordSchema schema = {
    .what = "failed job",
    .size = sizeof(FirnFailedJob),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .check = check_record,
};

FirnFailedJob *
firn_failed_job_copy(const FirnFailedJob *self)
{
    return firn_record_schema_copy(&schema, self);
}

void
firn_failed_job_free(FirnFailedJob *self)
{
    firn_record_schema_free(&schema, self);
}

static char *
write_with(const FirnFailedJob *self, FirnEvidence *evidence)
{
    FirnFailedJob job = *self;

    job.evidence = evidence;
    return firn_record_schema_to_text(&schema, &job);
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

FirnFailedJob *
firn_failed_job_parse(const char *text, gsize length, GError **error)
{
    return firn_record_schema_parse(&schema, text, length, &limits, error);
}
