/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * firn_json_write:
 * @node: a value
 * @is_pretty: indented, on several lines; else on one line
 *
 * As json_to_string(), but always valid JSON: json-glib 1.6 does not escape the control character
 * 0x1f, which RFC 8259 requires and firn_json_guard_check() enforces.
 *
 * Returns: (transfer full): its text
 */
char *firn_json_write(JsonNode *node, gboolean is_pretty);
