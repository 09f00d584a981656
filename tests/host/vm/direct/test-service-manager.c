/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service-manager.h"

#include "fake-systemd.h"
#include "loop-thread.h"
#include "scratch-dir.h"
#include "test-bus.h"

static FirnServiceManager *
look(const char *version)
{
    g_autoptr(FirnTestLoopThread) loop = firn_test_loop_thread_start();
    FirnTestScratchDir *dir = firn_test_scratch_dir_new();
    FirnTestBus *bus = firn_test_bus_new(firn_test_scratch_dir_get_path(dir));
    FirnTestFakeSystemd *systemd =
        version == NULL ? NULL
                        : firn_test_fake_systemd_new(firn_test_bus_get_address(bus), version);
    FirnServiceManager *manager = firn_service_manager_new(firn_test_bus_get_address(bus));

    firn_test_fake_systemd_free(systemd);
    firn_test_bus_free(bus);
    firn_test_scratch_dir_free(dir);
    return manager;
}

static void
test_versions(void)
{
    g_autoptr(FirnServiceManager) debian = look("252.39-1~deb12u2");
    g_autoptr(FirnServiceManager) other = look("v257.7");

    g_assert_nonnull(debian);
    g_assert_nonnull(other);
    g_assert_null(look("249.11"));
    g_assert_null(look("unknown"));
}

static void
test_nobody(void)
{
    g_assert_null(look(NULL));
    g_assert_null(firn_service_manager_new(NULL));
    g_assert_null(firn_service_manager_new("unix:path=/no/such/bus"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/service-manager/versions", test_versions);
    g_test_add_func("/vm/service-manager/nobody", test_nobody);
    return g_test_run();
}
