/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "adopted-label.h"
#include "fuzz.h"
#include "snapshot-name.h"

#define ALLOWED "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-"

static void
assert_label(const char *text, gsize bytes_max)
{
    g_assert_cmpuint(strlen(text), >, 0);
    g_assert_cmpuint(strlen(text), <=, bytes_max);
    g_assert_cmpuint(strspn(text, ALLOWED), ==, strlen(text));
    g_assert_cmpint(text[0], !=, '-');
    g_assert_cmpint(text[0], !=, '.');
}

static void
try_name(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *tag = NULL;

    if (!firn_snapshot_name_check(text, &error)) {
        firn_fuzz_assert_printable(error->message, 512);
        return;
    }
    assert_label(text, 63);
    tag = firn_snapshot_name_to_tag(text, "6f1f6b0a-90ad-4f1e-9a57-1f0e6b1c2d3e");
    g_assert_true(firn_snapshot_tag_check(tag, NULL));
}

static void
try_comment(const char *text)
{
    g_autoptr(GError) error = NULL;

    if (!firn_comment_check(text, &error)) {
        firn_fuzz_assert_printable(error->message, 512);
        return;
    }
    g_assert_cmpuint(strlen(text), <=, 1024);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        g_assert_false(g_unichar_iscntrl(g_utf8_get_char(at)));
}

/* For any tag, the name made from it is a valid name. */
static void
try_adopted(const char *text)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *uuid = firn_adopted_label_uuid(text);
    g_autofree char *name = NULL;

    if (!g_utf8_validate(text, -1, NULL))
        return;
    name = firn_adopted_label_name(text, taken);
    g_assert_true(firn_snapshot_name_check(name, NULL));
    g_assert_true(g_uuid_string_is_valid(uuid));
}

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autofree char *text = g_strndup((const char *)bytes, length);

    try_name(text);
    try_comment(text);
    if (firn_snapshot_tag_check(text, NULL)) {
        assert_label(text, 72);
        g_assert_nonnull(strchr(text, '.'));
        g_assert_true(firn_adopted_tag_check(text, NULL));
    }
    try_adopted(text);
}
