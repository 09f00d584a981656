/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-object.h"

#include <string.h>

#include "qmp-error.h"

#define GOOD                                                                                       \
    "{\"version\": 1, \"number\": 5, \"yes\": true, \"text\": \"a\", \"child\": {\"text\": "       \
    "null}, "                                                                                      \
    "\"list\": [1, 2]}"

/* Reads all that GOOD has; returns which member is bad, NULL if none is. */
static char *
read_all(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = firn_vss_object_parse(text, strlen(text), &error);
    const char *bad;
    FirnVssObject object, child;
    JsonArray *array;
    g_autofree char *some = NULL, *none = NULL;

    g_assert_no_error(error);
    object = firn_vss_object_begin(node, &bad);
    firn_vss_object_take_number(&object, "number", 9);
    firn_vss_object_take_boolean(&object, "yes");
    some = firn_vss_object_take_text(&object, "text");
    child = firn_vss_object_take_object(&object, "child");
    none = firn_vss_object_take_text_or_null(&child, "text");
    firn_vss_object_take_list(&object, "list", 2, &array);
    g_assert_nonnull(some);
    if (firn_vss_object_check(&object, &error))
        return NULL;
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
    return g_strdup(bad);
}

static void
test_good(void)
{
    g_autofree char *bad = read_all(GOOD);

    g_assert_cmpstr(bad, ==, NULL);
}

/* Whatever has another type than it has to have, or is not there, spoils the document. */
static void
test_bad(gconstpointer data)
{
    const char *const *example = data;
    g_auto(GStrv) parts = g_strsplit(GOOD, example[0], 2);
    g_autofree char *text = g_strjoinv(example[1], parts);
    g_autofree char *bad = read_all(text);

    g_assert_cmpstr(text, !=, GOOD);
    g_assert_cmpstr(bad, ==, example[2]);
}

static const char *const examples[][4] = {
    {"\"version\": 1, ", "",                   "version", "no-version"     },
    {"\"version\": 1",   "\"version\": 2",     "version", "later-version"  },
    {"\"version\": 1",   "\"version\": \"1\"", "version", "version-as-text"},
    {": 5",              ": 10",               "number",  "too-large"      },
    {": 5",              ": -1",               "number",  "negative"       },
    {": 5",              ": 5.0",              "number",  "fraction"       },
    {": 5",              ": 1e300",            "number",  "huge"           },
    {": 5",              ": null",             "number",  "number-null"    },
    {": true",           ": 1",                "yes",     "number-as-truth"},
    {": true",           ": \"true\"",         "yes",     "text-as-truth"  },
    {"\"a\"",            "\"\"",               "text",    "text-empty"     },
    {"\"a\"",            "null",               "text",    "text-null"      },
    {"{\"text\": null}", "[]",                 "child",   "child-a-list"   },
    {"{\"text\": null}", "null",               "child",   "child-null"     },
    {"\"text\": null",   "\"text\": 5",        "text",    "child-text"     },
    {"\"text\": null",   "\"other\": null",    "text",    "child-empty"    },
    {"[1, 2]",           "{}",                 "list",    "list-an-object" },
    {"[1, 2]",           "[1, 2, 3]",          "list",    "list-too-long"  },
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-object/good", test_good);
    for (guint i = 0; i < G_N_ELEMENTS(examples); i++) {
        g_autofree char *path = g_strconcat("/vss-object/bad/", examples[i][3], NULL);

        g_test_add_data_func(path, examples[i], test_bad);
    }
    return g_test_run();
}
