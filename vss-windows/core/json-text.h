/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * FirnJsonText:
 *
 * A JSON document under construction. Zeroed memory is an empty one. If memory runs out the rest is
 * dropped and firn_json_text_finish() says so.
 */
typedef struct {
    char *text; /* (owned) */
    size_t length;
    size_t size;
    bool needs_comma;
    bool has_failed;
} FirnJsonText;

/**
 * firn_json_text_open:
 * @key: (nullable): name of the member; %NULL in an array, and for the document itself
 * @bracket: '{' or '['
 *
 * Begins an object or an array.
 */
void firn_json_text_open(FirnJsonText *self, const char *key, char bracket);

/**
 * firn_json_text_close:
 * @bracket: '}' or ']'
 *
 * Ends the object or array begun last.
 */
void firn_json_text_close(FirnJsonText *self, char bracket);

/**
 * firn_json_text_add_bytes:
 * @key: (nullable): name of the member; %NULL in an array
 * @bytes: text in UTF-8; a byte that is none becomes U+FFFD
 *
 * Adds a string. Control characters, and U+2028 and above as they are: quoted as RFC 8259 demands.
 */
void firn_json_text_add_bytes(FirnJsonText *self,
                              const char *key,
                              const char *bytes,
                              size_t length);

/**
 * firn_json_text_add_string:
 * @key: (nullable): name of the member; %NULL in an array
 * @text: (nullable): zero-terminated; %NULL becomes null
 *
 * Adds a string, as firn_json_text_add_bytes() does.
 */
void firn_json_text_add_string(FirnJsonText *self, const char *key, const char *text);

/**
 * firn_json_text_add_number:
 * @key: (nullable): name of the member; %NULL in an array
 *
 * Adds a whole number.
 */
void firn_json_text_add_number(FirnJsonText *self, const char *key, int64_t number);

/**
 * firn_json_text_add_bool:
 * @key: (nullable): name of the member; %NULL in an array
 *
 * Adds true or false.
 */
void firn_json_text_add_bool(FirnJsonText *self, const char *key, bool value);

/**
 * firn_json_text_add_json:
 * @key: (nullable): name of the member; %NULL in an array
 * @json: (nullable): one JSON value, which is copied unread; %NULL becomes null
 *
 * Adds a value that was written by firn_json_text_finish() before.
 */
void firn_json_text_add_json(FirnJsonText *self, const char *key, const char *json);

/**
 * firn_json_text_finish:
 *
 * Ends the document, and empties @self.
 *
 * Returns: (transfer full) (nullable): the document, to be freed with free(); %NULL if memory ran
 * out
 */
char *firn_json_text_finish(FirnJsonText *self);
