/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-guard.h"

#include <string.h>

#include "qmp-error.h"

static const FirnJsonLimits small = {200, 12, 5, 3};

typedef struct {
    const char *name;
    const char *text;
} Case;

static const Case accepted[] = {
    {"empty-object",      "{}"                                                    },
    {"all-kinds",         "{\"a\":[1,-2.5e3,true,false,null],\"b\":{\"c\":\"d\"}}"},
    {"spaces",            " {\t\"a\" :\r\n1 } "                                   },
    {"escapes",           "{\"a\":\"\\\"\\\\\\n\\u00e9\"}"                        },
    {"surrogate-pair",    "{\"a\":\"\\ud83d\\ude00\"}"                            },
    {"as-deep-as-may-be", "{\"a\":[[1]]}"                                         },
    {"largest-number",    "{\"a\":18446744073709551615}"                          },
};

static const Case refused[] = {
    {"nothing",               ""                                   },
    {"array",                 "[1]"                                },
    {"too-deep",              "{\"a\":[[[1]]]}"                    },
    {"thousands-deep",        "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[["},
    {"too-many-members",      "{\"a\":[1,2,3,4,5,6]}"              },
    {"long-string",           "{\"a\":\"0123456789012\"}"          },
    {"long-string-by-escape", "{\"a\":\"012345678\\u0061\"}"       },
    {"key-twice",             "{\"a\":1,\"a\":2}"                  },
    {"key-twice-in-disguise", "{\"a\":1,\"\\u0061\":2}"            },
    {"trailing-data",         "{} {}"                              },
    {"trailing-comma",        "{\"a\":1,}"                         },
    {"comment",               "{/* json-glib likes this */}"       },
    {"single-quotes",         "{'a':1}"                            },
    {"bare-word",             "{\"a\":nul}"                        },
    {"number-1e400",          "{\"a\":1e400}"                      },
    {"number-2-to-the-64",    "{\"a\":18446744073709551616}"       },
    {"number-with-zero",      "{\"a\":01}"                         },
    {"number-half",           "{\"a\":1.}"                         },
    {"minus-alone",           "{\"a\":-}"                          },
    {"lone-surrogate",        "{\"a\":\"\\ud800\"}"                },
    {"swapped-surrogates",    "{\"a\":\"\\udc00\\ud800\"}"         },
    {"nul-escape",            "{\"a\":\"\\u0000\"}"                },
    {"invalid-utf-8",         "{\"a\":\"\xc3\x28\"}"               },
    {"byte-order-mark",       "\xef\xbb\xbf{}"                     },
    {"control-character",     "{\"a\":\"\x07\"}"                   },
    {"unfinished-string",     "{\"a\":\"b"                         },
    {"unfinished-escape",     "{\"a\":\"\\"                        },
};

static void
test_accepted(gconstpointer data)
{
    const Case *example = data;
    g_autoptr(GError) error = NULL;

    firn_json_guard_check(example->text, strlen(example->text), &small, &error);
    g_assert_no_error(error);
}

static void
test_refused(gconstpointer data)
{
    const Case *example = data;
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_json_guard_check(example->text, strlen(example->text), &small, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_nul_byte(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_json_guard_check("{}\0{}", 5, &small, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_long_message(void)
{
    g_autofree char *text = g_strnfill(201, ' ');
    g_autoptr(GError) error = NULL;

    memcpy(text, "{}", 2);
    g_assert_true(firn_json_guard_check(text, 200, &small, NULL));
    g_assert_false(firn_json_guard_check(text, 201, &small, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
add_cases(const char *folder, const Case *cases, guint n, GTestDataFunc test)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *path = g_strconcat("/qmp/json-guard/", folder, "/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test);
    }
}

/* An empty GBytes has no data pointer. */
static void
test_no_bytes(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_json_guard_check(NULL, 0, &small, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

/* No container has too many members and the message is short, but parsed it would take 100 MiB. */
static void
test_many_values(void)
{
    g_autoptr(GString) text = g_string_new("{\"return\":[[]");
    g_autofree char *row = g_strnfill(3 * 9999, ' ');
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < 9999; i++)
        memcpy(row + 3 * i, i + 1 < 9999 ? "{}," : "{} ", 3);
    for (guint i = 0; i < 30; i++)
        g_string_append_printf(text, ",[%s]", row);
    g_string_append(text, "]}");
    g_assert_cmpuint(text->len, <, FIRN_JSON_LIMITS_AGENT.message_bytes);
    g_assert_false(firn_json_guard_check(text->str, text->len, &FIRN_JSON_LIMITS_AGENT, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

/* json-glib alone would overflow its stack. */
static void
test_parse_deep(void)
{
    g_autoptr(GString) text = g_string_new("{\"a\":");
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < 200000; i++)
        g_string_append_c(text, '[');
    for (guint i = 0; i < 200000; i++)
        g_string_append_c(text, ']');
    g_string_append_c(text, '}');
    g_assert_null(firn_json_guard_parse(text->str, text->len, &FIRN_JSON_LIMITS_MONITOR, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_parse_object(void)
{
    static const char text[] = " {\"a\": 7} ";
    g_autoptr(JsonNode) node =
        firn_json_guard_parse(text, strlen(text), &FIRN_JSON_LIMITS_AGENT, NULL);

    g_assert_nonnull(node);
    g_assert_cmpint(json_object_get_int_member(json_node_get_object(node), "a"), ==, 7);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_cases("accepts", accepted, G_N_ELEMENTS(accepted), test_accepted);
    add_cases("refuses", refused, G_N_ELEMENTS(refused), test_refused);
    g_test_add_func("/qmp/json-guard/refuses/no-bytes", test_no_bytes);
    g_test_add_func("/qmp/json-guard/refuses/many-small-values", test_many_values);
    g_test_add_func("/qmp/json-guard/refuses/nul-byte", test_nul_byte);
    g_test_add_func("/qmp/json-guard/refuses/long-message", test_long_message);
    g_test_add_func("/qmp/json-guard/parse/deep-nesting", test_parse_deep);
    g_test_add_func("/qmp/json-guard/parse/object", test_parse_object);
    return g_test_run();
}
