/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record-schema.h"

#include <string.h>

#include "engine-error.h"
#include "enum-nick.h"
#include "json-write.h"
#include "printable.h"

/* How one kind is stored; @at is where the record has it. */
typedef struct {
    gboolean (*read)(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error);
    JsonNode *(*write)(const FirnRecordField *field, gconstpointer at);
    gboolean (*is_set)(gconstpointer at);
    void (*copy)(const FirnRecordField *field, gpointer to, gconstpointer from);
    void (*clear)(const FirnRecordField *field, gpointer at);
    gsize plain_bytes; /* of a value that is copied as it is */
} Kind;

static const Kind kinds[FIRN_RECORD_LIST + 1];

static gboolean
refuse(GError **error, const char *member, const char *wanted)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "\"%s\" is not %s",
                member,
                wanted);
    return FALSE;
}

static gboolean
holds(JsonNode *node, GType type)
{
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

static gpointer
get_pointer(gconstpointer at)
{
    return *(const gpointer *)at;
}

static gboolean
is_pointer_set(gconstpointer at)
{
    return get_pointer(at) != NULL;
}

static JsonNode *
write_integer(gint64 number)
{
    return json_node_init_int(json_node_alloc(), MAX(number, 0));
}

static gboolean
read_integer(const FirnRecordField *field,
             JsonNode *node,
             gint64 max,
             gint64 *out_number,
             GError **error)
{
    gint64 number;

    if (!holds(node, G_TYPE_INT64))
        return refuse(error, field->member, "a whole number");
    number = json_node_get_int(node);
    if (number < 0 || number > max)
        return refuse(error, field->member, "within its range");
    *out_number = number;
    return TRUE;
}

static gboolean
read_format(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    gint64 format;

    if (!read_integer(field, node, G_MAXINT64, &format, error))
        return FALSE;
    if (format == (gint64)field->max)
        return TRUE;
    g_set_error_literal(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_CORRUPT,
                        "this version of firn does not know its format");
    return FALSE;
}

static JsonNode *
write_format(const FirnRecordField *field, gconstpointer at)
{
    return write_integer((gint64)field->max);
}

char *
firn_record_schema_clip(const char *text, guint characters_max)
{
    g_autofree char *valid = g_utf8_make_valid(text == NULL ? "" : text, -1);

    if (g_utf8_strlen(valid, -1) <= (glong)characters_max)
        return g_steal_pointer(&valid);
    return g_utf8_substring(valid, 0, characters_max);
}

/* A text without a limit names something, as a path does: it must stay as it is, or be refused. */
static char *
dup_text(const FirnRecordField *field, const char *text)
{
    return field->max == 0 ? g_strdup(text == NULL ? "" : text)
                           : firn_record_schema_clip(text, (guint)field->max);
}

static gboolean
read_text(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    if (!holds(node, G_TYPE_STRING))
        return refuse(error, field->member, "a string");
    *(char **)at = dup_text(field, json_node_get_string(node));
    return TRUE;
}

static JsonNode *
write_text(const FirnRecordField *field, gconstpointer at)
{
    g_autofree char *text = dup_text(field, get_pointer(at));

    return json_node_init_string(json_node_alloc(), text);
}

static void
copy_text(const FirnRecordField *field, gpointer to, gconstpointer from)
{
    *(char **)to = g_strdup(get_pointer(from));
}

static void
clear_text(const FirnRecordField *field, gpointer at)
{
    g_free(get_pointer(at));
}

static gboolean
read_number(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    return read_integer(field, node, field->max == 0 ? G_MAXINT64 : (gint64)field->max, at, error);
}

static JsonNode *
write_number(const FirnRecordField *field, gconstpointer at)
{
    return write_integer(*(const gint64 *)at);
}

static gboolean
is_number_set(gconstpointer at)
{
    return *(const gint64 *)at > 0;
}

static gboolean
read_count(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    gint64 max = field->max == 0 ? G_MAXUINT : (gint64)field->max;
    gint64 number;

    if (!read_integer(field, node, max, &number, error))
        return FALSE;
    *(guint *)at = (guint)number;
    return TRUE;
}

static JsonNode *
write_count(const FirnRecordField *field, gconstpointer at)
{
    return write_integer(*(const guint *)at);
}

static gboolean
read_boolean(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    if (!holds(node, G_TYPE_BOOLEAN))
        return refuse(error, field->member, "true or false");
    *(gboolean *)at = json_node_get_boolean(node);
    return TRUE;
}

static JsonNode *
write_boolean(const FirnRecordField *field, gconstpointer at)
{
    return json_node_init_boolean(json_node_alloc(), *(const gboolean *)at);
}

static gboolean
read_nick(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    if (!holds(node, G_TYPE_STRING))
        return refuse(error, field->member, "a string");
    return firn_enum_from_nick(field->type(), json_node_get_string(node), at) ||
           refuse(error, field->member, "a known word");
}

static JsonNode *
write_nick(const FirnRecordField *field, gconstpointer at)
{
    return json_node_init_string(json_node_alloc(),
                                 firn_enum_to_nick(field->type(), *(const int *)at));
}

static gboolean
is_int_set(gconstpointer at)
{
    return *(const int *)at != 0;
}

static JsonArray *
get_array(const FirnRecordField *field, JsonNode *node, GError **error)
{
    if (node != NULL && JSON_NODE_HOLDS_ARRAY(node))
        return json_node_get_array(node);
    refuse(error, field->member, "an array");
    return NULL;
}

static JsonNode *
take_array(JsonArray *array)
{
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);

    json_node_take_array(node, array);
    return node;
}

