/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-file.h"

#include <string.h>

#include "disk.h"
#include "engine-enums.h"
#include "engine-error.h"
#include "foreign-text.h"
#include "json-guard.h"
#include "json-write.h"
#include "strict-json.h"

#define FORMAT    1
#define BYTES_MAX (64 * 1024 * 1024)

/* A string may be as long as the document, whose size is limited anyway. */
static const FirnJsonLimits limits = {BYTES_MAX, BYTES_MAX, 1000000, 16};

static const char *const members[] =
    {"format", "vm", "policy", "current", "undo", "source_mark", "disks", "snapshots", NULL};
static const char *const vm_members[] = {"uuid", "name", NULL};
static const char *const policy_members[] = {"max_snapshots",
                                             "allow_memory",
                                             "drift_guard",
                                             "pause_max_us",
                                             NULL};
static const char *const disk_members[] = {"target", "path", "format", NULL};

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

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT, what);
    return FALSE;
}

static gboolean
read_head(FirnCatalogueFile *self, JsonObject *root, const char *vm_uuid, GError **error)
{
    JsonObject *vm;
    gint64 format;

    if (!firn_strict_json_integer(root, "format", G_MAXINT64, &format, error))
        return FALSE;
    if (format != FORMAT)
        return refuse(error, "this version of firn does not know its format");
    vm = firn_strict_json_object(json_object_get_member(root, "vm"), "vm", vm_members, error);
    if (vm == NULL || !firn_strict_json_string(vm, "uuid", &self->vm_uuid, error) ||
        !firn_strict_json_string(vm, "name", &self->vm_name, error))
        return FALSE;
    if (!g_str_equal(self->vm_uuid, vm_uuid))
        return refuse(error, "it belongs to another VM");
    return TRUE;
}

/* Older documents do not have the member. */
static gboolean
read_drift_guard(JsonObject *object, FirnPolicy *policy, GError **error)
{
    int guard = FIRN_POLICY_DRIFT_GUARD_DEFAULT;

    if (json_object_has_member(object, "drift_guard") &&
        !firn_strict_json_nick(object, "drift_guard", FIRN_TYPE_DRIFT_GUARD, &guard, error))
        return FALSE;
    policy->drift_guard = guard;
    return TRUE;
}

/* Documents without a limit do not have the member, and older ones do not, either. */
static gboolean
read_pause_max(JsonObject *object, FirnPolicy *policy, GError **error)
{
    gint64 us = 0;

    if (json_object_has_member(object, "pause_max_us") &&
        !firn_strict_json_integer(object, "pause_max_us", G_MAXINT64, &us, error))
        return FALSE;
    policy->pause_max_us = (guint64)us;
    return TRUE;
}

static gboolean
read_policy(JsonObject *root, FirnPolicy *policy, GError **error)
{
    JsonObject *object = firn_strict_json_object(json_object_get_member(root, "policy"),
                                                 "policy",
                                                 policy_members,
                                                 error);
    gint64 number;

    if (object == NULL ||
        !firn_strict_json_integer(object,
                                  "max_snapshots",
                                  FIRN_POLICY_MAX_SNAPSHOTS_LIMIT,
                                  &number,
                                  error) ||
        !firn_strict_json_boolean(object, "allow_memory", &policy->allow_memory, error) ||
        !read_drift_guard(object, policy, error) || !read_pause_max(object, policy, error))
        return FALSE;
    policy->max_snapshots = (guint)number;
    return TRUE;
}

static FirnDisk *
read_disk(JsonNode *node, GError **error)
{
    g_autofree char *target = NULL, *path = NULL, *format = NULL;
    JsonObject *object = firn_strict_json_object(node, "disks", disk_members, error);
    FirnDisk *disk;

    if (object == NULL || !firn_strict_json_string(object, "target", &target, error) ||
        !firn_strict_json_string_or_null(object, "path", &path, error) ||
        !firn_strict_json_string(object, "format", &format, error))
        return NULL;
    disk = firn_disk_new(target, format);
    disk->path = g_steal_pointer(&path);
    return disk;
}

static GPtrArray *
read_disks(JsonObject *root, GError **error)
{
    g_autoptr(GPtrArray) disks = firn_disks_new();
    JsonArray *array = firn_strict_json_array(root, "disks", error);

    if (array == NULL)
        return NULL;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        FirnDisk *disk = read_disk(json_array_get_element(array, i), error);

        if (disk == NULL)
            return NULL;
        g_ptr_array_add(disks, disk);
    }
    return g_steal_pointer(&disks);
}

static GPtrArray *
read_snapshots(JsonObject *root, GError **error)
{
    g_autoptr(GPtrArray) snapshots =
        g_ptr_array_new_with_free_func((GDestroyNotify)firn_snapshot_unref);
    JsonArray *array = firn_strict_json_array(root, "snapshots", error);

    if (array == NULL)
        return NULL;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        FirnSnapshot *snapshot = firn_snapshot_from_json(json_array_get_element(array, i), error);

        if (snapshot == NULL) {
            g_prefix_error(error, "record %u: ", i + 1);
            return NULL;
        }
        g_ptr_array_add(snapshots, snapshot);
    }
    return g_steal_pointer(&snapshots);
}

