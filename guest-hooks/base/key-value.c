/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key-value.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 1024

static char *
strip(char *text)
{
    size_t length;

    while (isspace((unsigned char)*text))
        text++;
    length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool
read_line(char *line, FirnKeyValueTaker take, void *data, FirnReason *reason)
{
    char *key = strip(line);
    char *value;

    if (*key == '\0' || *key == '#' || *key == ';')
        return true;
    value = strchr(key, '=');
    if (value == NULL)
        return firn_reason_set(reason, "no \"=\" in \"%s\"", key);
    *value++ = '\0';
    return take(strip(key), strip(value), data, reason);
}

bool
firn_key_value_read(const char *text, FirnKeyValueTaker take, void *data, FirnReason *reason)
{
    char line[LINE_BYTES];
    FirnReason inner = {""};
    unsigned number = 1;

    for (size_t length; *text != '\0'; text += length + (text[length] == '\n'), number++) {
        length = strcspn(text, "\n");
        if (length >= sizeof line)
            return firn_reason_set(reason, "line %u is too long", number);
        memcpy(line, text, length);
        line[length] = '\0';
        if (!read_line(line, take, data, &inner))
            return firn_reason_set(reason, "line %u: %.200s", number, inner.text);
    }
    return true;
}

bool
firn_key_value_number(const char *value,
                      unsigned least,
                      unsigned most,
                      unsigned *out,
                      FirnReason *reason)
{
    char *end;
    unsigned long number;

    errno = 0;
    number = strtoul(value, &end, 10);
    if (!isdigit((unsigned char)*value) || *end != '\0' || errno != 0 || number < least ||
        number > most)
        return firn_reason_set(reason, "\"%s\" is not a number from %u to %u", value, least, most);
    *out = (unsigned)number;
    return true;
}

bool
firn_key_value_choice(const char *value,
                      const char *const *words,
                      unsigned *out,
                      FirnReason *reason)
{
    for (unsigned i = 0; words[i] != NULL; i++)
        if (strcmp(value, words[i]) == 0) {
            *out = i;
            return true;
        }
    return firn_reason_set(reason, "\"%s\" is unknown here", value);
}
