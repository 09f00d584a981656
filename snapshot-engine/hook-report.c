/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-report.h"

#define TEXT_CHARACTERS_MAX 256

#define TEXT_FIELD(name, presence)                                                                 \
    FIRN_RECORD_FIELD(FirnHookReport, #name, name, TEXT, presence, .max = TEXT_CHARACTERS_MAX)

static const FirnRecordField fields[] = {
    TEXT_FIELD(hook, ALWAYS),
    TEXT_FIELD(phase, ALWAYS),
    FIRN_RECORD_FIELD(FirnHookReport, "took_ms", took_ms, COUNT, IF_SET),
    TEXT_FIELD(failure, IF_SET),
};

const FirnRecordSchema firn_hook_report_schema = {
    .what = "host_hooks",
    .size = sizeof(FirnHookReport),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .free = (GDestroyNotify)firn_hook_report_free,
};

FirnHookReport *
firn_hook_report_new(const char *hook, const char *phase)
{
    FirnHookReport *self = firn_record_schema_new(&firn_hook_report_schema);

    self->hook = g_strdup(hook);
    self->phase = g_strdup(phase);
    return self;
}

void
firn_hook_report_free(FirnHookReport *self)
{
    firn_record_schema_free(&firn_hook_report_schema, self);
}
