/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "evidence.h"

#include "engine-enums.h"
#include "foreign-text.h"
#include "strict-json.h"

#define TEXT_CHARACTERS_MAX 256

typedef struct {
    const char *member;
    gsize offset;
} Field;

#define FIELD(name)                                                                                \
    {                                                                                              \
#name, G_STRUCT_OFFSET(FirnEvidence, name)                                                 \
    }

static const Field texts[] = {FIELD(run_state),
                              FIELD(agent_version),
                              FIELD(guest_os),
                              FIELD(adopted_from),
                              FIELD(adopted_by),
                              FIELD(freeze_error),
                              FIELD(thaw_error)};
static const Field counts[] = {FIELD(expected), FIELD(frozen), FIELD(thawed)};
static const Field times[] = {
    FIELD(freeze_sent_us),
    FIELD(frozen_us),
    FIELD(cut_begin_us),
    FIELD(cut_end_us),
    FIELD(thaw_sent_us),
    FIELD(thawed_us),
    FIELD(adopted_us),
};
static const Field lists[] = {FIELD(not_frozen), FIELD(interruptions), FIELD(indications)};

static const char *const members[] = {"quiesce",
                                      "run_state",
                                      "agent_version",
                                      "guest_os",
                                      "file_systems",
                                      "expected",
                                      "frozen",
                                      "thawed",
                                      "frozen_us",
                                      "freeze_sent_us",
                                      "cut_begin_us",
                                      "cut_end_us",
                                      "thaw_sent_us",
                                      "thawed_us",
                                      "adopted_us",
                                      "adopted_from",
                                      "adopted_by",
                                      "freeze_error",
                                      "thaw_error",
                                      "interruptions",
                                      "indications",
                                      "not_frozen",
                                      NULL};
static const char *const file_system_members[] = {"mountpoint", "type", "device", NULL};

static void
free_file_system(gpointer data)
{
    FirnFileSystem *file_system = data;

    g_free(file_system->mountpoint);
    g_free(file_system->type);
    g_free(file_system->device);
    g_free(file_system);
}

FirnEvidence *
firn_evidence_new(FirnQuiesce quiesce)
{
    FirnEvidence *self = g_new0(FirnEvidence, 1);

    self->quiesce = quiesce;
    self->file_systems = g_ptr_array_new_with_free_func(free_file_system);
    self->not_frozen = g_ptr_array_new_with_free_func(g_free);
    self->interruptions = g_ptr_array_new_with_free_func(g_free);
    self->indications = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void
firn_evidence_free(FirnEvidence *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(G_STRUCT_MEMBER(char *, self, texts[i].offset));
    g_clear_pointer(&self->file_systems, g_ptr_array_unref);
    g_clear_pointer(&self->not_frozen, g_ptr_array_unref);
    g_clear_pointer(&self->interruptions, g_ptr_array_unref);
    g_clear_pointer(&self->indications, g_ptr_array_unref);
    g_free(self);
}

void
firn_evidence_add_file_system(FirnEvidence *self,
                              const char *mountpoint,
                              const char *type,
                              const char *device)
{
    FirnFileSystem *file_system = g_new0(FirnFileSystem, 1);

    file_system->mountpoint = firn_foreign_text_clip(mountpoint, TEXT_CHARACTERS_MAX);
    file_system->type = firn_foreign_text_clip(type, TEXT_CHARACTERS_MAX);
    file_system->device = firn_foreign_text_clip(device, TEXT_CHARACTERS_MAX);
    g_ptr_array_add(self->file_systems, file_system);
}

void
firn_evidence_indicate(FirnEvidence *self, const char *indication)
{
    if (!g_ptr_array_find_with_equal_func(self->indications, indication, g_str_equal, NULL))
        g_ptr_array_add(self->indications, g_strdup(indication));
}

gboolean
firn_evidence_has(const FirnEvidence *self, const char *indication)
{
    return g_ptr_array_find_with_equal_func(self->indications, indication, g_str_equal, NULL);
}

static void
copy_list(GPtrArray *target, GPtrArray *source)
{
    for (guint i = 0; i < source->len; i++)
        g_ptr_array_add(target, g_strdup(source->pdata[i]));
}

FirnEvidence *
firn_evidence_copy(const FirnEvidence *self)
{
    FirnEvidence *copy = firn_evidence_new(self->quiesce);

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        G_STRUCT_MEMBER(char *, copy, texts[i].offset) =
            g_strdup(G_STRUCT_MEMBER(char *, self, texts[i].offset));
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
        G_STRUCT_MEMBER(guint, copy, counts[i].offset) =
            G_STRUCT_MEMBER(guint, self, counts[i].offset);
    for (guint i = 0; i < G_N_ELEMENTS(times); i++)
        G_STRUCT_MEMBER(gint64, copy, times[i].offset) =
            G_STRUCT_MEMBER(gint64, self, times[i].offset);
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        copy_list(G_STRUCT_MEMBER(GPtrArray *, copy, lists[i].offset),
                  G_STRUCT_MEMBER(GPtrArray *, self, lists[i].offset));
    for (guint i = 0; i < self->file_systems->len; i++) {
        const FirnFileSystem *file_system = self->file_systems->pdata[i];

        firn_evidence_add_file_system(copy,
                                      file_system->mountpoint,
                                      file_system->type,
                                      file_system->device);
    }
    return copy;
}

static void
set_text(JsonObject *object, const char *member, const char *text)
{
    g_autofree char *clipped = firn_foreign_text_clip(text, TEXT_CHARACTERS_MAX);

    json_object_set_string_member(object, member, clipped);
}

static void
set_number(JsonObject *object, const char *member, gint64 number)
{
    /* A clock before 1970 gives negative times, which the reader refuses, so they are left out. */
    if (number > 0)
        json_object_set_int_member(object, member, number);
}

static void
set_list(JsonObject *object, const char *member, GPtrArray *list)
{
    g_autoptr(GPtrArray) clipped = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < list->len; i++)
        g_ptr_array_add(clipped, firn_foreign_text_clip(list->pdata[i], TEXT_CHARACTERS_MAX));
    if (clipped->len > 0)
        firn_strict_json_add_strings(object, member, clipped);
}

