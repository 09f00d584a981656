/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "intent.h"

#include <string.h>

#include "engine-enums.h"
#include "engine-error.h"

#define VM_NAME_MAX 256
#define WHY_MAX     2048

static const FirnJsonLimits limits = {
    FIRN_INTENT_BYTES_MAX,
    FIRN_INTENT_BYTES_MAX,
    10000,
    16,
};

static const char *const states[] = {
    [FIRN_INTENT_KIND_CREATE] = "incompletely created",
    [FIRN_INTENT_KIND_DELETE] = "incompletely deleted",
    [FIRN_INTENT_KIND_RESTORE] = "incompletely restored",
    [FIRN_INTENT_KIND_FORGET] = "incompletely removed",
};
G_STATIC_ASSERT(G_N_ELEMENTS(states) == FIRN_INTENT_KIND_FORGET + 1);

#define FIELD(name, ...)         FIRN_RECORD_FIELD(FirnIntent, #name, name, __VA_ARGS__)
#define RESTORE_FIELD(name, ...) FIRN_RECORD_FIELD(FirnIntentRestore, #name, name, __VA_ARGS__)

static void free_restore(gpointer data);

static const FirnRecordField vm_fields[] = {
    FIRN_RECORD_FIELD(FirnIntent, "uuid", vm_uuid, TEXT, ALWAYS),
    FIRN_RECORD_FIELD(FirnIntent, "name", vm_name, TEXT, ALWAYS, .max = VM_NAME_MAX),
};

static const FirnRecordSchema vm_schema = {
    .what = "vm",
    .fields = vm_fields,
    .n_fields = G_N_ELEMENTS(vm_fields),
};

static const FirnRecordField restore_fields[] = {
    RESTORE_FIELD(target, TEXT, ALWAYS),
    RESTORE_FIELD(target_name, TEXT, ALWAYS),
    RESTORE_FIELD(run_before, TEXT, ALWAYS),
    RESTORE_FIELD(run_after, TEXT, ALWAYS),
    RESTORE_FIELD(grace_ms, COUNT, ADDED),
    RESTORE_FIELD(definition, TEXT, IF_SET),
};

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT, what);
    return FALSE;
}

static gboolean
is_run_state(const char *word)
{
    static const char *const words[] = {"running", "paused", "off", NULL};

    return g_strv_contains(words, word);
}

static gboolean
check_restore(gconstpointer record, GError **error)
{
    const FirnIntentRestore *restore = record;

    return (is_run_state(restore->run_before) && is_run_state(restore->run_after)) ||
           refuse(error, "a run state is not valid");
}

static const FirnRecordSchema restore_schema = {
    .what = "restore",
    .size = sizeof(FirnIntentRestore),
    .fields = restore_fields,
    .n_fields = G_N_ELEMENTS(restore_fields),
    .check = check_restore,
    .free = free_restore,
};

static void
free_restore(gpointer data)
{
    firn_record_schema_free(&restore_schema, data);
}

static const FirnRecordField fields[] = {
    {"format", 0, FIRN_RECORD_FORMAT, FIRN_RECORD_ALWAYS, .max = 1           },
    FIELD(id, TEXT, ALWAYS),
    FIELD(kind, NICK, ALWAYS, .type = firn_intent_kind_get_type),
    {"vm",     0, FIRN_RECORD_GROUP,  FIRN_RECORD_ALWAYS, .child = &vm_schema},
    FIELD(begun_us, NUMBER, ALWAYS),
    FIELD(snapshot, CHILD, ALWAYS, .child = &firn_snapshot_schema),
    FIELD(restore, CHILD, IF_SET, .child = &restore_schema),
    FIELD(why, TEXT, OR_NULL, .max = WHY_MAX),
};

static gboolean
check_record(gconstpointer record, GError **error)
{
    const FirnIntent *self = record;

    if (!g_uuid_string_is_valid(self->vm_uuid) || strpbrk(self->vm_uuid, "ABCDEF") != NULL)
        return refuse(error, "the UUID of its VM is not valid");
    return (self->restore != NULL) == (self->kind == FIRN_INTENT_KIND_RESTORE) ||
           refuse(error, "its members do not match its kind");
}

static const FirnRecordSchema schema = {
    .what = "document",
    .size = sizeof(FirnIntent),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .check = check_record,
};

FirnIntent *
firn_intent_new(FirnIntentKind kind,
                const char *vm_uuid,
                const char *vm_name,
                const FirnSnapshot *snapshot)
{
    FirnIntent *self = g_new0(FirnIntent, 1);

    self->id = g_uuid_string_random();
    self->kind = kind;
    self->vm_uuid = g_ascii_strdown(vm_uuid, -1);
    self->vm_name = firn_record_schema_clip(vm_name, VM_NAME_MAX);
    self->begun_us = g_get_real_time();
    self->snapshot = firn_snapshot_copy(snapshot);
    firn_evidence_free(self->snapshot->evidence);
    self->snapshot->evidence = firn_evidence_new(snapshot->evidence->quiesce);
    self->snapshot->evidence->run_state = g_strdup(snapshot->evidence->run_state);
    /* The snapshot's definitions are not needed to complete it. */
    g_clear_pointer(&self->snapshot->definition, g_free);
    g_clear_pointer(&self->snapshot->live_definition, g_free);
    self->snapshot->is_to_register = FALSE;
    return self;
}

void
firn_intent_set_restore(FirnIntent *self, const FirnIntentRestore *restore)
{
    g_clear_pointer(&self->restore, free_restore);
    self->restore = firn_record_schema_copy(&restore_schema, restore);
}

void
firn_intent_set_definition(FirnIntent *self, const char *definition)
{
    g_free(self->restore->definition);
    self->restore->definition = g_strdup(definition);
}

const char *
firn_intent_get_subject(const FirnIntent *self)
{
    return self->restore != NULL ? self->restore->target_name : self->snapshot->name;
}

const char *
firn_intent_get_state(const FirnIntent *self)
{
    return states[self->kind];
}

FirnIntent *
firn_intent_copy(const FirnIntent *self)
{
    return firn_record_schema_copy(&schema, self);
}

void
firn_intent_free(FirnIntent *self)
{
    firn_record_schema_free(&schema, self);
}

char *
firn_intent_to_text(const FirnIntent *self)
{
    return firn_record_schema_to_text(&schema, self);
}

FirnIntent *
firn_intent_parse(const char *text, gsize length, const char *id, GError **error)
{
    g_autoptr(FirnIntent) self = firn_record_schema_parse(&schema, text, length, &limits, error);

    if (self == NULL ||
        (!g_str_equal(self->id, id) && !refuse(error, "its id does not match the file name")))
        return NULL;
    return g_steal_pointer(&self);
}