static gboolean
read_strings(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    JsonArray *array = get_array(field, node, error);

    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonNode *element = json_array_get_element(array, i);

        if (!holds(element, G_TYPE_STRING))
            return refuse(error, field->member, "an array of strings");
        g_ptr_array_add(get_pointer(at), dup_text(field, json_node_get_string(element)));
    }
    return array != NULL;
}

static JsonNode *
write_strings(const FirnRecordField *field, gconstpointer at)
{
    const GPtrArray *texts = get_pointer(at);
    JsonArray *array = json_array_sized_new(texts->len);

    for (guint i = 0; i < texts->len; i++)
        json_array_add_element(array, write_text(field, &texts->pdata[i]));
    return take_array(array);
}

static gboolean
is_list_set(gconstpointer at)
{
    const GPtrArray *list = get_pointer(at);

    return list->len > 0;
}

static void
copy_strings(const FirnRecordField *field, gpointer to, gconstpointer from)
{
    const GPtrArray *texts = get_pointer(from);

    for (guint i = 0; i < texts->len; i++)
        g_ptr_array_add(get_pointer(to), g_strdup(texts->pdata[i]));
}

static void
clear_list(const FirnRecordField *field, gpointer at)
{
    g_clear_pointer((GPtrArray **)at, g_ptr_array_unref);
}

static gboolean
read_group(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    return firn_record_schema_read(field->child, at, node, error);
}

static JsonNode *
write_group(const FirnRecordField *field, gconstpointer at)
{
    return firn_record_schema_to_json(field->child, at);
}

static gboolean
read_child(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    *(gpointer *)at = firn_record_schema_from_json(field->child, node, error);
    return *(gpointer *)at != NULL;
}

static JsonNode *
write_child(const FirnRecordField *field, gconstpointer at)
{
    return firn_record_schema_to_json(field->child, get_pointer(at));
}

static gpointer
copy_or_share(const FirnRecordSchema *schema, gpointer record)
{
    if (record == NULL)
        return NULL;
    return schema->share != NULL ? schema->share(record) : firn_record_schema_copy(schema, record);
}

static void
copy_child(const FirnRecordField *field, gpointer to, gconstpointer from)
{
    *(gpointer *)to = copy_or_share(field->child, get_pointer(from));
}

static void
clear_child(const FirnRecordField *field, gpointer at)
{
    g_clear_pointer((gpointer *)at, field->child->free);
}

