/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-error.h"

#include <gio/gio.h>

static void
test_append(void)
{
    g_autoptr(GError) error = NULL;

    firn_host_error_append(NULL, "%s", "nobody listens");
    firn_host_error_append(&error, "%s", "nothing has failed");
    g_assert_no_error(error);
    g_set_error_literal(&error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "lvm did not answer");
    firn_host_error_append(&error, "snapshot %s may still be on its disks", "s1");
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
    g_assert_cmpstr(error->message,
                    ==,
                    "lvm did not answer (and snapshot s1 may still be on its disks)");
}

static void
test_set(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_host_error_set(NULL, FIRN_HOST_ERROR_BUSY, "%s", "unheard"));
    g_assert_false(firn_host_error_set(&error, FIRN_HOST_ERROR_BUSY, "%s works on it", "job 1"));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
    g_assert_cmpstr(error->message, ==, "job 1 works on it");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/host-error/append", test_append);
    g_test_add_func("/host/host-error/set", test_set);
    return g_test_run();
}
