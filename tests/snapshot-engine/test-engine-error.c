/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-error.h"

static void
test_domain(void)
{
    g_autoptr(GError) error =
        g_error_new_literal(FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_LIMIT, "full");

    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_LIMIT);
    g_assert_cmpstr(g_quark_to_string(FIRN_ENGINE_ERROR), ==, "firn_engine_error");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/engine-error/domain", test_domain);
    return g_test_run();
}
