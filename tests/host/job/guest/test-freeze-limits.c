/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-limits.h"

static void
test_defaults(void)
{
    FirnFreezeLimits limits;

    firn_freeze_limits_init(&limits);
    g_assert_cmpint(limits.quiesce, ==, FIRN_QUIESCE_REQUIRE);
    g_assert_cmpuint(limits.deadline_ms, ==, 300000);
    g_assert_cmpuint(limits.freeze_wait_ms, ==, 60000);
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
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/limits/defaults", test_defaults);
    g_test_add_func("/job/limits/frozen-max-depends-on-the-system", test_frozen_max);
    return g_test_run();
}
