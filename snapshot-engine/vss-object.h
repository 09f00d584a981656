/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/* 32 hooks with all the output that firn-vss keeps have about half of that. */
#define FIRN_VSS_DOCUMENT_BYTES_MAX  (640 << 10)
#define FIRN_VSS_TEXT_CHARACTERS_MAX 256

/**
 * FirnVssObject:
 * @object: (nullable): %NULL: it is missing, and so are all its members
 * @bad: the first member of the document that is not as it has to be; shared by all its objects
 *
 * An object in a document of firn-vss.exe (vss-windows/commands/README.md). It is read as a whole,
 * and then firn_vss_object_check() says whether it may be used: a member that is missing or of
 * another type spoils the document, one that is not asked for does not.
 */
typedef struct {
    JsonObject *object; /* (unowned) (nullable) */
    const char **bad;   /* (unowned) */
} FirnVssObject;

/**
 * firn_vss_object_parse:
 * @text: what firn-vss.exe printed
 * @length: its length in bytes, at most FIRN_VSS_DOCUMENT_BYTES_MAX
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): the document; %NULL with @error set
 */
JsonNode *firn_vss_object_parse(const char *text, gsize length, GError **error);

/**
 * firn_vss_object_begin:
 * @document: as from firn_vss_object_parse(); outlives the object
 * @bad: (out): cleared; outlives the object
 *
 * Returns: its object; a version that is not known is bad
 */
FirnVssObject firn_vss_object_begin(JsonNode *document, const char **bad);

/**
 * firn_vss_object_find:
 *
 * Returns: (transfer none) (nullable): the member; %NULL, which is bad, if there is none
 */
JsonNode *firn_vss_object_find(const FirnVssObject *self, const char *member);

/**
 * firn_vss_object_refuse:
 * @member: is bad; a constant
 */
void firn_vss_object_refuse(const FirnVssObject *self, const char *member);

/**
 * firn_vss_object_take_number:
 * @max: a larger number is bad, as is one below 0
 *
 * Returns: the number; 0 if it is bad
 */
gint64 firn_vss_object_take_number(const FirnVssObject *self, const char *member, gint64 max);

/**
 * firn_vss_object_take_boolean:
 *
 * Returns: the value; %FALSE if it is bad
 */
gboolean firn_vss_object_take_boolean(const FirnVssObject *self, const char *member);

/**
 * firn_vss_object_take_text_or_null:
 *
 * Returns: (transfer full) (nullable): the text, of 256 characters at most; %NULL for null and for
 * the empty text
 */
char *firn_vss_object_take_text_or_null(const FirnVssObject *self, const char *member);

/**
 * firn_vss_object_take_text:
 *
 * Returns: (transfer full): the text, of 256 characters at most; null and the empty text are bad
 */
char *firn_vss_object_take_text(const FirnVssObject *self, const char *member);

/**
 * firn_vss_object_take_object:
 *
 * Returns: the object; one without members if it is bad
 */
FirnVssObject firn_vss_object_take_object(const FirnVssObject *self, const char *member);

/**
 * firn_vss_object_take_list:
 * @max: a longer list is bad
 * @out_array: (out) (transfer none) (nullable): the list
 *
 * Returns: how many of its elements to read
 */
guint firn_vss_object_take_list(const FirnVssObject *self,
                                const char *member,
                                guint max,
                                JsonArray **out_array);

/**
 * firn_vss_object_check:
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED, with the bad member.
 *
 * Returns: %TRUE if nothing was bad in the document
 */
gboolean firn_vss_object_check(const FirnVssObject *self, GError **error);
