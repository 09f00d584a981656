/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

static bool
reserve(FirnJsonText *self, size_t length)
{
    size_t size = self->size == 0 ? 1024 : self->size;
    char *text;

    while (size < self->length + length + 1)
        size *= 2;
    if (size != self->size && !self->has_failed) {
        text = realloc(self->text, size);
        self->has_failed = text == NULL;
        self->text = text != NULL ? text : self->text;
        self->size = text != NULL ? size : self->size;
    }
    return !self->has_failed;
}

static void
append(FirnJsonText *self, const char *bytes, size_t length)
{
    if (!reserve(self, length))
        return;
    memcpy(self->text + self->length, bytes, length);
    self->length += length;
    self->text[self->length] = '\0';
}

static void
append_text(FirnJsonText *self, const char *text)
{
    append(self, text, strlen(text));
}

/* Length of the UTF-8 sequence at @bytes, shortest form and no surrogate; 0 if there is none. */
static size_t
measure_sequence(const unsigned char *bytes, size_t length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code;
    size_t size;

    if (bytes[0] < 0x80)
        return 1;
    size = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
    if (bytes[0] < 0xc2 || bytes[0] > 0xf4 || size > length)
        return 0;
    code = bytes[0] & (0xff >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (bytes[i] & 0x3f);
    }
    if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return 0;
    return size;
}

static void
append_character(FirnJsonText *self, const char *bytes, size_t size)
{
    unsigned char first = (unsigned char)bytes[0];
    char escaped[8];

    if (first == '"' || first == '\\')
        append_text(self, "\\");
    if (first >= 0x20 && first != 0x7f) {
        append(self, bytes, size);
        return;
    }
    snprintf(escaped, sizeof escaped, "\\u%04x", first);
    append_text(self, escaped);
}

static void
append_string(FirnJsonText *self, const char *bytes, size_t length)
{
    size_t size;

    append_text(self, "\"");
    for (size_t i = 0; i < length; i += size != 0 ? size : 1) {
        size = measure_sequence((const unsigned char *)bytes + i, length - i);
        if (size != 0)
            append_character(self, bytes + i, size);
        else
            append_text(self, REPLACEMENT);
    }
    append_text(self, "\"");
}

static void
begin_value(FirnJsonText *self, const char *key)
{
    if (self->needs_comma)
        append_text(self, ",");
    self->needs_comma = true;
    if (key != NULL) {
        append_string(self, key, strlen(key));
        append_text(self, ":");
    }
}

void
firn_json_text_open(FirnJsonText *self, const char *key, char bracket)
{
    begin_value(self, key);
    append(self, &bracket, 1);
    self->needs_comma = false;
}

void
firn_json_text_close(FirnJsonText *self, char bracket)
{
    append(self, &bracket, 1);
    self->needs_comma = true;
}

void
firn_json_text_add_bytes(FirnJsonText *self, const char *key, const char *bytes, size_t length)
{
    begin_value(self, key);
    append_string(self, bytes, length);
}

void
firn_json_text_add_string(FirnJsonText *self, const char *key, const char *text)
{
    if (text == NULL)
        firn_json_text_add_json(self, key, NULL);
    else
        firn_json_text_add_bytes(self, key, text, strlen(text));
}

void
firn_json_text_add_number(FirnJsonText *self, const char *key, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, number);
    firn_json_text_add_json(self, key, text);
}

void
firn_json_text_add_bool(FirnJsonText *self, const char *key, bool value)
{
    firn_json_text_add_json(self, key, value ? "true" : "false");
}

void
firn_json_text_add_json(FirnJsonText *self, const char *key, const char *json)
{
    begin_value(self, key);
    append_text(self, json != NULL ? json : "null");
}

char *
firn_json_text_finish(FirnJsonText *self)
{
    char *text = self->text;

    if (self->has_failed) {
        free(text);
        text = NULL;
    }
    *self = (FirnJsonText){0};
    return text;
}
