/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "intent.h"

#include <string.h>

#include "engine-enums.h"
#include "engine-error.h"
#include "foreign-text.h"
#include "json-guard.h"
#include "json-write.h"
#include "strict-json.h"

#define FORMAT  1
#define WHY_MAX 2048

static const FirnJsonLimits limits = {1024 * 1024, 64 * 1024, 10000, 16};

static const char *const members[] =
    {"format", "id", "kind", "vm", "begun_us", "snapshot", "restore", "why", NULL};
static const char *const vm_members[] = {"uuid", "name", NULL};
static const char *const restore_members[] =
    {"target", "target_name", "run_before", "run_after", "grace_ms", NULL};

static const char *const plights[] = {
    [FIRN_INTENT_KIND_CREATE] = "half made",
    [FIRN_INTENT_KIND_DELETE] = "half deleted",
    [FIRN_INTENT_KIND_RESTORE] = "half restored",
    [FIRN_INTENT_KIND_FORGET] = "half removed",
};
G_STATIC_ASSERT(G_N_ELEMENTS(plights) == FIRN_INTENT_KIND_FORGET + 1);

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
    self->vm_name = firn_foreign_text_clip(vm_name, 256);
    self->begun_us = g_get_real_time();
    self->snapshot = firn_snapshot_copy(snapshot);
    firn_evidence_free(self->snapshot->evidence);
    self->snapshot->evidence = firn_evidence_new(snapshot->evidence->quiesce);
    self->snapshot->evidence->run_state = g_strdup(snapshot->evidence->run_state);
    /* The definitions may be larger than an intent may be, and are not needed to complete it. */
    g_clear_pointer(&self->snapshot->definition, g_free);
    g_clear_pointer(&self->snapshot->live_definition, g_free);
    self->snapshot->is_to_register = FALSE;
    return self;
}

static FirnIntentRestore *
copy_restore(const FirnIntentRestore *restore)
{
    FirnIntentRestore *copy = g_new0(FirnIntentRestore, 1);

    copy->target = g_strdup(restore->target);
    copy->target_name = g_strdup(restore->target_name);
    copy->run_before = g_strdup(restore->run_before);
    copy->run_after = g_strdup(restore->run_after);
    copy->grace_ms = restore->grace_ms;
    return copy;
}

static void
free_restore(FirnIntentRestore *restore)
{
    g_free(restore->target);
    g_free(restore->target_name);
    g_free(restore->run_before);
    g_free(restore->run_after);
    g_free(restore);
}

void
firn_intent_set_restore(FirnIntent *self, const FirnIntentRestore *restore)
{
    g_clear_pointer(&self->restore, free_restore);
    self->restore = copy_restore(restore);
}

const char *
firn_intent_get_subject(const FirnIntent *self)
{
    return self->restore != NULL ? self->restore->target_name : self->snapshot->name;
}

const char *
firn_intent_get_plight(const FirnIntent *self)
{
    return plights[self->kind];
}

FirnIntent *
firn_intent_copy(const FirnIntent *self)
{
    FirnIntent *copy = g_new0(FirnIntent, 1);

    copy->id = g_strdup(self->id);
    copy->kind = self->kind;
    copy->vm_uuid = g_strdup(self->vm_uuid);
    copy->vm_name = g_strdup(self->vm_name);
    copy->begun_us = self->begun_us;
    copy->snapshot = firn_snapshot_ref(self->snapshot);
    copy->restore = self->restore == NULL ? NULL : copy_restore(self->restore);
    copy->why = g_strdup(self->why);
    return copy;
}

void
firn_intent_free(FirnIntent *self)
{
    if (self == NULL)
        return;
    g_free(self->id);
    g_free(self->vm_uuid);
    g_free(self->vm_name);
    g_clear_pointer(&self->snapshot, firn_snapshot_unref);
    g_clear_pointer(&self->restore, free_restore);
    g_free(self->why);
    g_free(self);
}

static JsonObject *
make_restore(const FirnIntentRestore *restore)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "target", restore->target);
    json_object_set_string_member(object, "target_name", restore->target_name);
    json_object_set_string_member(object, "run_before", restore->run_before);
    json_object_set_string_member(object, "run_after", restore->run_after);
    json_object_set_int_member(object, "grace_ms", restore->grace_ms);
    return object;
}