/* The member exists only after a restore. */
static gboolean
read_undo(JsonObject *root, FirnUndoPoint **out_undo, GError **error)
{
    JsonNode *node = json_object_get_member(root, "undo");

    *out_undo = node == NULL ? NULL : firn_undo_point_from_json(node, error);
    return node == NULL || *out_undo != NULL;
}

/* The member is optional. */
static gboolean
read_source_mark(FirnCatalogueState *state, JsonObject *root, GError **error)
{
    return !json_object_has_member(root, "source_mark") ||
           firn_strict_json_string(root, "source_mark", &state->source_mark, error);
}

static gboolean
read_state(FirnCatalogueFile *self, JsonObject *root, GError **error)
{
    g_autoptr(GPtrArray) snapshots = read_snapshots(root, error);
    g_autoptr(FirnUndoPoint) undo = NULL;
    g_autofree char *current = NULL;
    FirnPolicy policy;

    if (snapshots == NULL || !read_policy(root, &policy, error) || !read_undo(root, &undo, error) ||
        !firn_strict_json_string_or_null(root, "current", &current, error))
        return FALSE;
    self->state = firn_catalogue_state_new(snapshots, current, undo, &policy, error);
    return self->state != NULL && read_source_mark(self->state, root, error);
}

FirnCatalogueFile *
firn_catalogue_file_parse(const char *text, gsize length, const char *vm_uuid, GError **error)
{
    g_autoptr(FirnCatalogueFile) self = g_new0(FirnCatalogueFile, 1);
    g_autoptr(JsonNode) node = firn_json_guard_parse(text, length, &limits, error);
    JsonObject *root;

    if (node == NULL)
        return NULL;
    root = firn_strict_json_object(node, "document", members, error);
    if (root == NULL || !read_head(self, root, vm_uuid, error) || !read_state(self, root, error))
        return NULL;
    self->disks = read_disks(root, error);
    return self->disks == NULL ? NULL : g_steal_pointer(&self);
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

static void
set_text_or_null(JsonObject *object, const char *member, const char *text)
{
    if (text == NULL)
        json_object_set_null_member(object, member);
    else
        json_object_set_string_member(object, member, text);
}

static JsonObject *
make_vm(const FirnCatalogueFile *self)
{
    JsonObject *object = json_object_new();
    g_autofree char *name = firn_foreign_text_clip(self->vm_name, 256);

    json_object_set_string_member(object, "uuid", self->vm_uuid);
    json_object_set_string_member(object, "name", name);
    return object;
}

static JsonObject *
make_policy(const FirnPolicy *policy)
{
    JsonObject *object = json_object_new();

    json_object_set_int_member(object, "max_snapshots", policy->max_snapshots);
    json_object_set_boolean_member(object, "allow_memory", policy->allow_memory);
    firn_strict_json_add_nick(object, "drift_guard", FIRN_TYPE_DRIFT_GUARD, policy->drift_guard);
    if (policy->pause_max_us > 0)
        json_object_set_int_member(object, "pause_max_us", (gint64)policy->pause_max_us);
    return object;
}

static JsonArray *
make_disks(GPtrArray *disks)
{
    JsonArray *array = json_array_new();

    for (guint i = 0; i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];
        JsonObject *object = json_object_new();

        json_object_set_string_member(object, "target", disk->target);
        set_text_or_null(object, "path", disk->path);
        json_object_set_string_member(object, "format", disk->format);
        json_array_add_object_element(array, object);
    }
    return array;
}

static JsonArray *
make_snapshots(GPtrArray *snapshots)
{
    JsonArray *array = json_array_sized_new(snapshots->len);

    for (guint i = 0; i < snapshots->len; i++)
        json_array_add_element(array, firn_snapshot_to_json(snapshots->pdata[i]));
    return array;
}

char *
firn_catalogue_file_to_text(const FirnCatalogueFile *self)
{
    g_autoptr(JsonObject) root = json_object_new();
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

    json_object_set_int_member(root, "format", FORMAT);
    json_object_set_object_member(root, "vm", make_vm(self));
    json_object_set_object_member(root, "policy", make_policy(&self->state->policy));
    set_text_or_null(root, "current", self->state->current);
    if (self->state->undo != NULL)
        json_object_set_member(root, "undo", firn_undo_point_to_json(self->state->undo));
    if (self->state->source_mark != NULL)
        json_object_set_string_member(root, "source_mark", self->state->source_mark);
    json_object_set_array_member(root, "disks", make_disks(self->disks));
    json_object_set_array_member(root, "snapshots", make_snapshots(self->state->snapshots));
    json_node_set_object(node, root);
    return firn_json_write(node, TRUE);
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
