/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot.h"

#include <string.h>

#include "engine-enums.h"
#include "engine-error.h"
#include "image-place.h"
#include "snapshot-name.h"
#include "strict-json.h"

static const char *const members[] = {"uuid",
                                      "parent",
                                      "name",
                                      "comment",
                                      "tag",
                                      "created_us",
                                      "verdict",
                                      "phase",
                                      "evidence",
                                      "disks",
                                      "excluded",
                                      "definition",
                                      "live_definition",
                                      "register",
                                      "adopted",
                                      "vm_state",
                                      "memory",
                                      "nvram",
                                      NULL};
static const char *const disk_members[] =
    {"target", "backend", "path", "size_bytes", "file_system", NULL};

static void
free_disk(gpointer data)
{
    FirnSnapshotDisk *disk = data;

    g_free(disk->target);
    g_free(disk->backend);
    g_free(disk->path);
    g_free(disk->file_system);
    g_free(disk);
}

static FirnSnapshot *
new_record(FirnEvidence *evidence)
{
    FirnSnapshot *self = g_new0(FirnSnapshot, 1);

    g_atomic_ref_count_init(&self->references);
    self->evidence = evidence;
    self->disks = g_ptr_array_new_with_free_func(free_disk);
    self->excluded = g_ptr_array_new_with_free_func(g_free);
    return self;
}

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
    FirnSnapshot *self = new_record(evidence);

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

/* Sets the file system of the last disk; takes ownership. */
static void
set_file_system(FirnSnapshot *self, char *file_system)
{
    FirnSnapshotDisk *disk = self->disks->pdata[self->disks->len - 1];

    g_free(disk->file_system);
    disk->file_system = file_system;
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
    if (self == NULL || !g_atomic_ref_count_dec(&self->references))
        return;
    g_free(self->uuid);
    g_free(self->parent);
    g_free(self->name);
    g_free(self->comment);
    g_free(self->tag);
    g_clear_pointer(&self->evidence, firn_evidence_free);
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_clear_pointer(&self->excluded, g_ptr_array_unref);
    g_free(self->definition);
    g_free(self->live_definition);
    firn_memory_record_free(self->memory);
    firn_nvram_record_free(self->nvram);
    g_free(self);
}

FirnSnapshot *
firn_snapshot_copy(const FirnSnapshot *self)
{
    FirnSnapshot *copy = new_record(firn_evidence_copy(self->evidence));

    copy->uuid = g_strdup(self->uuid);
    copy->parent = g_strdup(self->parent);
    copy->name = g_strdup(self->name);
    copy->comment = g_strdup(self->comment);
    copy->tag = g_strdup(self->tag);
    copy->created_us = self->created_us;
    copy->verdict = self->verdict;
    copy->phase = self->phase;
    for (guint i = 0; i < self->disks->len; i++) {
        const FirnSnapshotDisk *disk = self->disks->pdata[i];

        firn_snapshot_add_disk(copy, disk->target, disk->backend, disk->path, disk->size_bytes);
        set_file_system(copy, g_strdup(disk->file_system));
    }
    for (guint i = 0; i < self->excluded->len; i++)
        g_ptr_array_add(copy->excluded, g_strdup(self->excluded->pdata[i]));
    copy->definition = g_strdup(self->definition);
    copy->live_definition = g_strdup(self->live_definition);
    copy->is_to_register = self->is_to_register;
    copy->is_adopted = self->is_adopted;
    copy->has_vm_state = self->has_vm_state;
    copy->memory = self->memory == NULL ? NULL : firn_memory_record_copy(self->memory);
    copy->nvram = self->nvram == NULL ? NULL : firn_nvram_record_copy(self->nvram);
    return copy;
}

static void
set_disks(JsonObject *object, GPtrArray *disks)
{
    JsonArray *array = json_array_sized_new(disks->len);

    for (guint i = 0; i < disks->len; i++) {
        const FirnSnapshotDisk *disk = disks->pdata[i];
        JsonObject *entry = json_object_new();

        json_object_set_string_member(entry, "target", disk->target);
        json_object_set_string_member(entry, "backend", disk->backend);
        json_object_set_string_member(entry, "path", disk->path);
        json_object_set_int_member(entry, "size_bytes", (gint64)disk->size_bytes);
        if (disk->file_system != NULL)
            json_object_set_string_member(entry, "file_system", disk->file_system);
        json_array_add_object_element(array, entry);
    }
    json_object_set_array_member(object, "disks", array);
}

/* Optional members are left out if they are not set. */
static void
set_rarities(JsonObject *object, const FirnSnapshot *self)
{
    if (self->definition != NULL)
        json_object_set_string_member(object, "definition", self->definition);
    if (self->live_definition != NULL)
        json_object_set_string_member(object, "live_definition", self->live_definition);
    if (self->is_to_register)
        json_object_set_boolean_member(object, "register", TRUE);
    if (self->is_adopted)
        json_object_set_boolean_member(object, "adopted", TRUE);
    if (self->has_vm_state)
        json_object_set_boolean_member(object, "vm_state", TRUE);
    if (self->memory != NULL)
        json_object_set_member(object, "memory", firn_memory_record_to_json(self->memory));
    if (self->nvram != NULL)
        json_object_set_member(object, "nvram", firn_nvram_record_to_json(self->nvram));
}

