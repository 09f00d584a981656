/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "findings.h"

static void
assert_lists(const FirnFindings *findings, const char *expected)
{
    g_autoptr(GVariant) list = firn_findings_to_variant(findings);
    g_autofree char *text = g_variant_print(list, FALSE);

    g_assert_true(g_variant_is_of_type(list, G_VARIANT_TYPE(FIRN_FINDINGS_TYPE)));
    g_assert_cmpstr(text, ==, expected);
}

static void
test_empty(void)
{
    g_autoptr(FirnFindings) findings = firn_findings_new();
    g_autoptr(GVariant) list = firn_findings_to_variant(findings);

    g_assert_cmpuint(g_variant_n_children(list), ==, 0);
}

static void
test_order(void)
{
    g_autoptr(FirnFindings) findings = firn_findings_new();
    g_autoptr(FirnFindings) others = firn_findings_new();

    firn_findings_add(others, FIRN_SEVERITY_ERROR, "C", "third", "bad", "repair it");
    firn_findings_say(findings, "A", "first", "%d of %d", 1, 3);
    firn_findings_add(findings, FIRN_SEVERITY_WARNING, "B", "second", "so so", "");
    firn_findings_take(findings, others);
    assert_lists(findings,
                 "[('A', 'ok', 'first', '1 of 3', ''), ('B', 'warning', 'second', 'so so', ''), "
                 "('C', 'error', 'third', 'bad', 'repair it')]");
}

/* Paths and text from guests may contain any bytes. */
static void
test_printable(void)
{
    g_autoptr(FirnFindings) findings = firn_findings_new();

    firn_findings_add(findings, FIRN_SEVERITY_OK, "A", "\033[31m", "/a\xff", "\n");
    assert_lists(findings, "[('A', 'ok', '\\\\x1b[31m', '/a\\\\xff', '\\\\x0a')]");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/findings/empty", test_empty);
    g_test_add_func("/base/findings/order", test_order);
    g_test_add_func("/base/findings/printable", test_printable);
    return g_test_run();
}
