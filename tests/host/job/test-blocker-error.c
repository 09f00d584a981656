/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "blocker-error.h"

#include <string.h>

#include "host-error.h"

static void
test_none(void)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_blocker_error_check(blockers, &error));
    g_assert_no_error(error);
}

static void
test_first_decides(void)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autoptr(GError) error = NULL;

    firn_blockers_add(blockers, "GuestFrozen", "guest agent", "thaw it", "frozen by others");
    firn_blockers_add(blockers, "Busy", "VM", "wait", "a backup runs");
    g_assert_false(firn_blocker_error_check(blockers, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_GUEST_FROZEN);
    g_assert_nonnull(strstr(error->message, "frozen by others"));
    g_assert_nonnull(strstr(error->message, "a backup runs"));
}

static void
test_unknown(void)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autoptr(GError) error = NULL;

    firn_blockers_add(blockers, "DiskNotSupported", "disk vdb", "exclude it", "raw");
    g_assert_false(firn_blocker_error_check(blockers, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/blocker-error/none-is-no-error", test_none);
    g_test_add_func("/job/blocker-error/first-decides-and-all-are-named", test_first_decides);
    g_test_add_func("/job/blocker-error/other-codes-are-not-supported", test_unknown);
    return g_test_run();
}
