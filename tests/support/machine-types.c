/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine-types.h"

#include "disk-image.h"
#include "guest-image.h"

#define MEANS "^q35 .*\\(alias of (\\S+)\\)"
#define KNOWS "^(pc-q35-\\S+) "

static char *q35;
static char *older;

static void
read_types(const char *help)
{
    g_autoptr(GRegex) means = g_regex_new(MEANS, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GRegex) knows = g_regex_new(KNOWS, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) alias = NULL;
    g_autoptr(GMatchInfo) type = NULL;

    g_assert_true(g_regex_match(means, help, 0, &alias));
    q35 = g_match_info_fetch(alias, 1);
    g_regex_match(knows, help, 0, &type);
    for (; older == NULL && g_match_info_matches(type); g_match_info_next(type, NULL)) {
        g_autofree char *name = g_match_info_fetch(type, 1);

        if (!g_str_equal(name, q35))
            older = g_steal_pointer(&name);
    }
    g_assert_nonnull(older);
}

const char *
firn_test_machine_types_in(const char *text)
{
    GString *filled = g_string_new(text);
    const char *interned;

    if (q35 == NULL) {
        g_autofree char *help = firn_test_disk_image_run(FIRN_TEST_QEMU, "-machine", "help", NULL);

        read_types(help);
    }
    g_string_replace(filled, "@q35@", q35, 0);
    g_string_replace(filled, "@older@", older, 0);
    interned = text == NULL ? NULL : g_intern_string(filled->str);
    g_string_free(filled, TRUE);
    return interned;
}
