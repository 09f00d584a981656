/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-command.h"

#include <glib.h>

#define RUN(...) firn_run_command((const char *const[]){__VA_ARGS__, NULL})

static void
test_statuses(void)
{
    g_assert_cmpint(RUN("true"), ==, 0);
    g_assert_cmpint(RUN("sh", "-c", "exit 5"), ==, 5);
    g_assert_cmpint(RUN("sh", "-c", "kill -9 $$"), ==, 137);
    g_assert_cmpint(RUN("/not/there"), ==, 127);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-hooks/run-command/statuses", test_statuses);
    return g_test_run();
}
