/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-error.h"
#include "exit-code.h"
#include "firn-config.h"

static gboolean
has_meaning(FirnExit code)
{
    guint n;
    const FirnExitMeaning *meanings = firn_exit_meanings(&n);

    for (guint i = 0; i < n; i++)
        if (meanings[i].code == code)
            return TRUE;
    return FALSE;
}

static void
test_every_error_has_a_status(void)
{
    for (const char *const *name = firn_bus_error_names(); *name != NULL; name++) {
        gboolean is_known;
        FirnExit code = firn_exit_from_name(*name, &is_known);

        g_test_message("%s: %d", *name, (int)code);
        g_assert_true(is_known);
        g_assert_cmpint(code, !=, FIRN_EXIT_DONE);
        g_assert_true(has_meaning(code));
    }
}

static void
assert_status(const char *word, FirnExit expected)
{
    g_assert_cmpint(firn_exit_from_word(word), ==, expected);
}

static void
test_contract(void)
{
    assert_status("Failed", 1);
    assert_status("Interrupted", 1);
    assert_status("InvalidArgument", 2);
    assert_status("NotFound", 3);
    assert_status("NotAuthorized", 4);
    assert_status("Busy", 5);
    assert_status("Exists", 5);
    assert_status("NameTaken", 5);
    assert_status("HasChildren", 5);
    assert_status("NeedsForce", 5);
    assert_status("ImageInUse", 5);
    assert_status("AgentUnavailable", 6);
    assert_status("FreezeFailed", 6);
    assert_status("FreezeTimeout", 6);
    assert_status("FreezeExpired", 6);
    assert_status("GuestFrozen", 6);
    assert_status("LimitReached", 7);
    assert_status("NoSpace", 7);
    assert_status("VmUnreachable", 9);
    assert_status("PauseNotAccepted", 10);
    assert_status("TimedOut", 124);
    assert_status("Cancelled", 130);
    assert_status("SomethingNew", 1);
    g_assert_cmpint(firn_exit_from_name("org.freedesktop.DBus.Error.ServiceUnknown", NULL), ==, 9);
    g_assert_cmpint(firn_exit_from_name("org.freedesktop.DBus.Error.AccessDenied", NULL), ==, 4);
}

static void
test_statuses_are_distinct(void)
{
    guint n;
    const FirnExitMeaning *meanings = firn_exit_meanings(&n);

    for (guint i = 1; i < n; i++)
        g_assert_cmpint(meanings[i - 1].code, <, meanings[i].code);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/exit-code/every-error-has-a-status", test_every_error_has_a_status);
    g_test_add_func("/cli/exit-code/contract", test_contract);
    g_test_add_func("/cli/exit-code/statuses-are-distinct", test_statuses_are_distinct);
    return g_test_run();
}
