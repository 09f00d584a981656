/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-output.h"

static void
assert_key(const char *name, const char *expected)
{
    g_autofree char *key = firn_json_key(name);

    g_assert_cmpstr(key, ==, expected);
}

static void
test_key(void)
{
    assert_key("UUID", "uuid");
    assert_key("Name", "name");
    assert_key("CurrentSnapshot", "current_snapshot");
    assert_key("StartedByUID", "started_by_uid");
    assert_key("VM", "vm");
    assert_key("frozen-for", "frozen_for");
    assert_key("frozen_us", "frozen_us");
    assert_key("RunState", "run_state");
}

static void
test_parse(void)
{
    g_autoptr(GVariant) evidence =
        firn_json_parse("{\"quiesce\": \"try\", \"frozen\": 2, \"indications\": [\"Online\"]}");
    const char *quiesce = NULL;
    gint64 frozen = 0;

    g_assert_true(g_variant_lookup(evidence, "quiesce", "&s", &quiesce));
    g_assert_cmpstr(quiesce, ==, "try");
    g_assert_true(g_variant_lookup(evidence, "frozen", "x", &frozen));
    g_assert_cmpint(frozen, ==, 2);
}

static void
test_parse_nonsense(void)
{
    static const char *const texts[] = {"", "[1, 2]", "{", "7", "null"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GVariant) evidence = firn_json_parse(texts[i]);

        g_assert_cmpuint(g_variant_n_children(evidence), ==, 0);
    }
}

static void
print_everything(void)
{
    firn_json_print(
        g_variant_new_parsed("{'UUID': <'a\\u001b\\u001f\\u007f\\u009b\\u202e\\U000e0001☃'>, 'N': "
                             "<uint64 1795214727807517>,"
                             "'Is': <true>, 'List': <['x']>, 'Inner': <{'a-b': <1>}>,"
                             "'Share': <0.5>}"));
}

static void
test_print(void)
{
    if (g_test_subprocess()) {
        print_everything();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout(
        "*\"uuid\" : \"a\\u001b\\u001f\\u007f\\u009b\\u202e\\udb40\\udc01☃\",\n"
        "*\"n\" : 1795214727807517,\n"
        "*\"is\" : true,\n"
        "*\"list\" : [\n*\"x\"\n*],\n"
        "*\"inner\" : {\n*\"a_b\" : 1\n*},\n"
        "*\"share\" : 0.5\n*");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/json-output/key", test_key);
    g_test_add_func("/cli/json-output/parse", test_parse);
    g_test_add_func("/cli/json-output/parse-nonsense", test_parse_nonsense);
    g_test_add_func("/cli/json-output/print", test_print);
    return g_test_run();
}
