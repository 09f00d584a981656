/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-error.h"
#include "engine-error.h"
#include "firn-config.h"
#include "host-error.h"
#include "qmp-error.h"

static void
assert_name(GQuark domain, int code, const char *word)
{
    g_autoptr(GError) error = g_error_new_literal(domain, code, "why");
    g_autofree char *name = g_strconcat(FIRN_BUS_NAME ".Error.", word, NULL);

    g_assert_cmpstr(firn_bus_error_name(error), ==, name);
}

static void
test_domains(void)
{
    assert_name(FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY, "Busy");
    assert_name(FIRN_HOST_ERROR, FIRN_HOST_ERROR_VM_UNREACHABLE, "VmUnreachable");
    assert_name(FIRN_HOST_ERROR, FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED, "PauseNotAccepted");
    assert_name(FIRN_HOST_ERROR, FIRN_HOST_ERROR_INTERRUPTED, "Interrupted");
    assert_name(FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_LIMIT, "LimitReached");
    assert_name(FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_IN_USE, "ImageInUse");
    assert_name(FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_PARTIAL, "Inconsistent");
    assert_name(FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "VmUnreachable");
    assert_name(FIRN_QMP_ERROR, FIRN_QMP_ERROR_BUSY, "Busy");
    assert_name(G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
}

static void
test_unknown(void)
{
    assert_name(G_FILE_ERROR, G_FILE_ERROR_ACCES, "Failed");
    assert_name(FIRN_HOST_ERROR, 9999, "Failed");
    assert_name(FIRN_QMP_ERROR, -1, "Failed");
}

static void
assert_listed(GQuark domain, int n_codes)
{
    for (int code = 0; code < n_codes; code++) {
        g_autoptr(GError) error = g_error_new_literal(domain, code, "why");

        g_assert_true(g_strv_contains(firn_bus_error_names(), firn_bus_error_name(error)));
    }
}

static void
test_all_names_are_listed(void)
{
    assert_listed(FIRN_HOST_ERROR, FIRN_HOST_ERROR_INTERRUPTED + 1);
    assert_listed(FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT + 1);
    assert_listed(FIRN_QMP_ERROR, FIRN_QMP_ERROR_NO_PEER + 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/bus-error/domains", test_domains);
    g_test_add_func("/service/bus-error/unknown", test_unknown);
    g_test_add_func("/service/bus-error/all-names-are-listed", test_all_names_are_listed);
    return g_test_run();
}
