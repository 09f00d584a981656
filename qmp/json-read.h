/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * Reads members of an object that a peer sent, whatever their actual type: a member of another type
 * counts as missing.
 */

/**
 * firn_json_read_string:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Returns: (transfer none) (nullable): its text
 */
const char *firn_json_read_string(JsonObject *object, const char *member);

/**
 * firn_json_read_text:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * For values that are stored and must not be %NULL.
 *
 * Returns: (transfer none): its text; "" if there is none
 */
const char *firn_json_read_text(JsonObject *object, const char *member);

/**
 * firn_json_read_int:
 * @object: (nullable): an object
 * @member: a member's name
 * @otherwise: returned if the member is not an integer
 *
 * Returns: its number
 */
gint64 firn_json_read_int(JsonObject *object, const char *member, gint64 otherwise);

/**
 * firn_json_read_boolean:
 * @object: (nullable): an object
 * @member: a member's name
 * @otherwise: returned if the member is not a boolean
 *
 * Returns: its value
 */
gboolean firn_json_read_boolean(JsonObject *object, const char *member, gboolean otherwise);

/**
 * firn_json_read_object:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Returns: (transfer none) (nullable): the object
 */
JsonObject *firn_json_read_object(JsonObject *object, const char *member);

/**
 * firn_json_read_array:
 * @object: (nullable): an object
 * @member: a member's name
 *
 * Returns: (transfer none) (nullable): the array
 */
JsonArray *firn_json_read_array(JsonObject *object, const char *member);

/**
 * firn_json_read_has_word:
 * @array: (nullable): an array
 * @word: a text
 *
 * Returns: whether one of its elements is @word
 */
gboolean firn_json_read_has_word(JsonArray *array, const char *word);

/**
 * firn_json_read_element:
 * @index: less than its length
 *
 * Returns: (transfer none) (nullable): the object at that place
 */
JsonObject *firn_json_read_element(JsonArray *array, guint index);
