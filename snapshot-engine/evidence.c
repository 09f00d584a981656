/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "evidence.h"

#include "engine-enums.h"

#define TEXT_CHARACTERS_MAX 256

#define FIELD(name, ...)    FIRN_RECORD_FIELD(FirnEvidence, #name, name, __VA_ARGS__)

#define FILE_SYSTEM_FIELD(name)                                                                    \
    FIRN_RECORD_FIELD(FirnFileSystem, #name, name, TEXT, ALWAYS, .max = TEXT_CHARACTERS_MAX)

static void free_file_system(gpointer data);

static const FirnRecordField file_system_fields[] = {
    FILE_SYSTEM_FIELD(mountpoint),
    FILE_SYSTEM_FIELD(type),
    FILE_SYSTEM_FIELD(device),
};

static const FirnRecordSchema file_system_schema = {
    .what = "file_systems",
    .size = sizeof(FirnFileSystem),
    .fields = file_system_fields,
    .n_fields = G_N_ELEMENTS(file_system_fields),
    .free = free_file_system,
};

static const FirnRecordField fields[] = {
    FIELD(quiesce, NICK, ALWAYS, .type = firn_quiesce_get_type),
    FIELD(run_state, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(agent_version, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(guest_os, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(adopted_from, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(adopted_by, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(freeze_error, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(thaw_error, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(file_systems, LIST, IF_SET, .child = &file_system_schema),
    FIELD(expected, COUNT, IF_SET),
    FIELD(frozen, COUNT, IF_SET),
    FIELD(thawed, COUNT, IF_SET),
    FIELD(freeze_sent_us, NUMBER, IF_SET),
    FIELD(frozen_us, NUMBER, IF_SET),
    FIELD(cut_begin_us, NUMBER, IF_SET),
    FIELD(cut_end_us, NUMBER, IF_SET),
    FIELD(thaw_sent_us, NUMBER, IF_SET),
    FIELD(thawed_us, NUMBER, IF_SET),
    FIELD(adopted_us, NUMBER, IF_SET),
    FIELD(guest_report, CHILD, IF_SET, .child = &firn_guest_report_schema),
    FIELD(vss_report, CHILD, IF_SET, .child = &firn_vss_report_schema),
    FIELD(host_hooks, LIST, IF_SET, .child = &firn_hook_report_schema),
    FIELD(not_frozen, STRINGS, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(interruptions, STRINGS, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(indications, STRINGS, IF_SET, .max = TEXT_CHARACTERS_MAX),
};

const FirnRecordSchema firn_evidence_schema = {
    .what = "evidence",
    .size = sizeof(FirnEvidence),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .free = (GDestroyNotify)firn_evidence_free,
};

static void
free_file_system(gpointer data)
{
    firn_record_schema_free(&file_system_schema, data);
}

FirnEvidence *
firn_evidence_new(FirnQuiesce quiesce)
{
    FirnEvidence *self = firn_record_schema_new(&firn_evidence_schema);

    self->quiesce = quiesce;
    return self;
}

FirnEvidence *
firn_evidence_copy(const FirnEvidence *self)
{
    return firn_record_schema_copy(&firn_evidence_schema, self);
}

void
firn_evidence_free(FirnEvidence *self)
{
    firn_record_schema_free(&firn_evidence_schema, self);
}

void
firn_evidence_add_file_system(FirnEvidence *self,
                              const char *mountpoint,
                              const char *type,
                              const char *device)
{
    FirnFileSystem *file_system = g_new0(FirnFileSystem, 1);

    file_system->mountpoint = firn_record_schema_clip(mountpoint, TEXT_CHARACTERS_MAX);
    file_system->type = firn_record_schema_clip(type, TEXT_CHARACTERS_MAX);
    file_system->device = firn_record_schema_clip(device, TEXT_CHARACTERS_MAX);
    g_ptr_array_add(self->file_systems, file_system);
}

void
firn_evidence_indicate(FirnEvidence *self, const char *indication)
{
    if (!g_ptr_array_find_with_equal_func(self->indications, indication, g_str_equal, NULL))
        g_ptr_array_add(self->indications, g_strdup(indication));
}

void
firn_evidence_withdraw(FirnEvidence *self, const char *indication)
{
    guint index;

    if (g_ptr_array_find_with_equal_func(self->indications, indication, g_str_equal, &index))
        g_ptr_array_remove_index(self->indications, index);
}

gboolean
firn_evidence_has(const FirnEvidence *self, const char *indication)
{
    return g_ptr_array_find_with_equal_func(self->indications, indication, g_str_equal, NULL);
}
