/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-guard.h"

#include <math.h>
#include <string.h>

#include "qmp-error.h"

typedef struct {
    const char *at;               /* (unowned) next byte to read */
    const char *end;              /* (unowned) after the last byte */
    const char *start;            /* (unowned) */
    const FirnJsonLimits *limits; /* (unowned) */
    guint depth;
    guint values;
    GError **error; /* (unowned) */
} Reader;

static gboolean read_value(Reader *reader);

static gboolean
refuse(Reader *reader, const char *what)
{
    g_set_error(reader->error,
                FIRN_QMP_ERROR,
                FIRN_QMP_ERROR_MALFORMED,
                "%s at byte %zu of a message",
                what,
                (gsize)(reader->at - reader->start));
    return FALSE;
}

static void
skip_space(Reader *reader)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL &&
           *reader->at != '\0')
        reader->at++;
}

static gboolean
take(Reader *reader, char wanted)
{
    skip_space(reader);
    if (reader->at == reader->end || *reader->at != wanted)
        return FALSE;
    reader->at++;
    return TRUE;
}

static gboolean
read_unit(Reader *reader, guint *out_unit)
{
    guint unit = 0;

    for (guint i = 0; i < 4; i++, reader->at++) {
        if (reader->at == reader->end || !g_ascii_isxdigit(*reader->at))
            return refuse(reader, "invalid \\u escape");
        unit = unit << 4 | (guint)g_ascii_xdigit_value(*reader->at);
    }
    *out_unit = unit;
    return TRUE;
}

static gboolean
read_code_point(Reader *reader, GString *text)
{
    guint high, low;

    if (!read_unit(reader, &high))
        return FALSE;
    if (high == 0)
        return refuse(reader, "NUL character");
    if (high < 0xd800 || high > 0xdfff) {
        g_string_append_unichar(text, high);
        return TRUE;
    }
    if (high > 0xdbff || reader->end - reader->at < 6 || memcmp(reader->at, "\\u", 2) != 0)
        return refuse(reader, "unpaired surrogate");
    reader->at += 2;
    if (!read_unit(reader, &low))
        return FALSE;
    if (low < 0xdc00 || low > 0xdfff)
        return refuse(reader, "unpaired surrogate");
    g_string_append_unichar(text, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
    return TRUE;
}

static gboolean
read_escape(Reader *reader, GString *text)
{
    static const char escapes[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    const char *found;

    if (reader->at == reader->end)
        return refuse(reader, "incomplete escape");
    if (*reader->at == 'u') {
        reader->at++;
        return read_code_point(reader, text);
    }
    found = *reader->at == '\0' ? NULL : strchr(escapes, *reader->at);
    if (found == NULL)
        return refuse(reader, "unknown escape");
    g_string_append_c(text, meanings[found - escapes]);
    reader->at++;
    return TRUE;
}

/* @text is the decoded string, so that "a" and "\u0061" are the same key. */
static gboolean
read_string(Reader *reader, GString *text)
{
    const char *begin;

    if (!take(reader, '"'))
        return refuse(reader, "expected a string");
    begin = reader->at;
    while (reader->at < reader->end && *reader->at != '"') {
        if ((guchar)*reader->at < 0x20)
            return refuse(reader, "control character in a string");
        if (*reader->at != '\\') {
            g_string_append_c(text, *reader->at++);
        } else {
            reader->at++;
            if (!read_escape(reader, text))
                return FALSE;
        }
        if ((gsize)(reader->at - begin) > reader->limits->string_bytes)
            return refuse(reader, "string too long");
    }
    return take(reader, '"') || refuse(reader, "unterminated string");
}

static gboolean
read_digits(Reader *reader)
{
    const char *begin = reader->at;

    while (reader->at < reader->end && g_ascii_isdigit(*reader->at))
        reader->at++;
    return reader->at > begin || refuse(reader, "invalid number");
}

static gboolean
number_fits(const char *text, gboolean is_integer)
{
    if (!is_integer)
        return isfinite(g_ascii_strtod(text, NULL));
    if (text[0] == '-')
        return g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, NULL, NULL);
    return g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, NULL, NULL);
}

