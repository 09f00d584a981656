/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "json-guard.h"

/**
 * A record of firn's state, described once: one row for each member of its JSON object. Copying,
 * freeing, writing and reading follow from the rows. Whatever firn would not have written is damage
 * and is never interpreted: a missing member, another type, a value out of range, and a member that
 * this version does not know, because rewriting the document would lose it.
 */

/**
 * FirnRecordKind:
 * @FIRN_RECORD_FORMAT: no field: the number that FirnRecordField.max is
 * @FIRN_RECORD_TEXT: char *; of at most FirnRecordField.max characters, others are cut off; if that
 * is 0, as it is: a path
 * @FIRN_RECORD_NUMBER: gint64 or guint64, 0 to FirnRecordField.max, or any if that is 0; less than
 * 0, from a clock before 1970, is written as 0
 * @FIRN_RECORD_COUNT: guint, likewise
 * @FIRN_RECORD_BOOLEAN: gboolean
 * @FIRN_RECORD_NICK: a value of the enumeration FirnRecordField.type, by its nick
 * @FIRN_RECORD_STRINGS: GPtrArray of texts, each like FIRN_RECORD_TEXT
 * @FIRN_RECORD_GROUP: an object whose fields are inside this record, at the offset
 * @FIRN_RECORD_CHILD: pointer to a record of FirnRecordField.child
 * @FIRN_RECORD_LIST: GPtrArray of records of FirnRecordField.child
 *
 * What a member is, in JSON and in the record.
 */
typedef enum {
    FIRN_RECORD_FORMAT,
    FIRN_RECORD_TEXT,
    FIRN_RECORD_NUMBER,
    FIRN_RECORD_COUNT,
    FIRN_RECORD_BOOLEAN,
    FIRN_RECORD_NICK,
    FIRN_RECORD_STRINGS,
    FIRN_RECORD_GROUP,
    FIRN_RECORD_CHILD,
    FIRN_RECORD_LIST,
} FirnRecordKind;

/**
 * FirnRecordPresence:
 * @FIRN_RECORD_ALWAYS: in every document
 * @FIRN_RECORD_OR_NULL: in every document; %NULL is written as null
 * @FIRN_RECORD_ADDED: written always; older documents do not have it, which leaves the initial
 * value
 * @FIRN_RECORD_IF_SET: written if it is not %NULL, 0, %FALSE or empty
 *
 * When a document has a member.
 */
typedef enum {
    FIRN_RECORD_ALWAYS,
    FIRN_RECORD_OR_NULL,
    FIRN_RECORD_ADDED,
    FIRN_RECORD_IF_SET,
} FirnRecordPresence;

typedef struct _FirnRecordSchema FirnRecordSchema;

/* One row: a member of the JSON object. */
typedef struct {
    const char *member;
    gsize offset;
    FirnRecordKind kind;
    FirnRecordPresence presence;
    guint64 max;
    GType (*type)(void);           /* of FIRN_RECORD_NICK */
    const FirnRecordSchema *child; /* of a group, a child, or the elements of a list */
} FirnRecordField;

/* A row for a field of struct @record: FIRN_RECORD_FIELD(FirnDisk, "path", path, TEXT, OR_NULL);
 * what follows are the other members of FirnRecordField. */
#define FIRN_RECORD_FIELD(record, member, field, kind, presence, ...)                              \
    {                                                                                              \
        member, G_STRUCT_OFFSET(record, field), FIRN_RECORD_##kind, FIRN_RECORD_##presence,        \
            __VA_ARGS__                                                                            \
    }

/**
 * FirnRecordSchema:
 * @what: what a record is, for messages
 * @size: of the record, in bytes
 * @fields: its members, in the order in which they are written
 * @n_fields: their number
 * @init: (nullable): sets what is not 0 in a new record; the lists of @fields are made anyway
 * @check: (nullable): checks a record that was read; its error becomes %FIRN_ENGINE_ERROR_CORRUPT
 * @free: frees or releases a record; of groups and documents %NULL
 * @share: (nullable): of records that are shared: returns another reference, instead of a copy
 * @is_numbered: in a list, a message says which element is damaged
 */
struct _FirnRecordSchema {
    const char *what;
    gsize size;
    const FirnRecordField *fields;
    guint n_fields;
    void (*init)(gpointer record);
    gboolean (*check)(gconstpointer record, GError **error);
    GDestroyNotify free;
    gpointer (*share)(gpointer record);
    gboolean is_numbered;
};

/**
 * firn_record_schema_new:
 *
 * Returns: (transfer full): a record with empty lists, for firn_record_schema_free()
 */
gpointer firn_record_schema_new(const FirnRecordSchema *self);

gpointer firn_record_schema_copy(const FirnRecordSchema *self, gconstpointer record);

/**
 * firn_record_schema_free:
 * @record: (nullable): a record, whose memory is freed, too
 */
void firn_record_schema_free(const FirnRecordSchema *self, gpointer record);

/**
 * firn_record_schema_to_json:
 *
 * Returns: (transfer full): an object
 */
JsonNode *firn_record_schema_to_json(const FirnRecordSchema *self, gconstpointer record);

/**
 * firn_record_schema_read:
 * @record: a new record; on failure it has the members before the damaged one
 * @node: (nullable): an object
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT, with the name of the member.
 *
 * Returns: %TRUE if @node is a valid record
 */
gboolean firn_record_schema_read(const FirnRecordSchema *self,
                                 gpointer record,
                                 JsonNode *node,
                                 GError **error);

/**
 * firn_record_schema_from_json:
 * @node: (nullable): an object
 *
 * Errors: as firn_record_schema_read().
 *
 * Returns: (transfer full): a record; %NULL with @error set
 */
gpointer firn_record_schema_from_json(const FirnRecordSchema *self, JsonNode *node, GError **error);

/**
 * firn_record_schema_to_text:
 *
 * Returns: (transfer full): a document
 */
char *firn_record_schema_to_text(const FirnRecordSchema *self, gconstpointer record);

/**
 * firn_record_schema_parse:
 * @text: a document, NUL-terminated
 * @length: its length in bytes
 * @limits: what it may have at most
 *
 * Errors: as firn_record_schema_read(), and %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): a record; %NULL with @error set
 */
gpointer firn_record_schema_parse(const FirnRecordSchema *self,
                                  const char *text,
                                  gsize length,
                                  const FirnJsonLimits *limits,
                                  GError **error);

/**
 * firn_record_schema_clip:
 * @text: (nullable): text from a guest, an image or a tool
 * @characters_max: maximal length of the result
 *
 * For storing: the characters are not changed.
 *
 * Returns: (transfer full): valid UTF-8 of at most @characters_max characters; "" for %NULL
 */
char *firn_record_schema_clip(const char *text, guint characters_max);
