/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan-resource.h"

static void
assert_list(const FirnPlanResources *list, FirnPlanState state, const char *expected)
{
    g_autoptr(GVariant) variant = g_variant_ref_sink(firn_plan_resources_to_variant(list, state));
    g_autofree char *text = g_variant_print(variant, FALSE);

    g_assert_cmpstr(text, ==, expected);
}

/* What tells more wins, in either order. */
static void
test_strongest(void)
{
    g_autoptr(FirnPlanResources) list = firn_plan_resources_new();

    firn_plan_resources_add(list, "disk", "vda", FIRN_PLAN_ACTION_REPLACED, "/a");
    firn_plan_resources_add(list, "mac", "52:54", FIRN_PLAN_ACTION_CONFLICT, "VM %s", "b");
    firn_plan_resources_add(list, "disk", "vda", FIRN_PLAN_ACTION_MISSING, "gone");
    firn_plan_resources_add(list, "mac", "52:54", FIRN_PLAN_ACTION_CREATED, "%s", "");
    assert_list(list,
                FIRN_PLAN_STATE_PLANNED,
                "[('disk', 'vda', 'missing', 'gone', 'planned'), "
                "('mac', '52:54', 'conflict', 'VM b', 'planned')]");
}

/* What is missing is not completed, even if the rest is. */
static void
test_states(void)
{
    g_autoptr(FirnPlanResources) list = firn_plan_resources_new();

    firn_plan_resources_add(list, "disk", "vda", FIRN_PLAN_ACTION_REPLACED, "%s", "");
    firn_plan_resources_add(list, "medium", "sda", FIRN_PLAN_ACTION_MISSING, "%s", "");
    assert_list(list,
                FIRN_PLAN_STATE_COMPLETED,
                "[('disk', 'vda', 'replaced', '', 'completed'), "
                "('medium', 'sda', 'missing', '', 'failed')]");
    assert_list(list,
                FIRN_PLAN_STATE_FAILED,
                "[('disk', 'vda', 'replaced', '', 'failed'), "
                "('medium', 'sda', 'missing', '', 'failed')]");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/plan-resource/strongest", test_strongest);
    g_test_add_func("/job/plan-resource/states", test_states);
    return g_test_run();
}