static gboolean
read_number(Reader *reader)
{
    const char *begin = reader->at;
    gboolean is_integer = TRUE;
    g_autofree char *text = NULL;

    if (*reader->at == '-')
        reader->at++;
    if (reader->at < reader->end && *reader->at == '0')
        reader->at++;
    else if (!read_digits(reader))
        return FALSE;
    if (reader->at < reader->end && *reader->at == '.') {
        is_integer = FALSE;
        reader->at++;
        if (!read_digits(reader))
            return FALSE;
    }
    if (reader->at < reader->end && (*reader->at == 'e' || *reader->at == 'E')) {
        is_integer = FALSE;
        reader->at++;
        if (reader->at < reader->end && (*reader->at == '+' || *reader->at == '-'))
            reader->at++;
        if (!read_digits(reader))
            return FALSE;
    }
    text = g_strndup(begin, reader->at - begin);
    return number_fits(text, is_integer) || refuse(reader, "number out of range");
}

static gboolean
read_member(Reader *reader, GHashTable *keys)
{
    g_autoptr(GString) key = g_string_new(NULL);

    if (!read_string(reader, key))
        return FALSE;
    if (!g_hash_table_add(keys, g_strdup(key->str)))
        return refuse(reader, "duplicate key");
    return (take(reader, ':') || refuse(reader, "expected ':' after a key")) && read_value(reader);
}

static gboolean
read_members(Reader *reader, char close, GHashTable *keys)
{
    guint members = 0;

    if (take(reader, close))
        return TRUE;
    do {
        if (++members > reader->limits->members)
            return refuse(reader, "too many members");
        if (keys != NULL ? !read_member(reader, keys) : !read_value(reader))
            return FALSE;
    } while (take(reader, ','));
    return take(reader, close) || refuse(reader, "unterminated object or array");
}

static gboolean
read_container(Reader *reader, char close)
{
    g_autoptr(GHashTable) keys = NULL;
    gboolean ok;

    reader->at++;
    if (++reader->depth > reader->limits->depth)
        return refuse(reader, "nesting too deep");
    if (close == '}')
        keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ok = read_members(reader, close, keys);
    reader->depth--;
    return ok;
}

static gboolean
read_word(Reader *reader)
{
    static const char *const words[] = {"true", "false", "null"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        gsize length = strlen(words[i]);

        if ((gsize)(reader->end - reader->at) >= length &&
            memcmp(reader->at, words[i], length) == 0) {
            reader->at += length;
            return TRUE;
        }
    }
    return refuse(reader, "expected a value");
}

static gboolean
read_value(Reader *reader)
{
    if (++reader->values > reader->limits->values && reader->limits->values > 0)
        return refuse(reader, "too many values");
    skip_space(reader);
    if (reader->at == reader->end)
        return refuse(reader, "incomplete message");
    if (*reader->at == '{')
        return read_container(reader, '}');
    if (*reader->at == '[')
        return read_container(reader, ']');
    if (*reader->at == '"') {
        g_autoptr(GString) text = g_string_new(NULL);

        return read_string(reader, text);
    }
    if (*reader->at == '-' || g_ascii_isdigit(*reader->at))
        return read_number(reader);
    return read_word(reader);
}

gboolean
firn_json_guard_check(const char *text, gsize length, const FirnJsonLimits *limits, GError **error)
{
    Reader reader = {text, text, text, limits, 0, 0, error};

    if (length == 0)
        return refuse(&reader, "empty message");
    reader.end = text + length;
    if (length > limits->message_bytes)
        return refuse(&reader, "message too long");
    if (!g_utf8_validate_len(text, length, NULL))
        return refuse(&reader, "invalid UTF-8");
    skip_space(&reader);
    if (reader.at == reader.end || *reader.at != '{')
        return refuse(&reader, "not an object");
    if (!read_value(&reader))
        return FALSE;
    skip_space(&reader);
    return reader.at == reader.end || refuse(&reader, "data after the object");
}

JsonNode *
firn_json_guard_parse(const char *text, gsize length, const FirnJsonLimits *limits, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(GError) cause = NULL;
    JsonNode *root;

    if (!firn_json_guard_check(text, length, limits, error))
        return NULL;
    root = json_parser_load_from_data(parser, text, (gssize)length, &cause)
               ? json_parser_steal_root(parser)
               : NULL;
    if (root != NULL && JSON_NODE_HOLDS_OBJECT(root))
        return root;
    g_clear_pointer(&root, json_node_unref);
    g_set_error(error,
                FIRN_QMP_ERROR,
                FIRN_QMP_ERROR_MALFORMED,
                "not a JSON object: %s",
                cause == NULL ? "it is empty" : cause->message);
    return NULL;
}
