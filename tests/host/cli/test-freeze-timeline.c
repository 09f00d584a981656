/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-timeline.h"
#include "json-output.h"

static void
assert_view(const char *json, const char *expected)
{
    g_autoptr(GVariant) evidence = firn_json_parse(json);
    g_autofree char *view = firn_freeze_timeline_format(evidence, TRUE);

    g_assert_cmpstr(view, ==, expected);
}

static void
test_whole(void)
{
    assert_view("{\"freeze_sent_us\": 1795214727000000, \"frozen_us\": 1795214727087000,"
                "\"cut_begin_us\": 1795214727088000, \"cut_end_us\": 1795214727100400,"
                "\"thaw_sent_us\": 1795214727101000, \"thawed_us\": 1795214728237000,"
                "\"expected\": 2, \"frozen\": 2, \"thawed\": 2}",
                "        +0 ms  freeze sent, 2026-11-20 22:45:27 UTC\n"
                "       +87 ms  frozen: 2 of 2 file systems\n"
                "       +88 ms  cut begins\n"
                "      +100 ms  cut ends\n"
                "      +101 ms  thaw sent\n"
                "     +1237 ms  thawed: 2 file systems\n");
}

static void
test_none(void)
{
    assert_view("{\"quiesce\": \"never\", \"cut_begin_us\": 1795214727088000}", "");
}

static void
test_broken(void)
{
    assert_view("{\"freeze_sent_us\": 1795214727000000, \"thawed_us\": 1795214727010000,"
                "\"freeze_error\": \"no\\u001b[31m\", \"interruptions\": [\"RESET\"]}",
                "        +0 ms  freeze sent, 2026-11-20 22:45:27 UTC\n"
                "       +10 ms  thawed: 0 file systems\n"
                "  freeze failed: no\\x1b[31m\n"
                "  interrupted by RESET\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/window-view/whole", test_whole);
    g_test_add_func("/cli/window-view/none", test_none);
    g_test_add_func("/cli/window-view/broken", test_broken);
    return g_test_run();
}
