/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_json_print:
 * @value: what to print; a floating reference is taken
 *
 * Prints a value as JSON on stdout, one member to a line. Dictionaries become objects whose keys
 * are in snake_case: "CurrentSnapshot" and "current-snapshot" are both "current_snapshot". Text
 * stays as it is, as valid UTF-8.
 */
void firn_json_print(GVariant *value);

/**
 * firn_json_parse:
 * @text: a JSON object, as property Evidence has it
 *
 * Returns: (transfer full): "a{sv}"; empty if it is no object
 */
GVariant *firn_json_parse(const char *text);

/**
 * firn_json_key:
 * @name: name of a property or an option
 *
 * Returns: (transfer full): the name in snake_case
 */
char *firn_json_key(const char *name);

/**
 * firn_json_dup_strings:
 * @dict: what firn_json_parse() made
 * @key: of a list
 *
 * Returns: (transfer full) (array zero-terminated=1): the strings in that list; empty if there is
 * none
 */
GStrv firn_json_dup_strings(GVariant *dict, const char *key);