static gboolean
read_list(const FirnRecordField *field, gpointer at, JsonNode *node, GError **error)
{
    JsonArray *array = get_array(field, node, error);

    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        gpointer record =
            firn_record_schema_from_json(field->child, json_array_get_element(array, i), error);

        if (record == NULL) {
            if (field->child->is_numbered)
                g_prefix_error(error, "record %u: ", i + 1);
            return FALSE;
        }
        g_ptr_array_add(get_pointer(at), record);
    }
    return array != NULL;
}

static JsonNode *
write_list(const FirnRecordField *field, gconstpointer at)
{
    const GPtrArray *records = get_pointer(at);
    JsonArray *array = json_array_sized_new(records->len);

    for (guint i = 0; i < records->len; i++)
        json_array_add_element(array, firn_record_schema_to_json(field->child, records->pdata[i]));
    return take_array(array);
}

static void
copy_list(const FirnRecordField *field, gpointer to, gconstpointer from)
{
    const GPtrArray *records = get_pointer(from);

    for (guint i = 0; i < records->len; i++)
        g_ptr_array_add(get_pointer(to), copy_or_share(field->child, records->pdata[i]));
}

static void
copy_fields(const FirnRecordSchema *self, gpointer to, gconstpointer from)
{
    for (guint i = 0; i < self->n_fields; i++) {
        const FirnRecordField *field = &self->fields[i];
        const Kind *kind = &kinds[field->kind];
        gpointer at = G_STRUCT_MEMBER_P(to, field->offset);

        if (kind->copy != NULL)
            kind->copy(field, at, G_STRUCT_MEMBER_P(from, field->offset));
        else
            memcpy(at, G_STRUCT_MEMBER_P(from, field->offset), kind->plain_bytes);
    }
}

static void
copy_group(const FirnRecordField *field, gpointer to, gconstpointer from)
{
    copy_fields(field->child, to, from);
}

static void
clear_fields(const FirnRecordSchema *self, gpointer record)
{
    for (guint i = 0; i < self->n_fields; i++) {
        const FirnRecordField *field = &self->fields[i];

        if (kinds[field->kind].clear != NULL)
            kinds[field->kind].clear(field, G_STRUCT_MEMBER_P(record, field->offset));
    }
}

static void
clear_group(const FirnRecordField *field, gpointer at)
{
    clear_fields(field->child, at);
}

/* In the order of FirnRecordKind. */
static const Kind kinds[FIRN_RECORD_LIST + 1] = {
    {read_format,  write_format,  NULL,           NULL,         NULL,        0               },
    {read_text,    write_text,    is_pointer_set, copy_text,    clear_text,  0               },
    {read_number,  write_number,  is_number_set,  NULL,         NULL,        sizeof(gint64)  },
    {read_count,   write_count,   is_int_set,     NULL,         NULL,        sizeof(guint)   },
    {read_boolean, write_boolean, is_int_set,     NULL,         NULL,        sizeof(gboolean)},
    {read_nick,    write_nick,    NULL,           NULL,         NULL,        sizeof(int)     },
    {read_strings, write_strings, is_list_set,    copy_strings, clear_list,  0               },
    {read_group,   write_group,   NULL,           copy_group,   clear_group, 0               },
    {read_child,   write_child,   is_pointer_set, copy_child,   clear_child, 0               },
    {read_list,    write_list,    is_list_set,    copy_list,    clear_list,  0               },
};

static void
init_record(const FirnRecordSchema *self, gpointer record)
{
    for (guint i = 0; i < self->n_fields; i++) {
        const FirnRecordField *field = &self->fields[i];
        gpointer at = G_STRUCT_MEMBER_P(record, field->offset);

        if (field->kind == FIRN_RECORD_STRINGS)
            *(GPtrArray **)at = g_ptr_array_new_with_free_func(g_free);
        else if (field->kind == FIRN_RECORD_LIST)
            *(GPtrArray **)at = g_ptr_array_new_with_free_func(field->child->free);
        else if (field->kind == FIRN_RECORD_GROUP)
            init_record(field->child, at);
    }
    if (self->init != NULL)
        self->init(record);
}

gpointer
firn_record_schema_new(const FirnRecordSchema *self)
{
    gpointer record = g_malloc0(self->size);

    init_record(self, record);
    return record;
}

