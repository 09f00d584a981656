/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-name.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine-error.h"

#define X63 "a23456789012345678901234567890123456789012345678901234567890123"

static const char *const good[] =
    {"a", "0a", "before-upgrade", "2026-11-20_12-00-00", "A.b_c-D", "currently", "deadbeef", X63};

static const char *const bad[] = {"",
                                  " ",
                                  "-n",
                                  ".hidden",
                                  "_a",
                                  "../../etc",
                                  "a/b",
                                  "a b",
                                  "a\n",
                                  "a\a",
                                  "a,file=/etc/passwd",
                                  "a%n",
                                  "]]>",
                                  "--help",
                                  "7",
                                  "20261120",
                                  "current",
                                  "Current",
                                  "NONE",
                                  "All",
                                  "@latest",
                                  "ä",
                                  "а", /* Cyrillic */
                                  "a\xc0\xaf",
                                  "12345678-1234-1234-1234-123456789abc",
                                  "12345678-1234-1234-1234-123456789ABC",
                                  "123456781234123412341234567890aF",
                                  X63 "x"};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(firn_snapshot_name_check(good[i], &error));
        g_assert_no_error(error);
    }
}

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        if (firn_snapshot_name_check(bad[i], &error))
            g_test_message("accepted: %s", bad[i]);
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        g_assert_null(strpbrk(error->message, "\n\a\033"));
    }
}

/* With random bytes, only names of the allowed characters and lengths are accepted. */
static void
test_random_bytes(void)
{
    for (guint round = 0; round < 20000; round++) {
        char name[80] = {0};
        guint length = g_test_rand_int_range(1, 70);

        for (guint i = 0; i < length; i++)
            name[i] = (char)g_test_rand_int_range(round % 2 ? 1 : '-', round % 2 ? 256 : 'z');
        if (!firn_snapshot_name_check(name, NULL))
            continue;
        g_assert_cmpuint(strlen(name), <=, 63);
        g_assert_true(g_ascii_isalnum(name[0]));
        for (guint i = 0; i < length; i++)
            g_assert_true(g_ascii_isalnum(name[i]) || strchr("._-", name[i]) != NULL);
    }
}

static void
test_default(void)
{
    g_autofree char *name = firn_snapshot_name_default((gint64)1795176000 * G_USEC_PER_SEC + 7);
    g_autoptr(GError) error = NULL;
    struct tm local;
    time_t now = 1795176000;
    char expected[32];

    localtime_r(&now, &local);
    strftime(expected, sizeof expected, "%Y-%m-%d_%H-%M-%S", &local);
    g_assert_cmpstr(name, ==, expected);
    g_assert_cmpstr(name, ==, "2026-11-20_15-00-00");
    firn_snapshot_name_check(name, &error);
    g_assert_no_error(error);
}

static void
test_tag(void)
{
    g_autofree char *tag =
        firn_snapshot_name_to_tag("before", "0123abcd-1234-1234-1234-123456789abc");
    g_autofree char *longest =
        firn_snapshot_name_to_tag(X63, "0123abcd-1234-1234-1234-123456789abc");

    g_assert_cmpstr(tag, ==, "before.0123abcd");
    g_assert_true(firn_snapshot_tag_check(tag, NULL));
    g_assert_true(firn_snapshot_tag_check(longest, NULL));
}

static void
test_foreign_tag(void)
{
    static const char *const tags[] = {"", "1", "12", "before", "-d", ".1", "a.b c", X63 X63 ".1"};

    for (guint i = 0; i < G_N_ELEMENTS(tags); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(firn_snapshot_tag_check(tags[i], &error));
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    }
}

static void
test_adopted_tag(void)
{
    g_autofree char *longest = g_strnfill(255, 'x');
    g_autofree char *too_long = g_strnfill(256, 'x');
    const char *const addressable[] = {"before", "-d", " ", "a b", "K\xc3\xa4se", "1.", longest};
    const char *const odd[] = {"", "a\nb", "\a", "a\xff", "a\xef\xbf\xbd", too_long};

    for (guint i = 0; i < G_N_ELEMENTS(addressable); i++)
        g_assert_true(firn_adopted_tag_check(addressable[i], NULL));
    for (guint i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(firn_adopted_tag_check(odd[i], &error));
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    }
}

static void
test_number_for_a_tag(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_adopted_tag_check("12", &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_AMBIGUOUS);
}

static void
test_comment(void)
{
    g_autofree char *longest = g_strnfill(1024, 'x');
    g_autofree char *too_long = g_strnfill(1025, 'x');

    g_assert_true(firn_comment_check("", NULL));
    g_assert_true(firn_comment_check("kernel 6.1 -> 6.12, für alle", NULL));
    g_assert_true(firn_comment_check(longest, NULL));
    g_assert_false(firn_comment_check(too_long, NULL));
    g_assert_false(firn_comment_check("a\nb", NULL));
    g_assert_false(firn_comment_check("a\033[0m", NULL));
    g_assert_false(firn_comment_check("a\xc2\x85", NULL));
    g_assert_false(firn_comment_check("a\xff", NULL));
}

int
main(int argc, char **argv)
{
    /* Far from UTC, so that a name in UTC is noticed. */
    setenv("TZ", "FIRN-3", 1);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/snapshot-name/check/good", test_good);
    g_test_add_func("/snapshot-engine/snapshot-name/check/bad", test_bad);
    g_test_add_func("/snapshot-engine/snapshot-name/check/random-bytes", test_random_bytes);
    g_test_add_func("/snapshot-engine/snapshot-name/default/local-time", test_default);
    g_test_add_func("/snapshot-engine/snapshot-name/tag/of-name", test_tag);
    g_test_add_func("/snapshot-engine/snapshot-name/tag/foreign", test_foreign_tag);
    g_test_add_func("/snapshot-engine/snapshot-name/tag/adopted", test_adopted_tag);
    g_test_add_func("/snapshot-engine/snapshot-name/tag/adopted-number", test_number_for_a_tag);
    g_test_add_func("/snapshot-engine/snapshot-name/comment", test_comment);
    return g_test_run();
}