char *
firn_intent_to_text(const FirnIntent *self)
{
    g_autoptr(JsonObject) root = json_object_new();
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    JsonObject *vm = json_object_new();

    json_object_set_int_member(root, "format", FORMAT);
    json_object_set_string_member(root, "id", self->id);
    firn_strict_json_add_nick(root, "kind", FIRN_TYPE_INTENT_KIND, self->kind);
    json_object_set_string_member(vm, "uuid", self->vm_uuid);
    json_object_set_string_member(vm, "name", self->vm_name);
    json_object_set_object_member(root, "vm", vm);
    json_object_set_int_member(root, "begun_us", self->begun_us);
    json_object_set_member(root, "snapshot", firn_snapshot_to_json(self->snapshot));
    if (self->restore != NULL)
        json_object_set_object_member(root, "restore", make_restore(self->restore));
    if (self->why == NULL) {
        json_object_set_null_member(root, "why");
    } else {
        g_autofree char *why = firn_foreign_text_clip(self->why, WHY_MAX);

        json_object_set_string_member(root, "why", why);
    }
    json_node_set_object(node, root);
    return firn_json_write(node, TRUE);
}

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT, what);
    return FALSE;
}

static gboolean
read_head(FirnIntent *self, JsonObject *root, const char *id, GError **error)
{
    gint64 format;
    int kind;

    if (!firn_strict_json_integer(root, "format", G_MAXINT64, &format, error))
        return FALSE;
    if (format != FORMAT)
        return refuse(error, "this version of firn does not know its format");
    if (!firn_strict_json_string(root, "id", &self->id, error) ||
        !firn_strict_json_nick(root, "kind", FIRN_TYPE_INTENT_KIND, &kind, error) ||
        !firn_strict_json_integer(root, "begun_us", G_MAXINT64, &self->begun_us, error) ||
        !firn_strict_json_string_or_null(root, "why", &self->why, error))
        return FALSE;
    self->kind = kind;
    return g_str_equal(self->id, id) || refuse(error, "its id does not match the file name");
}

static gboolean
read_vm(FirnIntent *self, JsonObject *root, GError **error)
{
    JsonObject *vm =
        firn_strict_json_object(json_object_get_member(root, "vm"), "vm", vm_members, error);

    if (vm == NULL || !firn_strict_json_string(vm, "uuid", &self->vm_uuid, error) ||
        !firn_strict_json_string(vm, "name", &self->vm_name, error))
        return FALSE;
    return (g_uuid_string_is_valid(self->vm_uuid) && strpbrk(self->vm_uuid, "ABCDEF") == NULL) ||
           refuse(error, "the UUID of its VM is not valid");
}

static gboolean
is_run_state(const char *word)
{
    static const char *const words[] = {"running", "paused", "off", NULL};

    return g_strv_contains(words, word);
}

/* Intents of an older firnd do not have the member. */
static gboolean
read_grace(FirnIntentRestore *restore, JsonObject *object, GError **error)
{
    gint64 grace_ms = 0;

    if (json_object_has_member(object, "grace_ms") &&
        !firn_strict_json_integer(object, "grace_ms", G_MAXUINT, &grace_ms, error))
        return FALSE;
    restore->grace_ms = (guint)grace_ms;
    return TRUE;
}

static gboolean
read_restore(FirnIntent *self, JsonObject *root, GError **error)
{
    JsonObject *object;
    FirnIntentRestore *restore;

    if (json_object_has_member(root, "restore") != (self->kind == FIRN_INTENT_KIND_RESTORE))
        return refuse(error, "its members do not match its kind");
    if (self->kind != FIRN_INTENT_KIND_RESTORE)
        return TRUE;
    object = firn_strict_json_object(json_object_get_member(root, "restore"),
                                     "restore",
                                     restore_members,
                                     error);
    if (object == NULL)
        return FALSE;
    restore = self->restore = g_new0(FirnIntentRestore, 1);
    return firn_strict_json_string(object, "target", &restore->target, error) &&
           firn_strict_json_string(object, "target_name", &restore->target_name, error) &&
           firn_strict_json_string(object, "run_before", &restore->run_before, error) &&
           firn_strict_json_string(object, "run_after", &restore->run_after, error) &&
           read_grace(restore, object, error) &&
           ((is_run_state(restore->run_before) && is_run_state(restore->run_after)) ||
            refuse(error, "a run state is not valid"));
}

FirnIntent *
firn_intent_parse(const char *text, gsize length, const char *id, GError **error)
{
    g_autoptr(FirnIntent) self = g_new0(FirnIntent, 1);
    g_autoptr(JsonNode) node = firn_json_guard_parse(text, length, &limits, error);
    JsonObject *root;

    if (node == NULL)
        return NULL;
    root = firn_strict_json_object(node, "document", members, error);
    if (root == NULL || !read_head(self, root, id, error) || !read_vm(self, root, error) ||
        !read_restore(self, root, error))
        return NULL;
    self->snapshot = firn_snapshot_from_json(json_object_get_member(root, "snapshot"), error);
    return self->snapshot == NULL ? NULL : g_steal_pointer(&self);
}