gpointer
firn_record_schema_copy(const FirnRecordSchema *self, gconstpointer record)
{
    gpointer copy = firn_record_schema_new(self);

    copy_fields(self, copy, record);
    return copy;
}

void
firn_record_schema_free(const FirnRecordSchema *self, gpointer record)
{
    if (record == NULL)
        return;
    clear_fields(self, record);
    g_free(record);
}

JsonNode *
firn_record_schema_to_json(const FirnRecordSchema *self, gconstpointer record)
{
    JsonObject *object = json_object_new();
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    for (guint i = 0; i < self->n_fields; i++) {
        const FirnRecordField *field = &self->fields[i];
        const Kind *kind = &kinds[field->kind];
        gconstpointer at = G_STRUCT_MEMBER_P(record, field->offset);

        if (field->presence == FIRN_RECORD_OR_NULL && !kind->is_set(at))
            json_object_set_null_member(object, field->member);
        else if (field->presence != FIRN_RECORD_IF_SET || kind->is_set(at))
            json_object_set_member(object, field->member, kind->write(field, at));
    }
    json_node_take_object(node, object);
    return node;
}

static gboolean
knows_member(const FirnRecordSchema *self, const char *member)
{
    for (guint i = 0; i < self->n_fields; i++)
        if (g_str_equal(self->fields[i].member, member))
            return TRUE;
    return FALSE;
}

static gboolean
check_members(const FirnRecordSchema *self, JsonObject *object, GError **error)
{
    JsonObjectIter iterator;
    const char *member;

    json_object_iter_init(&iterator, object);
    while (json_object_iter_next(&iterator, &member, NULL)) {
        if (knows_member(self, member))
            continue;
        g_autofree char *printable = firn_printable(member);

        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_CORRUPT,
                    "\"%s\" has a member \"%s\" that this version does not know; it was written by "
                    "a newer firn: upgrade firn",
                    self->what,
                    printable);
        return FALSE;
    }
    return TRUE;
}

static gboolean
read_member(const FirnRecordField *field, gpointer record, JsonObject *object, GError **error)
{
    JsonNode *node = json_object_get_member(object, field->member);
    gboolean may_miss =
        field->presence == FIRN_RECORD_ADDED || field->presence == FIRN_RECORD_IF_SET;

    if ((node == NULL && may_miss) ||
        (node != NULL && JSON_NODE_HOLDS_NULL(node) && field->presence == FIRN_RECORD_OR_NULL))
        return TRUE;
    return kinds[field->kind].read(field, G_STRUCT_MEMBER_P(record, field->offset), node, error);
}

static gboolean
check_record(const FirnRecordSchema *self, gconstpointer record, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (self->check == NULL || self->check(record, &cause))
        return TRUE;
    g_set_error_literal(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT, cause->message);
    return FALSE;
}

gboolean
firn_record_schema_read(const FirnRecordSchema *self,
                        gpointer record,
                        JsonNode *node,
                        GError **error)
{
    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
        return refuse(error, self->what, "an object");
    if (!check_members(self, json_node_get_object(node), error))
        return FALSE;
    for (guint i = 0; i < self->n_fields; i++)
        if (!read_member(&self->fields[i], record, json_node_get_object(node), error))
            return FALSE;
    return check_record(self, record, error);
}

gpointer
firn_record_schema_from_json(const FirnRecordSchema *self, JsonNode *node, GError **error)
{
    gpointer record = firn_record_schema_new(self);

    if (firn_record_schema_read(self, record, node, error))
        return record;
    if (self->free != NULL)
        self->free(record);
    else
        firn_record_schema_free(self, record);
    return NULL;
}

char *
firn_record_schema_to_text(const FirnRecordSchema *self, gconstpointer record)
{
    g_autoptr(JsonNode) node = firn_record_schema_to_json(self, record);

    return firn_json_write(node, TRUE);
}

gpointer
firn_record_schema_parse(const FirnRecordSchema *self,
                         const char *text,
                         gsize length,
                         const FirnJsonLimits *limits,
                         GError **error)
{
    g_autoptr(JsonNode) node = firn_json_guard_parse(text, length, limits, error);

    return node == NULL ? NULL : firn_record_schema_from_json(self, node, error);
}
