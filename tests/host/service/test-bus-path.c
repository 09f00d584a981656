/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-path.h"
#include "firn-config.h"

static void
test_uuid(void)
{
    g_autofree char *path = firn_bus_path("vm", "6f1f6b0a-1111-4222-8333-123456789abc");
    g_autofree char *none = firn_bus_path("snapshot", NULL);

    g_assert_cmpstr(path, ==, FIRN_BUS_PATH "/vm/_6f1f6b0a_1111_4222_8333_123456789abc");
    g_assert_cmpstr(none, ==, "/");
}

static void
test_job(void)
{
    g_autofree char *path = firn_bus_path_of_job(17);
    g_autofree char *none = firn_bus_path_of_job(0);

    g_assert_cmpstr(path, ==, FIRN_BUS_PATH "/job/17");
    g_assert_cmpuint(firn_bus_path_to_job(path), ==, 17);
    g_assert_cmpstr(none, ==, "/");
    g_assert_cmpuint(firn_bus_path_to_job("/"), ==, 0);
    g_assert_cmpuint(firn_bus_path_to_job(FIRN_BUS_PATH "/job/x"), ==, 0);
    g_assert_cmpuint(firn_bus_path_to_job(FIRN_BUS_PATH "/vm/_1"), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/bus-path/uuid", test_uuid);
    g_test_add_func("/service/bus-path/job", test_job);
    return g_test_run();
}
