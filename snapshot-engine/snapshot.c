/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot.h"

#include <string.h>

#include "engine-enums.h"
#include "engine-error.h"
#include "image-place.h"
#include "snapshot-name.h"

#define FIELD(name, ...)      FIRN_RECORD_FIELD(FirnSnapshot, #name, name, __VA_ARGS__)
#define DISK_FIELD(name, ...) FIRN_RECORD_FIELD(FirnSnapshotDisk, #name, name, __VA_ARGS__)

static void free_disk(gpointer data);

static const FirnRecordField disk_fields[] = {
    DISK_FIELD(target, TEXT, ALWAYS),
    DISK_FIELD(backend, TEXT, ALWAYS),
    DISK_FIELD(path, TEXT, ALWAYS),
    DISK_FIELD(size_bytes, NUMBER, ALWAYS),
    DISK_FIELD(file_system, TEXT, IF_SET),
};

static const FirnRecordSchema disk_schema = {
    .what = "disks",
    .size = sizeof(FirnSnapshotDisk),
    .fields = disk_fields,
    .n_fields = G_N_ELEMENTS(disk_fields),
    .free = free_disk,
};

static void
free_disk(gpointer data)
{
    firn_record_schema_free(&disk_schema, data);
}

static void
init_record(gpointer record)
{
    FirnSnapshot *self = record;

    g_atomic_ref_count_init(&self->references);
}

static const FirnRecordField fields[] = {
    FIELD(uuid, TEXT, ALWAYS),
    FIELD(parent, TEXT, OR_NULL),
    FIELD(name, TEXT, ALWAYS),
    FIELD(comment, TEXT, ALWAYS),
    FIELD(tag, TEXT, ALWAYS),
    FIELD(created_us, NUMBER, ALWAYS),
    FIELD(verdict, NICK, ALWAYS, .type = firn_verdict_get_type),
    FIELD(phase, NICK, ALWAYS, .type = firn_snapshot_phase_get_type),
    FIELD(evidence, CHILD, ALWAYS, .child = &firn_evidence_schema),
    FIELD(disks, LIST, ALWAYS, .child = &disk_schema),
    FIELD(excluded, STRINGS, ALWAYS),
    FIELD(definition, TEXT, IF_SET),
    FIELD(live_definition, TEXT, IF_SET),
    FIELD(launch, TEXT, IF_SET),
    FIRN_RECORD_FIELD(FirnSnapshot, "register", is_to_register, BOOLEAN, IF_SET),
    FIRN_RECORD_FIELD(FirnSnapshot, "adopted", is_adopted, BOOLEAN, IF_SET),
    FIRN_RECORD_FIELD(FirnSnapshot, "vm_state", has_vm_state, BOOLEAN, IF_SET),
    FIELD(memory, CHILD, IF_SET, .child = &firn_memory_record_schema),
    FIELD(nvram, CHILD, IF_SET, .child = &firn_nvram_record_schema),
};

const FirnRecordSchema firn_snapshot_schema = {
    .what = "snapshot",
    .size = sizeof(FirnSnapshot),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .init = init_record,
    .check = (gboolean(*)(gconstpointer, GError **))firn_snapshot_check,
    .free = (GDestroyNotify)firn_snapshot_unref,
    .share = (gpointer(*)(gpointer))firn_snapshot_ref,
    .is_numbered = TRUE,
};

/* The first group becomes the end of the tag, where digits alone would look like a date. */
static char *
make_uuid(void)
{
    char *uuid = g_uuid_string_random();

    while (strcspn(uuid, "abcdef") > strcspn(uuid, "-")) {
        g_free(uuid);
        uuid = g_uuid_string_random();
    }
    return uuid;
}

FirnSnapshot *
firn_snapshot_new(const char *name, const char *parent, FirnEvidence *evidence)
{
    FirnSnapshot *self = firn_record_schema_new(&firn_snapshot_schema);

    self->evidence = evidence;
    self->uuid = make_uuid();
    self->parent = g_strdup(parent);
    self->name = g_strdup(name);
    self->comment = g_strdup("");
    self->tag = firn_snapshot_name_to_tag(name, self->uuid);
    self->created_us = g_get_real_time();
    self->verdict = FIRN_VERDICT_CRASH;
    self->phase = FIRN_SNAPSHOT_PHASE_READY;
    return self;
}

void
firn_snapshot_add_disk(FirnSnapshot *self,
                       const char *target,
                       const char *backend,
                       const char *path,
                       guint64 size_bytes)
{
    FirnSnapshotDisk *disk = g_new0(FirnSnapshotDisk, 1);

    disk->target = g_strdup(target);
    disk->backend = g_strdup(backend);
    disk->path = g_strdup(path);
    disk->size_bytes = size_bytes;
    g_ptr_array_add(self->disks, disk);
}

void
firn_snapshot_note_file_systems(FirnSnapshot *self)
{
    for (guint i = 0; i < self->disks->len; i++) {
        FirnSnapshotDisk *disk = self->disks->pdata[i];

        if (disk->file_system == NULL && disk->path != NULL)
            disk->file_system = firn_image_place_dup_file_system(disk->path);
    }
}

FirnSnapshot *
firn_snapshot_ref(FirnSnapshot *self)
{
    g_atomic_ref_count_inc(&self->references);
    return self;
}

void
firn_snapshot_unref(FirnSnapshot *self)
{
    if (self != NULL && g_atomic_ref_count_dec(&self->references))
        firn_record_schema_free(&firn_snapshot_schema, self);
}

FirnSnapshot *
firn_snapshot_copy(const FirnSnapshot *self)
{
    return firn_record_schema_copy(&firn_snapshot_schema, self);
}

static gboolean
is_lower_case_uuid(const char *text)
{
    return g_uuid_string_is_valid(text) && strpbrk(text, "ABCDEF") == NULL;
}

static gboolean
has_whole_disks(const FirnSnapshot *self)
{
    for (guint i = 0; i < self->disks->len; i++) {
        const FirnSnapshotDisk *disk = self->disks->pdata[i];

        if (disk->target == NULL || disk->backend == NULL || disk->path == NULL ||
            disk->size_bytes > G_MAXINT64)
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_tag(const FirnSnapshot *self, GError **error)
{
    return self->is_adopted ? firn_adopted_tag_check(self->tag, error)
                            : firn_snapshot_tag_check(self->tag, error);
}

gboolean
firn_snapshot_check(const FirnSnapshot *self, GError **error)
{
    if (!firn_snapshot_name_check(self->name, error) || !check_tag(self, error) ||
        !firn_comment_check(self->comment, error))
        return FALSE;
    if (is_lower_case_uuid(self->uuid) &&
        (self->parent == NULL || is_lower_case_uuid(self->parent)) && self->created_us >= 0 &&
        has_whole_disks(self))
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_INVALID,
                "snapshot %s has an invalid UUID, parent, time or disk",
                self->name);
    return FALSE;
}
