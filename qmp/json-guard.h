/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FirnJsonLimits:
 * @message_bytes: longest message
 * @string_bytes: longest string, as sent
 * @members: most members of one object or array
 * @depth: deepest nesting of objects and arrays
 * @values: most values altogether; 0: as many as the other limits allow. A parsed value takes a
 *   hundred times the room of its two bytes
 *
 * How much a peer may say at once.
 */
typedef struct {
    gsize message_bytes;
    gsize string_bytes;
    guint members;
    guint depth;
    guint values;
} FirnJsonLimits;

/* A guest is hostile, and has no more than some 500 file systems, of 25 values each. A monitor may
 * list tens of thousands of snapshots. */
#define FIRN_JSON_LIMITS_AGENT   ((FirnJsonLimits){1 << 20, 64 << 10, 10000, 32, 12000})
#define FIRN_JSON_LIMITS_MONITOR ((FirnJsonLimits){64 << 20, 1 << 20, 200000, 64, 500000})

/**
 * firn_json_guard_check:
 * @text: one message; need not end with a NUL byte
 * @length: its bytes
 * @limits: how much is allowed
 * @error: return location for a #GError
 *
 * Tells whether @text is exactly one JSON object by the letter of RFC 8259, within @limits, in
 * valid UTF-8, without a key twice in an object, and without numbers that no computer type holds.
 * json-glib is more forgiving than a peer deserves.
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
 * @text: one message; need not end with a NUL byte
 * @length: its bytes
 * @limits: how much is allowed
 * @error: return location for a #GError
 *
 * The only way in which firn parses JSON: json-glib alone overflows its stack when values are
 * nested deep enough, and takes two members of one name.
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): an object, not to be changed; %NULL with @error set
 */
JsonNode *firn_json_guard_parse(const char *text,
                                gsize length,
                                const FirnJsonLimits *limits,
                                GError **error);
