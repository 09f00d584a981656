/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * firn_json_write:
 * @node: a value
 * @is_pretty: on lines of its own for people, or on one
 *
 * As json_to_string(), but always JSON: json-glib 1.6 writes the control character 0x1f as it is,
 * which RFC 8259 forbids and firn_json_guard_check() refuses.
 *
 * Returns: (transfer full): its text
 */
char *firn_json_write(JsonNode *node, gboolean is_pretty);
