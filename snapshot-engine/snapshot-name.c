/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-name.h"

#include <string.h>

#include "engine-error.h"
#include "printable.h"

#define NAME_BYTES_MAX    63
#define TAG_BYTES_MAX     (NAME_BYTES_MAX + 9)
#define COMMENT_BYTES_MAX 1024
#define FOREIGN_BYTES_MAX 255
#define UNSPELLABLE       0xFFFD
#define UUID_DIGITS       32

static const char *const reserved_words[] = {"all", "current", "none"};

static gboolean
is_label(const char *text, gsize bytes_max)
{
    static const char others[] = "._-";

    if (!g_ascii_isalnum(text[0]) || strlen(text) > bytes_max)
        return FALSE;
    for (const char *byte = text; *byte != '\0'; byte++)
        if (!g_ascii_isalnum(*byte) && strchr(others, *byte) == NULL)
            return FALSE;
    return TRUE;
}

static gboolean
is_uuid_like(const char *name)
{
    return g_uuid_string_is_valid(name) ||
           (strlen(name) == UUID_DIGITS && strspn(name, "0123456789abcdefABCDEF") == UUID_DIGITS);
}

static gboolean
is_reserved(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(reserved_words); i++)
        if (g_ascii_strcasecmp(name, reserved_words[i]) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
refuse(GError **error, const char *name, const char *why)
{
    g_autofree char *printable = firn_printable(name);

    g_set_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID, "\"%s\" %s", printable, why);
    return FALSE;
}

gboolean
firn_snapshot_name_check(const char *name, GError **error)
{
    if (!is_label(name, NAME_BYTES_MAX))
        return refuse(error,
                      name,
                      "is not a valid snapshot name: use 1 to 63 of A-Z, a-z, 0-9, dot, underscore "
                      "and hyphen, beginning with a letter or digit");
    if (strspn(name, "0123456789") == strlen(name))
        return refuse(error, name, "is not a valid snapshot name: it needs more than digits");
    if (is_uuid_like(name))
        return refuse(error, name, "is not a valid snapshot name: it looks like a UUID");
    if (is_reserved(name))
        return refuse(error, name, "is not a valid snapshot name: the word is reserved");
    return TRUE;
}

char *
firn_snapshot_name_default(gint64 now_us)
{
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_us / G_USEC_PER_SEC);

    g_return_val_if_fail(now != NULL, NULL);
    return g_date_time_format(now, "%Y-%m-%d_%H-%M-%S");
}

char *
firn_snapshot_name_to_tag(const char *name, const char *uuid)
{
    return g_strdup_printf("%s.%.8s", name, uuid);
}

gboolean
firn_snapshot_tag_check(const char *tag, GError **error)
{
    if (!is_label(tag, TAG_BYTES_MAX) || strchr(tag, '.') == NULL)
        return refuse(error, tag, "is not a tag that firn has chosen");
    return TRUE;
}

static gboolean
is_spelt(const char *tag)
{
    if (*tag == '\0' || strlen(tag) > FOREIGN_BYTES_MAX || !g_utf8_validate(tag, -1, NULL))
        return FALSE;
    for (const char *at = tag; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);

        if (g_unichar_iscntrl(character) || character == UNSPELLABLE)
            return FALSE;
    }
    return TRUE;
}

gboolean
firn_adopted_tag_check(const char *tag, GError **error)
{
    if (!is_spelt(tag))
        return refuse(
            error,
            tag,
            "is a tag that not every tool can handle: it is empty, longer than 255 bytes, "
            "or has control characters or invalid UTF-8");
    if (strspn(tag, "0123456789") < strlen(tag))
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_AMBIGUOUS,
                "\"%s\" is ambiguous: tools may take it for a snapshot id",
                tag);
    return FALSE;
}

gboolean
firn_comment_check(const char *comment, GError **error)
{
    if (strlen(comment) > COMMENT_BYTES_MAX)
        return refuse(error, comment, "is too long for a comment: use at most 1024 bytes");
    if (!g_utf8_validate(comment, -1, NULL))
        return refuse(error, comment, "is not a valid comment: it is not valid UTF-8");
    for (const char *at = comment; *at != '\0'; at = g_utf8_next_char(at))
        if (g_unichar_iscntrl(g_utf8_get_char(at)))
            return refuse(error, comment, "is not a valid comment: it has a control character");
    return TRUE;
}