JsonNode *
firn_snapshot_to_json(const FirnSnapshot *self)
{
    g_autoptr(JsonObject) object = json_object_new();
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    json_object_set_string_member(object, "uuid", self->uuid);
    if (self->parent == NULL)
        json_object_set_null_member(object, "parent");
    else
        json_object_set_string_member(object, "parent", self->parent);
    json_object_set_string_member(object, "name", self->name);
    json_object_set_string_member(object, "comment", self->comment);
    json_object_set_string_member(object, "tag", self->tag);
    json_object_set_int_member(object, "created_us", self->created_us);
    firn_strict_json_add_nick(object, "verdict", FIRN_TYPE_VERDICT, self->verdict);
    firn_strict_json_add_nick(object, "phase", FIRN_TYPE_SNAPSHOT_PHASE, self->phase);
    json_object_set_member(object, "evidence", firn_evidence_to_json(self->evidence));
    set_disks(object, self->disks);
    firn_strict_json_add_strings(object, "excluded", self->excluded);
    set_rarities(object, self);
    json_node_set_object(node, object);
    return node;
}

static gboolean
read_disk(FirnSnapshot *self, JsonNode *node, GError **error)
{
    g_autofree char *target = NULL, *backend = NULL, *path = NULL, *file_system = NULL;
    JsonObject *object = firn_strict_json_object(node, "disks", disk_members, error);
    gint64 size_bytes;

    if (object == NULL || !firn_strict_json_string(object, "target", &target, error) ||
        !firn_strict_json_string(object, "backend", &backend, error) ||
        !firn_strict_json_string(object, "path", &path, error) ||
        !firn_strict_json_integer(object, "size_bytes", G_MAXINT64, &size_bytes, error) ||
        (json_object_has_member(object, "file_system") &&
         !firn_strict_json_string(object, "file_system", &file_system, error)))
        return FALSE;
    firn_snapshot_add_disk(self, target, backend, path, (guint64)size_bytes);
    set_file_system(self, g_steal_pointer(&file_system));
    return TRUE;
}

static gboolean
read_disks(FirnSnapshot *self, JsonObject *object, GError **error)
{
    JsonArray *array = firn_strict_json_array(object, "disks", error);

    if (array == NULL)
        return FALSE;
    for (guint i = 0; i < json_array_get_length(array); i++)
        if (!read_disk(self, json_array_get_element(array, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
read_words(FirnSnapshot *self, JsonObject *object, GError **error)
{
    int verdict, phase;

    if (!firn_strict_json_nick(object, "verdict", FIRN_TYPE_VERDICT, &verdict, error) ||
        !firn_strict_json_nick(object, "phase", FIRN_TYPE_SNAPSHOT_PHASE, &phase, error))
        return FALSE;
    self->verdict = verdict;
    self->phase = phase;
    return TRUE;
}

static gboolean
read_labels(FirnSnapshot *self, JsonObject *object, GError **error)
{
    return firn_strict_json_string(object, "uuid", &self->uuid, error) &&
           firn_strict_json_string_or_null(object, "parent", &self->parent, error) &&
           firn_strict_json_string(object, "name", &self->name, error) &&
           firn_strict_json_string(object, "comment", &self->comment, error) &&
           firn_strict_json_string(object, "tag", &self->tag, error);
}

static gboolean
read_memory(FirnSnapshot *self, JsonObject *object, GError **error)
{
    JsonNode *node = json_object_get_member(object, "memory");

    self->memory = node == NULL ? NULL : firn_memory_record_from_json(node, error);
    return node == NULL || self->memory != NULL;
}

static gboolean
read_nvram(FirnSnapshot *self, JsonObject *object, GError **error)
{
    JsonNode *node = json_object_get_member(object, "nvram");

    self->nvram = node == NULL ? NULL : firn_nvram_record_from_json(node, error);
    return node == NULL || self->nvram != NULL;
}

static gboolean
read_rarities(FirnSnapshot *self, JsonObject *object, GError **error)
{
    return (!json_object_has_member(object, "definition") ||
            firn_strict_json_string(object, "definition", &self->definition, error)) &&
           (!json_object_has_member(object, "live_definition") ||
            firn_strict_json_string(object, "live_definition", &self->live_definition, error)) &&
           (!json_object_has_member(object, "register") ||
            firn_strict_json_boolean(object, "register", &self->is_to_register, error)) &&
           (!json_object_has_member(object, "adopted") ||
            firn_strict_json_boolean(object, "adopted", &self->is_adopted, error)) &&
           (!json_object_has_member(object, "vm_state") ||
            firn_strict_json_boolean(object, "vm_state", &self->has_vm_state, error));
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

FirnSnapshot *
firn_snapshot_from_json(JsonNode *node, GError **error)
{
    g_autoptr(FirnSnapshot) self = new_record(NULL);
    g_autoptr(GError) invalid = NULL;
    JsonObject *object = firn_strict_json_object(node, "snapshot", members, error);

    if (object == NULL || !read_labels(self, object, error) ||
        !firn_strict_json_integer(object, "created_us", G_MAXINT64, &self->created_us, error) ||
        !read_words(self, object, error) || !read_disks(self, object, error) ||
        !firn_strict_json_strings(object, "excluded", self->excluded, error) ||
        !read_rarities(self, object, error) || !read_memory(self, object, error) ||
        !read_nvram(self, object, error))
        return NULL;
    self->evidence = firn_evidence_from_json(json_object_get_member(object, "evidence"), error);
    if (self->evidence == NULL)
        return NULL;
    if (!firn_snapshot_check(self, &invalid)) {
        g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT, invalid->message);
        return NULL;
    }
    return g_steal_pointer(&self);
}
