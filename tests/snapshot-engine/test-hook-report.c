/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-report.h"

#include "evidence.h"

/* A report is written, read and copied as a part of the evidence. */
static void
test_member(void)
{
    g_autoptr(FirnEvidence) evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnEvidence) copy = NULL;
    g_autoptr(FirnEvidence) read = NULL;
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(GError) error = NULL;
    FirnHookReport *report = firn_hook_report_new("10-a", "after");
    const FirnHookReport *found;

    report->took_ms = 12;
    report->failure = g_strdup("exit status 4");
    g_ptr_array_add(evidence->host_hooks, report);
    copy = firn_evidence_copy(evidence);
    node = firn_record_schema_to_json(&firn_evidence_schema, copy);
    read = firn_record_schema_from_json(&firn_evidence_schema, node, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(read->host_hooks->len, ==, 1);
    found = read->host_hooks->pdata[0];
    g_assert_cmpstr(found->hook, ==, "10-a");
    g_assert_cmpstr(found->phase, ==, "after");
    g_assert_cmpuint(found->took_ms, ==, 12);
    g_assert_cmpstr(found->failure, ==, "exit status 4");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/engine/hook-report/member", test_member);
    return g_test_run();
}
