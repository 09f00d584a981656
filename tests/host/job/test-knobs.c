/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "knobs.h"

static void
test_defaults(void)
{
    FirnKnobs knobs;

    firn_knobs_init(&knobs);
    g_assert_cmpint(knobs.quiesce, ==, FIRN_QUIESCE_REQUIRE);
    g_assert_cmpuint(knobs.deadline_ms, ==, 300000);
    g_assert_cmpuint(knobs.freeze_wait_ms, ==, 60000);
}

static void
test_frozen_max(void)
{
    FirnKnobs knobs;

    firn_knobs_init(&knobs);
    g_assert_cmpuint(firn_knobs_get_frozen_max_ms(&knobs, "debian"), ==, 30000);
    g_assert_cmpuint(firn_knobs_get_frozen_max_ms(&knobs, NULL), ==, 30000);
    g_assert_cmpuint(firn_knobs_get_frozen_max_ms(&knobs, "mswindows"), ==, 8000);
    knobs.frozen_max_ms = 500;
    g_assert_cmpuint(firn_knobs_get_frozen_max_ms(&knobs, "mswindows"), ==, 500);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/knobs/defaults", test_defaults);
    g_test_add_func("/job/knobs/frozen-max-depends-on-the-system", test_frozen_max);
    return g_test_run();
}
