/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-code.h"

#include <glib.h>

static void
test_codes(void)
{
    g_assert_cmpstr(firn_vss_code_name(0), ==, "OK");
    g_assert_cmpstr(firn_vss_code_name(0x80042314), ==, "HOLD_WRITES_TIMEOUT");
    g_assert_cmpstr(firn_vss_code_name(FIRN_VSS_WRITER_TIMEOUT), ==, "WRITERERROR_TIMEOUT");
    g_assert_cmpstr(firn_vss_code_name(FIRN_VSS_WRITER_RETRYABLE), ==, "WRITERERROR_RETRYABLE");
    g_assert_null(firn_vss_code_name(0x80042315));
}

static void
test_states(void)
{
    g_assert_cmpstr(firn_writer_state_name(1), ==, "stable");
    g_assert_cmpstr(firn_writer_state_name(9), ==, "failed-at-freeze");
    g_assert_cmpstr(firn_writer_state_name(15), ==, "failed-at-backup-shutdown");
    g_assert_cmpstr(firn_writer_state_name(16), ==, "unknown");
    g_assert_cmpstr(firn_writer_state_name(-1), ==, "unknown");
    for (int state = -1; state < 20; state++)
        g_assert_true(firn_writer_state_has_failed(state) ==
                      g_str_has_prefix(firn_writer_state_name(state), "failed-"));
}

static void
test_backup_types(void)
{
    g_assert_cmpstr(firn_backup_type_name(FIRN_BACKUP_COPY), ==, "copy");
    g_assert_cmpstr(firn_backup_type_name(FIRN_BACKUP_FULL), ==, "full");
    g_assert_cmpstr(firn_backup_type_name(7), ==, "undefined");
    g_assert_cmpint(firn_backup_type_for_option(true, 5), ==, FIRN_BACKUP_COPY);
    g_assert_cmpint(firn_backup_type_for_option(true, 2), ==, 2);
    g_assert_cmpint(firn_backup_type_for_option(true, 0), ==, FIRN_BACKUP_FULL);
    g_assert_cmpint(firn_backup_type_for_option(true, 6), ==, FIRN_BACKUP_FULL);
    g_assert_cmpint(firn_backup_type_for_option(true, 0xffffffff), ==, FIRN_BACKUP_FULL);
    g_assert_cmpint(firn_backup_type_for_option(false, 5), ==, FIRN_BACKUP_FULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-windows/vss-code/codes", test_codes);
    g_test_add_func("/vss-windows/vss-code/states", test_states);
    g_test_add_func("/vss-windows/vss-code/backup-types", test_backup_types);
    return g_test_run();
}
