/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "color.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void
test_when(void)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    int file = open("/dev/null", O_WRONLY);

    g_assert_cmpint(terminal, >=, 0);
    g_unsetenv("NO_COLOR");
    g_setenv("TERM", "xterm", TRUE);
    g_assert_true(firn_color_is_wanted("auto", terminal));
    g_assert_false(firn_color_is_wanted("auto", file));
    g_assert_true(firn_color_is_wanted("always", file));
    g_assert_false(firn_color_is_wanted("never", terminal));
    g_setenv("TERM", "dumb", TRUE);
    g_assert_false(firn_color_is_wanted("auto", terminal));
    g_setenv("TERM", "xterm", TRUE);
    g_setenv("NO_COLOR", "1", TRUE);
    g_assert_false(firn_color_is_wanted("auto", terminal));
    g_assert_true(firn_color_is_wanted("always", terminal));
    close(terminal);
    close(file);
}

static void
test_verdicts(void)
{
    g_assert_cmpint(firn_color_of_snapshot("filesystem", "ready"), ==, FIRN_COLOR_GOOD);
    g_assert_cmpint(firn_color_of_snapshot("crash", "ready"), ==, FIRN_COLOR_CAUTION);
    g_assert_cmpint(firn_color_of_snapshot("filesystem", "unavailable"), ==, FIRN_COLOR_BAD);
    g_assert_cmpint(firn_color_of_snapshot("", "foreign"), ==, FIRN_COLOR_FAINT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/paint/when", test_when);
    g_test_add_func("/cli/paint/verdicts", test_verdicts);
    return g_test_run();
}
