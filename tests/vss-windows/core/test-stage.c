/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage.h"

#include <glib.h>

/* qemu-ga waits 60 s for the frozen state, and other writers need time of that, too. */
#define QEMU_GA_WAITS_MS 60000

static void
test_names(void)
{
    FirnStage stage = FIRN_STAGE_POST;

    for (FirnStage each = 0; each < FIRN_N_STAGES; each++) {
        g_assert_true(firn_stage_find(firn_stage_name(each), &stage));
        g_assert_cmpint(stage, ==, each);
    }
    g_assert_false(firn_stage_find("Freeze", &stage));
    g_assert_cmpint(stage, ==, FIRN_STAGE_POST);
}

static void
test_refusing(void)
{
    g_assert_true(firn_stage_may_refuse(FIRN_STAGE_PREPARE));
    g_assert_true(firn_stage_may_refuse(FIRN_STAGE_FREEZE));
    g_assert_false(firn_stage_may_refuse(FIRN_STAGE_THAW));
    g_assert_false(firn_stage_may_refuse(FIRN_STAGE_POST));
}

static void
test_budget(void)
{
    FirnBudget freeze = firn_budget_start(FIRN_STAGE_FREEZE, 1000);

    g_assert_cmpuint(firn_budget_for_hook(&freeze, 1000), ==, 10000);
    g_assert_cmpuint(firn_budget_for_hook(&freeze, 1000 + 15000), ==, 10000);
    g_assert_cmpuint(firn_budget_for_hook(&freeze, 1000 + 20000), ==, 5000);
    g_assert_cmpuint(firn_budget_for_hook(&freeze, 1000 + 24999), ==, 1);
    g_assert_cmpuint(firn_budget_for_hook(&freeze, 1000 + 25000), ==, 0);
    g_assert_cmpuint(firn_budget_for_hook(&freeze, 1000 + 99000), ==, 0);
}

static void
test_fits_qemu_ga(void)
{
    FirnBudget freeze = firn_budget_start(FIRN_STAGE_FREEZE, 0);
    FirnBudget thaw = firn_budget_start(FIRN_STAGE_THAW, 0);

    g_assert_cmpint(freeze.end_ms + thaw.end_ms, <, QEMU_GA_WAITS_MS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-windows/stage/names", test_names);
    g_test_add_func("/vss-windows/stage/refusing", test_refusing);
    g_test_add_func("/vss-windows/stage/budget", test_budget);
    g_test_add_func("/vss-windows/stage/fits-qemu-ga", test_fits_qemu_ga);
    return g_test_run();
}
