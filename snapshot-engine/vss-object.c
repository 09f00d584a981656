/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-object.h"

#include "json-guard.h"
#include "json-read.h"
#include "qmp-error.h"
#include "record-schema.h"

#define VERSION     1
#define VERSION_MAX G_MAXINT32

static const FirnJsonLimits limits = {FIRN_VSS_DOCUMENT_BYTES_MAX, 32768, 1000, 8, 10000};

JsonNode *
firn_vss_object_parse(const char *text, gsize length, GError **error)
{
    return firn_json_guard_parse(text, length, &limits, error);
}

JsonNode *
firn_vss_object_find(const FirnVssObject *self, const char *member)
{
    JsonNode *node = self->object == NULL ? NULL : json_object_get_member(self->object, member);

    if (node == NULL && *self->bad == NULL)
        *self->bad = member;
    return node;
}

void
firn_vss_object_refuse(const FirnVssObject *self, const char *member)
{
    if (*self->bad == NULL)
        *self->bad = member;
}

gint64
firn_vss_object_take_number(const FirnVssObject *self, const char *member, gint64 max)
{
    gint64 number;

    if (firn_vss_object_find(self, member) == NULL)
        return 0;
    number = firn_json_read_int(self->object, member, -1);
    if (number >= 0 && number <= max)
        return number;
    firn_vss_object_refuse(self, member);
    return 0;
}

gboolean
firn_vss_object_take_boolean(const FirnVssObject *self, const char *member)
{
    JsonNode *node = firn_vss_object_find(self, member);

    if (node != NULL &&
        (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN))
        firn_vss_object_refuse(self, member);
    return firn_json_read_boolean(self->object, member, FALSE);
}

char *
firn_vss_object_take_text_or_null(const FirnVssObject *self, const char *member)
{
    JsonNode *node = firn_vss_object_find(self, member);
    const char *text = firn_json_read_string(self->object, member);

    if (node != NULL && text == NULL && !JSON_NODE_HOLDS_NULL(node))
        firn_vss_object_refuse(self, member);
    return text == NULL || *text == '\0'
               ? NULL
               : firn_record_schema_clip(text, FIRN_VSS_TEXT_CHARACTERS_MAX);
}

char *
firn_vss_object_take_text(const FirnVssObject *self, const char *member)
{
    char *text = firn_vss_object_take_text_or_null(self, member);

    if (text == NULL)
        firn_vss_object_refuse(self, member);
    return text == NULL ? g_strdup("") : text;
}

FirnVssObject
firn_vss_object_take_object(const FirnVssObject *self, const char *member)
{
    FirnVssObject child = {firn_json_read_object(self->object, member), self->bad};

    if (firn_vss_object_find(self, member) != NULL && child.object == NULL)
        firn_vss_object_refuse(self, member);
    return child;
}

/* A list that is longer than any guest's is not shortened, because what is left out may be what has
 * failed. */
guint
firn_vss_object_take_list(const FirnVssObject *self,
                          const char *member,
                          guint max,
                          JsonArray **out_array)
{
    guint length;

    *out_array = firn_json_read_array(self->object, member);
    if (firn_vss_object_find(self, member) != NULL && *out_array == NULL)
        firn_vss_object_refuse(self, member);
    length = *out_array == NULL ? 0 : json_array_get_length(*out_array);
    if (length > max)
        firn_vss_object_refuse(self, member);
    return MIN(length, max);
}

FirnVssObject
firn_vss_object_begin(JsonNode *document, const char **bad)
{
    FirnVssObject self = {json_node_get_object(document), bad};

    *bad = NULL;
    if (firn_vss_object_take_number(&self, "version", VERSION_MAX) != VERSION)
        firn_vss_object_refuse(&self, "version");
    return self;
}

gboolean
firn_vss_object_check(const FirnVssObject *self, GError **error)
{
    if (*self->bad == NULL)
        return TRUE;
    g_set_error(error,
                FIRN_QMP_ERROR,
                FIRN_QMP_ERROR_MALFORMED,
                "the record of firn-vss in the guest is not of a form that this firn knows: \"%s\"",
                *self->bad);
    return FALSE;
}
