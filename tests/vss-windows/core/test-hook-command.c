/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-command.h"

#include <glib.h>

static void
test_kinds(void)
{
    g_assert_true(firn_hook_command_is_hook("10-sql.cmd"));
    g_assert_true(firn_hook_command_is_hook("A.BAT"));
    g_assert_true(firn_hook_command_is_hook("with blank & umlaut \xc3\xbc.Exe"));
    g_assert_true(firn_hook_command_is_hook("x.ps1"));
    g_assert_false(firn_hook_command_is_hook(".cmd"));
    g_assert_false(firn_hook_command_is_hook("readme.txt"));
    g_assert_false(firn_hook_command_is_hook("cmd"));
    g_assert_false(firn_hook_command_is_hook(""));
    g_assert_false(firn_hook_command_is_hook("x.cmd.bak"));
    g_assert_false(firn_hook_command_is_hook("%PATH%.cmd"));
    g_assert_false(firn_hook_command_is_hook("a\"b.exe"));
}

static void
test_order(void)
{
    g_assert_cmpint(firn_hook_command_compare("10-a.cmd", "20-a.cmd"), <, 0);
    g_assert_cmpint(firn_hook_command_compare("B.cmd", "a.cmd"), >, 0);
    g_assert_cmpint(firn_hook_command_compare("A.cmd", "a.CMD"), ==, 0);
    g_assert_cmpint(firn_hook_command_compare("a", "ab"), <, 0);
    g_assert_cmpint(firn_hook_command_compare("z", "\xc3\xbc"), <, 0);
}

static void
assert_line(const char *name, const char *expected)
{
    char line[256] = "";

    g_assert_true(
        firn_hook_command_write("C:\\s", "C:\\h d", name, FIRN_STAGE_FREEZE, line, sizeof line));
    g_assert_cmpstr(line, ==, expected);
}

static void
test_lines(void)
{
    assert_line("a b.exe", "\"C:\\h d\\a b.exe\" freeze");
    assert_line("a&b.CMD", "\"C:\\s\\cmd.exe\" /d /s /c \"\"C:\\h d\\a&b.CMD\" freeze\"");
    assert_line("a.bat", "\"C:\\s\\cmd.exe\" /d /s /c \"\"C:\\h d\\a.bat\" freeze\"");
    assert_line("a.ps1",
                "\"C:\\s\\WindowsPowerShell\\v1.0\\powershell.exe\" -NoProfile -NonInteractive"
                " -ExecutionPolicy Bypass -File \"C:\\h d\\a.ps1\" freeze");
}

static void
test_no_room(void)
{
    char line[20];

    g_assert_true(firn_hook_command_write("s", "h", "12.exe", FIRN_STAGE_THAW, line, 16));
    g_assert_cmpstr(line, ==, "\"h\\12.exe\" thaw");
    g_assert_false(firn_hook_command_write("s", "h", "12.exe", FIRN_STAGE_THAW, line, 15));
    g_assert_false(firn_hook_command_write("s", "h", "%.exe", FIRN_STAGE_THAW, line, 20));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-windows/hook-command/kinds", test_kinds);
    g_test_add_func("/vss-windows/hook-command/order", test_order);
    g_test_add_func("/vss-windows/hook-command/lines", test_lines);
    g_test_add_func("/vss-windows/hook-command/no-room", test_no_room);
    return g_test_run();
}
