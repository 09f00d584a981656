/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-view.h"

#include "json-output.h"

static void
assert_view(const char *json, const char *summary, const char *expected)
{
    g_autoptr(GVariant) evidence = firn_json_parse(json);
    g_autofree char *line = firn_vss_view_summarise(evidence);
    g_autofree char *view = firn_vss_view_format(evidence);

    g_assert_cmpstr(line, ==, summary);
    g_assert_cmpstr(view, ==, expected);
}

static void
test_none(void)
{
    assert_view("{\"quiesce\": \"require\"}", NULL, "");
    assert_view("{\"vss_report\": 5}", NULL, "");
}

static void
test_absent(void)
{
    assert_view("{\"vss_report\": {\"in_all_max_ms\": 20000, \"shortfall\": \"firn-vss is not "
                "installed in the guest\"}}",
                "firn-vss is not installed in the guest",
                "applications not proved consistent: firn-vss is not installed in the guest\n");
}

static void
test_clean(void)
{
    assert_view("{\"vss_report\": {\"in_all_max_ms\": 20000, \"program\": \"0.1.0\", \"service\": "
                "\"running\", \"counter\": 7, \"snapshot_set\": \"{3f}\", \"backup_type\": "
                "\"copy\", \"outcome\": \"clean\", \"held_ms\": 3004, \"hooks\": [{\"name\": "
                "\"10-sql.cmd\", \"stage\": \"freeze\", \"result\": \"ok\", \"ms\": 44}], "
                "\"writers\": [{\"name\": \"SqlServerWriter\", \"state\": \"stable\"}]}}",
                "clean, backup type copy",
                "firn-vss 0.1.0, service running\n"
                "shadow copy 7 of the guest, set {3f}: clean, backup type copy\n"
                "VSS held the writers for 3004 ms\n"
                "HOOK        STAGE   RESULT  CODE  TOOK   OUTPUT\n"
                "10-sql.cmd  freeze  ok      0     44 ms  -\n"
                "WRITER           STATE   RESULT  FAILURE\n"
                "SqlServerWriter  stable  ok      -\n");
}

/* What a guest makes up is shown, and harms no terminal. */
static void
test_odd(void)
{
    assert_view("{\"vss_report\": {\"in_all_max_ms\": 20000, \"shortfall\": \"hook \\u001b[31m\", "
                "\"program\": \"\\u001b[31m\", \"is_quiesced\": true, \"outcome\": "
                "\"aborted\", \"has_ended_early\": true, \"ignores_failures\": true, \"failure\": "
                "2147754995, \"failure_name\": \"RETRYABLE\", \"writers\": [7, {\"name\": \"S\", "
                "\"state\": \"failed-at-freeze\", \"has_failed\": true, \"failure\": "
                "2147754994}]}}",
                "aborted, backup type unknown; hook \\x1b[31m",
                "applications not proved consistent: hook \\x1b[31m\n"
                "firn-vss \\x1b[31m, service unknown\n"
                "shadow copy 0 of the guest, set unknown: aborted, backup type unknown\n"
                "VSS held the writers for 0 ms\n"
                "firn's VSS writer refused: 0x800423f3 RETRYABLE\n"
                "failed hooks do not make it refuse (HookFailures is \"ignore\")\n"
                "VSS ended the freeze before the thaw was sent\n"
                "freeze hooks had run, and not yet their thaw hooks\n"
                "WRITER  STATE             RESULT  FAILURE\n"
                "S       failed-at-freeze  failed  0x800423f2 \n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/vss-view/none", test_none);
    g_test_add_func("/cli/vss-view/absent", test_absent);
    g_test_add_func("/cli/vss-view/clean", test_clean);
    g_test_add_func("/cli/vss-view/odd", test_odd);
    return g_test_run();
}
