/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-view.h"

#include "json-output.h"

static void
assert_view(const char *json, const char *summary, const char *expected)
{
    g_autoptr(GVariant) evidence = firn_json_parse(json);
    g_autofree char *line = firn_hook_view_summarise(evidence);
    g_autofree char *view = firn_hook_view_format(evidence);

    g_assert_cmpstr(line, ==, summary);
    g_assert_cmpstr(view, ==, expected);
}

static void
test_none(void)
{
    assert_view("{\"quiesce\": \"require\"}", NULL, "");
    assert_view("{\"guest_report\": 5}", NULL, "");
}

static void
test_whole(void)
{
    assert_view("{\"guest_report\": {\"state\": \"thawed\", \"level\": \"app\", \"deadman_s\": 35, "
                "\"hooks\": [{\"name\": \"20-db\", \"result\": \"ok\", \"level\": \"app\", "
                "\"freeze_ms\": 80, \"hold_ms\": 210, \"thaw_ms\": 12, \"data\": "
                "[\"gtid=0-1-42\"]}, {\"name\": \"30-cache\", \"result\": \"skipped\"}, "
                "{\"name\": \"40-db\", \"result\": \"ok\", \"level\": \"app\"}]}}",
                "app: 2 ok, 1 skipped",
                "thawed, app\n"
                "HOOK      RESULT   PROVES  PREPARE  FREEZE  HOLD    THAW   MESSAGE\n"
                "20-db     ok       app     -        80 ms   210 ms  12 ms  -\n"
                "30-cache  skipped  -       -        -       -       -      -\n"
                "40-db     ok       app     -        -       -       -      -\n"
                "20-db: gtid=0-1-42\n"
                "the guest would have thawed itself after 35 s\n");
}

/* As after a guard that was killed while it was armed: the next one thaws at once. */
static void
test_fired_at_once(void)
{
    assert_view(
        "{\"guest_report\": {\"state\": \"expired\", \"level\": \"none\", \"deadman_s\": 35, "
        "\"has_fired\": true}}",
        "none: no hooks",
        "expired, none\n"
        "the guest thawed itself after 0 ms\n");
}

/* What a guest makes up is shown, and harms no terminal. */
static void
test_odd(void)
{
    assert_view(
        "{\"guest_report\": {\"state\": \"expired\", \"level\": \"none\", \"deadman_s\": 5, "
        "\"has_fired\": true, \"fired_after_ms\": 5003, \"uncovered\": [{\"mountpoint\": "
        "\"/\\u001b[31m\", \"type\": \"nfs4\"}, 7], \"hooks\": []}}",
        "none: no hooks",
        "expired, none\n"
        "not frozen: /\\x1b[31m (nfs4)\n"
        "the guest thawed itself after 5003 ms\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/hook-view/none", test_none);
    g_test_add_func("/cli/hook-view/whole", test_whole);
    g_test_add_func("/cli/hook-view/fired-at-once", test_fired_at_once);
    g_test_add_func("/cli/hook-view/odd", test_odd);
    return g_test_run();
}
