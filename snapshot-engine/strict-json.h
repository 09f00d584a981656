/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * Reads firn's own documents: whatever firn would not have written is damage and is never
 * interpreted. All errors are %FIRN_ENGINE_ERROR_CORRUPT and name the member.
 */

/**
 * firn_strict_json_object:
 * @node: (nullable): a value
 * @what: what it should be, for the message: "snapshot"
 * @members: (array zero-terminated=1): the members that it may have
 *
 * A member that this version does not know is an error, because rewriting the document would lose
 * it.
 *
 * Returns: (transfer none): the object; %NULL with @error set
 */
JsonObject *firn_strict_json_object(JsonNode *node,
                                    const char *what,
                                    const char *const *members,
                                    GError **error);

/**
 * firn_strict_json_array:
 * @object: an object
 * @member: name of an array that it must have
 *
 * Returns: (transfer none): the array; %NULL with @error set
 */
JsonArray *firn_strict_json_array(JsonObject *object, const char *member, GError **error);

/**
 * firn_strict_json_string:
 * @object: an object
 * @member: name of a string that it must have
 * @out_text: (out): a copy; untouched on failure
 *
 * Returns: %TRUE if it has
 */
gboolean firn_strict_json_string(JsonObject *object,
                                 const char *member,
                                 char **out_text,
                                 GError **error);

/**
 * firn_strict_json_string_or_null:
 * @object: an object
 * @member: name of a member that must be a string or null
 * @out_text: (out) (nullable): a copy; untouched on failure
 *
 * Returns: %TRUE if it is
 */
gboolean firn_strict_json_string_or_null(JsonObject *object,
                                         const char *member,
                                         char **out_text,
                                         GError **error);

/**
 * firn_strict_json_strings:
 * @object: an object
 * @member: name of an array of strings that it must have
 * @texts: (element-type utf8): copies are added to it
 *
 * Returns: %TRUE if it has
 */
gboolean firn_strict_json_strings(JsonObject *object,
                                  const char *member,
                                  GPtrArray *texts,
                                  GError **error);

/**
 * firn_strict_json_integer:
 * @object: an object
 * @member: name of a whole number that it must have, 0 to @max
 * @max: the largest that is allowed
 * @out_number: (out): the number; untouched on failure
 *
 * Returns: %TRUE if it has
 */
gboolean firn_strict_json_integer(JsonObject *object,
                                  const char *member,
                                  gint64 max,
                                  gint64 *out_number,
                                  GError **error);

/**
 * firn_strict_json_boolean:
 * @object: an object
 * @member: name of a boolean that it must have
 * @out_value: (out): the value; untouched on failure
 *
 * Returns: %TRUE if it has
 */
gboolean firn_strict_json_boolean(JsonObject *object,
                                  const char *member,
                                  gboolean *out_value,
                                  GError **error);

/**
 * firn_strict_json_nick:
 * @object: an object
 * @member: name of a nick that it must have
 * @type: the enumeration of the nick
 * @out_value: (out): the value; untouched on failure
 *
 * Returns: %TRUE if it has
 */
gboolean firn_strict_json_nick(JsonObject *object,
                               const char *member,
                               GType type,
                               int *out_value,
                               GError **error);

/**
 * firn_strict_json_add_strings:
 * @object: an object
 * @member: name of the array
 * @texts: (element-type utf8): its elements
 */
void firn_strict_json_add_strings(JsonObject *object, const char *member, GPtrArray *texts);

/**
 * firn_strict_json_add_nick:
 * @object: an object
 * @member: name of the nick
 * @type: the enumeration of the nick
 * @value: one of its values
 */
void firn_strict_json_add_nick(JsonObject *object, const char *member, GType type, int value);
