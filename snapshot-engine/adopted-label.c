/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adopted-label.h"

#include <string.h>

#include "snapshot-name.h"

#define NAME_BYTES_MAX 63
#define DIGITS         8
#define PREFIX         "adopted-"

/* Finds the digits of a UUID at the end of a tag that firn chose; NULL if there are none. Digits
 * without a letter are more likely a date. */
static const char *
find_digits(const char *tag)
{
    gsize length = strlen(tag);
    const char *digits = length > DIGITS + 1 ? tag + length - DIGITS : NULL;

    if (digits == NULL || digits[-1] != '.' || strspn(digits, "0123456789abcdef") != DIGITS ||
        strspn(digits, "0123456789") == DIGITS || !firn_snapshot_tag_check(tag, NULL))
        return NULL;
    return digits;
}

static char *
spell(const char *tag, gsize bytes)
{
    g_autofree char *text = g_strndup(tag, bytes);
    GString *label = g_string_new(NULL);

    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gboolean is_allowed = g_ascii_isalnum(*at) || strchr("._-", *at) != NULL;

        if (label->len > 0 || g_ascii_isalnum(*at))
            g_string_append_c(label, is_allowed ? *at : '-');
    }
    return g_string_free(label, FALSE);
}

static char *
make_base(const char *tag)
{
    const char *digits = find_digits(tag);
    g_autofree char *label = spell(tag, digits == NULL ? strlen(tag) : (gsize)(digits - tag - 1));
    char *prefixed;

    label[MIN(strlen(label), NAME_BYTES_MAX)] = '\0';
    if (firn_snapshot_name_check(label, NULL))
        return g_steal_pointer(&label);
    prefixed = g_strconcat(PREFIX, *label == '\0' ? "snapshot" : label, NULL);
    prefixed[MIN(strlen(prefixed), NAME_BYTES_MAX)] = '\0';
    return prefixed;
}

char *
firn_adopted_label_name(const char *tag, GHashTable *taken)
{
    g_autofree char *base = make_base(tag);
    char *name = g_strdup(base);

    for (guint i = 2;; i++) {
        g_autofree char *folded = g_ascii_strdown(name, -1);
        g_autofree char *suffix = g_strdup_printf("-%u", i);
        gsize room = NAME_BYTES_MAX - strlen(suffix);

        if (!g_hash_table_contains(taken, folded))
            return name;
        g_free(name);
        name = g_strdup_printf("%.*s%s", (int)MIN(strlen(base), room), base, suffix);
    }
}

char *
firn_adopted_label_uuid(const char *tag)
{
    const char *digits = find_digits(tag);
    char *uuid = g_uuid_string_random();

    if (digits != NULL)
        memcpy(uuid, digits, DIGITS);
    return uuid;
}
