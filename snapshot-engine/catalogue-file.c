/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-file.h"

#include <string.h>

#include "disk.h"
#include "engine-enums.h"
#include "engine-error.h"
#include "json-guard.h"

#define BYTES_MAX (64 * 1024 * 1024)

/* A string may be as long as the document, whose size is limited anyway. */
static const FirnJsonLimits limits = {BYTES_MAX, BYTES_MAX, 1000000, 16};

/* A document: the members of a catalogue's state, and what is stored beside it. */
typedef struct {
    char *vm_uuid;
    char *vm_name;
    FirnPolicy policy;
    char *current;        /* (nullable) */
    FirnUndoPoint *undo;  /* (nullable) */
    char *source_mark;    /* (nullable) */
    GPtrArray *disks;     /* (element-type FirnDisk) */
    GPtrArray *snapshots; /* (element-type FirnSnapshot) */
} Document;

#define FIELD(name, ...)        FIRN_RECORD_FIELD(Document, #name, name, __VA_ARGS__)
#define POLICY_FIELD(name, ...) FIRN_RECORD_FIELD(FirnPolicy, #name, name, __VA_ARGS__)
#define DISK_FIELD(name, ...)   FIRN_RECORD_FIELD(FirnDisk, #name, name, __VA_ARGS__)

static const FirnRecordField vm_fields[] = {
    FIRN_RECORD_FIELD(Document, "uuid", vm_uuid, TEXT, ALWAYS),
    FIRN_RECORD_FIELD(Document, "name", vm_name, TEXT, ALWAYS, .max = 256),
};

static const FirnRecordSchema vm_schema = {
    .what = "vm",
    .fields = vm_fields,
    .n_fields = G_N_ELEMENTS(vm_fields),
};

static const FirnRecordField policy_fields[] = {
    POLICY_FIELD(max_snapshots, COUNT, ALWAYS, .max = FIRN_POLICY_MAX_SNAPSHOTS_LIMIT),
    POLICY_FIELD(allow_memory, BOOLEAN, ALWAYS),
    POLICY_FIELD(drift_guard, NICK, ADDED, .type = firn_drift_guard_get_type),
    POLICY_FIELD(pause_max_us, NUMBER, IF_SET),
};

static const FirnRecordSchema policy_schema = {
    .what = "policy",
    .fields = policy_fields,
    .n_fields = G_N_ELEMENTS(policy_fields),
    .init = (void (*)(gpointer))firn_policy_init,
};

static const FirnRecordField disk_fields[] = {
    DISK_FIELD(target, TEXT, ALWAYS),
    DISK_FIELD(path, TEXT, OR_NULL),
    DISK_FIELD(format, TEXT, ALWAYS),
};

static const FirnRecordSchema disk_schema = {
    .what = "disks",
    .size = sizeof(FirnDisk),
    .fields = disk_fields,
    .n_fields = G_N_ELEMENTS(disk_fields),
    .init = (void (*)(gpointer))firn_disk_init,
    .free = (GDestroyNotify)firn_disk_free,
};

static const FirnRecordField fields[] = {
    {"format", 0, FIRN_RECORD_FORMAT, FIRN_RECORD_ALWAYS, .max = 1           },
    {"vm",     0, FIRN_RECORD_GROUP,  FIRN_RECORD_ALWAYS, .child = &vm_schema},
    FIELD(policy, GROUP, ALWAYS, .child = &policy_schema),
    FIELD(current, TEXT, OR_NULL),
    FIELD(undo, CHILD, IF_SET, .child = &firn_undo_point_schema),
    FIELD(source_mark, TEXT, IF_SET),
    FIELD(disks, LIST, ALWAYS, .child = &disk_schema),
    FIELD(snapshots, LIST, ALWAYS, .child = &firn_snapshot_schema),
};

static const FirnRecordSchema schema = {
    .what = "document",
    .size = sizeof(Document),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
};

static void
free_document(Document *self)
{
    firn_record_schema_free(&schema, self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Document, free_document)

void
firn_catalogue_file_free(FirnCatalogueFile *self)
{
    if (self == NULL)
        return;
    g_free(self->vm_uuid);
    g_free(self->vm_name);
    g_clear_pointer(&self->state, firn_catalogue_state_unref);
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_free(self);
}

FirnCatalogueFile *
firn_catalogue_file_parse(const char *text, gsize length, const char *vm_uuid, GError **error)
{
    g_autoptr(Document) document = firn_record_schema_parse(&schema, text, length, &limits, error);
    g_autoptr(FirnCatalogueState) state = NULL;
    FirnCatalogueFile *self;

    if (document == NULL)
        return NULL;
    if (!g_str_equal(document->vm_uuid, vm_uuid)) {
        g_set_error_literal(error,
                            FIRN_ENGINE_ERROR,
                            FIRN_ENGINE_ERROR_CORRUPT,
                            "it belongs to another VM");
        return NULL;
    }
    state = firn_catalogue_state_new(document->snapshots,
                                     document->current,
                                     document->undo,
                                     &document->policy,
                                     error);
    if (state == NULL)
        return NULL;
    state->source_mark = g_steal_pointer(&document->source_mark);
    self = g_new0(FirnCatalogueFile, 1);
    self->vm_uuid = g_steal_pointer(&document->vm_uuid);
    self->vm_name = g_steal_pointer(&document->vm_name);
    self->state = g_steal_pointer(&state);
    self->disks = g_steal_pointer(&document->disks);
    return self;
}

static char *
file_name(const char *vm_uuid)
{
    return g_strconcat(vm_uuid, ".json", NULL);
}

gboolean
firn_catalogue_file_read(FirnStateDir *directory,
                         const char *vm_uuid,
                         FirnCatalogueFile **out_file,
                         GError **error)
{
    g_autofree char *name = file_name(vm_uuid);
    g_autoptr(GError) cause = NULL;
    g_autofree char *text = NULL;
    FirnCatalogueFile *file = NULL;
    gsize length;

    if (firn_state_dir_read(directory, name, BYTES_MAX, &text, &length, &cause) && text != NULL)
        file = firn_catalogue_file_parse(text, length, vm_uuid, &cause);
    if (cause == NULL) {
        *out_file = file;
        return TRUE;
    }
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "cannot use %s/%s: %s",
                firn_state_dir_get_path(directory),
                name,
                cause->message);
    return FALSE;
}

char *
firn_catalogue_file_to_text(const FirnCatalogueFile *self)
{
    Document document = {
        .vm_uuid = self->vm_uuid,
        .vm_name = self->vm_name,
        .policy = self->state->policy,
        .current = self->state->current,
        .undo = self->state->undo,
        .source_mark = self->state->source_mark,
        .disks = self->disks,
        .snapshots = self->state->snapshots,
    };

    return firn_record_schema_to_text(&schema, &document);
}

gboolean
firn_catalogue_file_write(const FirnCatalogueFile *self, FirnStateDir *directory, GError **error)
{
    g_autofree char *name = file_name(self->vm_uuid);
    g_autofree char *text = firn_catalogue_file_to_text(self);
    gsize length = strlen(text);
    g_autoptr(GError) cause = NULL;

    if (firn_json_guard_check(text, length, &limits, &cause))
        return firn_state_dir_replace(directory, name, text, length, error);
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_INVALID,
                "cannot write %s/%s: %s",
                firn_state_dir_get_path(directory),
                name,
                cause->message);
    return FALSE;
}
