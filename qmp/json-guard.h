/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FirnJsonLimits:
 * @message_bytes: longest message
 * @string_bytes: longest string, as sent
 * @members: maximal number of members of one object or array
 * @depth: maximal nesting of objects and arrays
 * @values: maximal number of values in the message; 0: bounded only by the other limits. A parsed
 *   value takes about a hundred times the memory of its two bytes
 *
 * How large a message of a peer may be.
 */
typedef struct {
    gsize message_bytes;
    gsize string_bytes;
    guint members;
    guint depth;
    guint values;
} FirnJsonLimits;

/* A guest is not trusted, and has no more than some 500 file systems of 25 values each. A monitor
 * may list tens of thousands of snapshots. */
#define FIRN_JSON_LIMITS_AGENT   ((FirnJsonLimits){1 << 20, 64 << 10, 10000, 32, 12000})
#define FIRN_JSON_LIMITS_MONITOR ((FirnJsonLimits){64 << 20, 1 << 20, 200000, 64, 500000})

/**
 * firn_json_guard_check:
 * @text: one message; need not be NUL-terminated
 * @length: its length in bytes
 * @limits: the limits to apply
 *
 * Checks that @text is exactly one JSON object as RFC 8259 defines it: within @limits, in valid
 * UTF-8, without duplicate keys, and without numbers that neither gint64 nor double can hold.
 * json-glib accepts more than that, which is too much for untrusted input.
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: %TRUE if it may be parsed
 */
gboolean firn_json_guard_check(const char *text,
                               gsize length,
                               const FirnJsonLimits *limits,
                               GError **error);

/**
 * firn_json_guard_parse:
 * @text: one message; need not be NUL-terminated
 * @length: its length in bytes
 * @limits: the limits to apply
 *
 * All of firn parses JSON through this function: json-glib alone overflows its stack on deeply
 * nested values and accepts duplicate keys.
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): an immutable object; %NULL with @error set
 */
JsonNode *firn_json_guard_parse(const char *text,
                                gsize length,
                                const FirnJsonLimits *limits,
                                GError **error);
