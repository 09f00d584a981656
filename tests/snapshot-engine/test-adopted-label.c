/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adopted-label.h"

#include <string.h>

#include "snapshot-name.h"

#define X60 "a23456789012345678901234567890123456789012345678901234567890"

static const struct {
    const char *tag;
    const char *name;
} labels[] = {
    {"nightly",                              "nightly"                                     },
    {"before.0123abcd",                      "before"                                      },
    {"a.b.0123abcd",                         "a.b"                                         },
    {"nightly.20261127",                     "nightly.20261127"                            },
    {"nightly.0123ABCD",                     "nightly.0123ABCD"                            },
    {".0123abcd",                            "0123abcd"                                    },
    {"current.0123abcd",                     "adopted-current"                             },
    {"before the upgrade",                   "before-the-upgrade"                          },
    {"-n",                                   "n"                                           },
    {"../../etc",                            "etc"                                         },
    {"K\xc3\xa4se",                          "K-se"                                        },
    {"\xc3\xa4",                             "adopted-snapshot"                            },
    {"12",                                   "adopted-12"                                  },
    {"ALL",                                  "adopted-ALL"                                 },
    {"12345678-1234-1234-1234-123456789abc", "adopted-12345678-1234-1234-1234-123456789abc"},
    {X60 "xyz0",                             X60 "xyz"                                     },
};

static void
test_name(void)
{
    g_autoptr(GHashTable) nothing = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < G_N_ELEMENTS(labels); i++) {
        g_autofree char *name = firn_adopted_label_name(labels[i].tag, nothing);

        g_assert_cmpstr(name, ==, labels[i].name);
        g_assert_true(firn_snapshot_name_check(name, NULL));
    }
}

static void
test_taken(void)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *second = NULL, *third = NULL, *cut = NULL;

    g_hash_table_add(taken, "nightly");
    g_hash_table_add(taken, X60 "xyz");
    second = firn_adopted_label_name("Nightly", taken);
    g_assert_cmpstr(second, ==, "Nightly-2");
    g_hash_table_add(taken, "nightly-2");
    third = firn_adopted_label_name("Nightly", taken);
    g_assert_cmpstr(third, ==, "Nightly-3");
    cut = firn_adopted_label_name(X60 "xyz", taken);
    g_assert_cmpstr(cut, ==, X60 "x-2");
}

static void
test_uuid(void)
{
    g_autofree char *own = firn_adopted_label_uuid("before.0123abcd");
    g_autofree char *other = firn_adopted_label_uuid("nightly.20261127");
    g_autofree char *tag = firn_snapshot_name_to_tag("before", own);

    g_assert_cmpstr(tag, ==, "before.0123abcd");
    g_assert_true(g_uuid_string_is_valid(own));
    g_assert_true(g_uuid_string_is_valid(other));
    g_assert_false(g_str_has_prefix(other, "20261127"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/adopted-label/name", test_name);
    g_test_add_func("/snapshot-engine/adopted-label/name-is-taken", test_taken);
    g_test_add_func("/snapshot-engine/adopted-label/uuid", test_uuid);
    return g_test_run();
}