static void
set_file_systems(JsonObject *object, GPtrArray *file_systems)
{
    JsonArray *array;

    if (file_systems->len == 0)
        return;
    array = json_array_sized_new(file_systems->len);
    for (guint i = 0; i < file_systems->len; i++) {
        const FirnFileSystem *file_system = file_systems->pdata[i];
        JsonObject *entry = json_object_new();

        set_text(entry, "mountpoint", file_system->mountpoint);
        set_text(entry, "type", file_system->type);
        set_text(entry, "device", file_system->device);
        json_array_add_object_element(array, entry);
    }
    json_object_set_array_member(object, "file_systems", array);
}

JsonNode *
firn_evidence_to_json(const FirnEvidence *self)
{
    g_autoptr(JsonObject) object = json_object_new();
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    firn_strict_json_add_nick(object, "quiesce", FIRN_TYPE_QUIESCE, self->quiesce);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *text = G_STRUCT_MEMBER(char *, self, texts[i].offset);

        if (text != NULL)
            set_text(object, texts[i].member, text);
    }
    set_file_systems(object, self->file_systems);
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
        set_number(object, counts[i].member, G_STRUCT_MEMBER(guint, self, counts[i].offset));
    for (guint i = 0; i < G_N_ELEMENTS(times); i++)
        set_number(object, times[i].member, G_STRUCT_MEMBER(gint64, self, times[i].offset));
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        set_list(object, lists[i].member, G_STRUCT_MEMBER(GPtrArray *, self, lists[i].offset));
    json_node_set_object(node, object);
    return node;
}

static gboolean
read_texts(FirnEvidence *self, JsonObject *object, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        char **text = G_STRUCT_MEMBER_P(self, texts[i].offset);

        if (json_object_has_member(object, texts[i].member) &&
            !firn_strict_json_string(object, texts[i].member, text, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_counts(FirnEvidence *self, JsonObject *object, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        gint64 number = 0;

        if (json_object_has_member(object, counts[i].member) &&
            !firn_strict_json_integer(object, counts[i].member, G_MAXUINT, &number, error))
            return FALSE;
        G_STRUCT_MEMBER(guint, self, counts[i].offset) = (guint)number;
    }
    return TRUE;
}

static gboolean
read_times(FirnEvidence *self, JsonObject *object, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        gint64 *time_us = G_STRUCT_MEMBER_P(self, times[i].offset);

        if (json_object_has_member(object, times[i].member) &&
            !firn_strict_json_integer(object, times[i].member, G_MAXINT64, time_us, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_lists(FirnEvidence *self, JsonObject *object, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        GPtrArray *list = G_STRUCT_MEMBER(GPtrArray *, self, lists[i].offset);

        if (json_object_has_member(object, lists[i].member) &&
            !firn_strict_json_strings(object, lists[i].member, list, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_file_system(FirnEvidence *self, JsonNode *node, GError **error)
{
    g_autofree char *mountpoint = NULL, *type = NULL, *device = NULL;
    JsonObject *object = firn_strict_json_object(node, "file_systems", file_system_members, error);

    if (object == NULL || !firn_strict_json_string(object, "mountpoint", &mountpoint, error) ||
        !firn_strict_json_string(object, "type", &type, error) ||
        !firn_strict_json_string(object, "device", &device, error))
        return FALSE;
    firn_evidence_add_file_system(self, mountpoint, type, device);
    return TRUE;
}

static gboolean
read_file_systems(FirnEvidence *self, JsonObject *object, GError **error)
{
    JsonArray *array;

    if (!json_object_has_member(object, "file_systems"))
        return TRUE;
    array = firn_strict_json_array(object, "file_systems", error);
    if (array == NULL)
        return FALSE;
    for (guint i = 0; i < json_array_get_length(array); i++)
        if (!read_file_system(self, json_array_get_element(array, i), error))
            return FALSE;
    return TRUE;
}

FirnEvidence *
firn_evidence_from_json(JsonNode *node, GError **error)
{
    g_autoptr(FirnEvidence) self = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    JsonObject *object = firn_strict_json_object(node, "evidence", members, error);
    int quiesce;

    if (object == NULL ||
        !firn_strict_json_nick(object, "quiesce", FIRN_TYPE_QUIESCE, &quiesce, error) ||
        !read_texts(self, object, error) || !read_file_systems(self, object, error) ||
        !read_counts(self, object, error) || !read_times(self, object, error) ||
        !read_lists(self, object, error))
        return NULL;
    self->quiesce = quiesce;
    return g_steal_pointer(&self);
}
