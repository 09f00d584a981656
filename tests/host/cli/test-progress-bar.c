/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "progress-bar.h"

static void
assert_bar(double progress, const char *expected)
{
    g_autofree char *line = firn_progress_bar_format("cut", progress);

    g_assert_cmpstr(line, ==, expected);
}

static void
test_format(void)
{
    assert_bar(0.0, "[--------------------] cut");
    assert_bar(0.5, "[##########----------] cut");
    assert_bar(1.0, "[####################] cut");
    assert_bar(7.0, "[####################] cut");
    assert_bar(-1.0, "[--------------------] cut");
}

static void
draw(void)
{
    g_autoptr(FirnProgressBar) bar = firn_progress_bar_new(TRUE);

    firn_progress_bar_draw(bar, "cut", 0.5);
}

static void
test_silent_without_terminal(void)
{
    if (g_test_subprocess()) {
        draw();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/progress-bar/format", test_format);
    g_test_add_func("/cli/progress-bar/silent-without-terminal", test_silent_without_terminal);
    return g_test_run();
}
