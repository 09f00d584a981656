/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-limits.h"

static void
test_defaults(void)
{
    FirnFreezeLimits limits;

    firn_freeze_limits_init(&limits);
    g_assert_cmpint(limits.quiesce, ==, FIRN_QUIESCE_REQUIRE);
    g_assert_cmpuint(limits.deadline_ms, ==, 300000);
    g_assert_cmpuint(firn_freeze_limits_get_freeze_wait_ms(&limits, "debian"), ==, 60000);
    g_assert_cmpuint(firn_freeze_limits_get_freeze_wait_ms(&limits, NULL), ==, 60000);
    g_assert_cmpuint(firn_freeze_limits_get_freeze_wait_ms(&limits, "mswindows"), ==, 20000);
    g_assert_cmpuint(limits.retry_min_ms, ==, 30000);
}

static void
test_frozen_max(void)
{
    FirnFreezeLimits limits;

    firn_freeze_limits_init(&limits);
    g_assert_cmpuint(firn_freeze_limits_get_frozen_max_ms(&limits, "debian"), ==, 30000);
    g_assert_cmpuint(firn_freeze_limits_get_frozen_max_ms(&limits, NULL), ==, 30000);
    g_assert_cmpuint(firn_freeze_limits_get_frozen_max_ms(&limits, "mswindows"), ==, 8000);
    limits.frozen_max_ms = 500;
    g_assert_cmpuint(firn_freeze_limits_get_frozen_max_ms(&limits, "mswindows"), ==, 500);
    limits.frozen_max_ms = 30000;
    g_assert_cmpuint(firn_freeze_limits_get_frozen_max_ms(&limits, "mswindows"), ==, 10000);
    g_assert_cmpuint(firn_freeze_limits_get_frozen_max_ms(&limits, "debian"), ==, 30000);
}

/* Twenty seconds, unless a freeze may take longer. */
static void
test_in_all(void)
{
    FirnFreezeLimits limits;

    firn_freeze_limits_init(&limits);
    g_assert_cmpuint(firn_freeze_limits_get_in_all_max_ms(&limits, "debian"), ==, 0);
    g_assert_cmpuint(firn_freeze_limits_get_in_all_max_ms(&limits, "mswindows"), ==, 20000);
    limits.freeze_wait_ms = 5000;
    g_assert_cmpuint(firn_freeze_limits_get_freeze_wait_ms(&limits, "mswindows"), ==, 5000);
    g_assert_cmpuint(firn_freeze_limits_get_in_all_max_ms(&limits, "mswindows"), ==, 20000);
    limits.freeze_wait_ms = 40000;
    g_assert_cmpuint(firn_freeze_limits_get_in_all_max_ms(&limits, "mswindows"), ==, 40000);
    limits.freeze_wait_ms = 3600000;
    g_assert_cmpuint(firn_freeze_limits_get_in_all_max_ms(&limits, "mswindows"), ==, 60000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/limits/defaults", test_defaults);
    g_test_add_func("/job/limits/frozen-max-depends-on-the-system", test_frozen_max);
    g_test_add_func("/job/limits/in-all-of-windows", test_in_all);
    return g_test_run();
}
