/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-findings.h"

#include "channel-rig.h"
#include "finding-words.h"

#define PATIENCE_MS 5000
#define REPORT      "/run/firn/last.json"
#define HEAD        "{\"schema\": 1, \"token\": \"1\", \"level\": \"app\", \"state\": "
#define HOOKS                                                                                      \
    "\"hooks\": [{\"name\": \"20-db\", \"result\": \"ok\", \"prepare_ms\": 1, \"freeze_ms\": 80, " \
    "\"hold_ms\": 900, \"thaw_ms\": 12}, {\"name\": \"30-x\", \"result\": \"skipped\"}]}"

/* What doctor says about a guest whose guard has left this report; NULL: no guard, "": the agent
 * permits no file commands */
static char *
describe(const char *report, const char *os)
{
    FirnTestLoopThread *loop = firn_test_loop_thread_start();
    g_autoptr(FirnTestFakeAgent) fake = firn_test_fake_agent_new(NULL, 2);
    FirnTestPeer *peer = firn_test_fake_agent_get_peer(fake);
    g_autoptr(FirnFindings) findings = firn_findings_new();
    g_autoptr(GError) error = NULL;
    FirnChannel *agent;

    if (report == NULL || *report != '\0')
        firn_test_fake_agent_put_file(fake,
                                      report == NULL ? "/etc/hostname" : REPORT,
                                      report == NULL ? "" : report);
    firn_test_fake_agent_set_os(fake, os);
    agent = firn_test_open_agent(firn_test_peer_get_path(peer), PATIENCE_MS, &error);
    g_assert_no_error(error);
    firn_hook_findings_add(findings, agent, NULL, NULL);
    firn_test_close_channel(agent);
    g_clear_pointer(&fake, firn_test_fake_agent_free);
    firn_test_loop_thread_stop(loop);
    return firn_test_finding_words(findings);
}

static void
assert_says(const char *report, const char *expected)
{
    g_autofree char *words = describe(report, "debian");

    if (!g_str_has_prefix(words, expected))
        g_error("\"%s\" does not begin with \"%s\"", words, expected);
}

static void
test_ran(void)
{
    assert_says(HEAD "\"thawed\", " HOOKS,
                "ok Guard guest hooks: the guest has firn-guard; at the last freeze these hooks "
                "ran: 20-db ok in 93 ms, 30-x skipped in 0 ms");
}

static void
test_idle(void)
{
    assert_says(HEAD "\"idle\", " HOOKS,
                "ok Guard guest hooks: the guest has firn-guard; at a freeze these hooks run: "
                "20-db, 30-x");
    assert_says(HEAD "\"idle\"}", "ok Guard guest hooks: the guest has firn-guard, and no hooks");
}

static void
test_failed(void)
{
    assert_says(HEAD "\"failed\", \"failure\": {\"reason\": \"timeout\", \"hook\": \"20-db\", "
                     "\"phase\": \"freeze\"}}",
                "warning HookFailed guest hooks: the last freeze failed: hook 20-db took too long");
}

static void
test_absent(void)
{
    assert_says(NULL, "ok NoGuard guest hooks: ");
    assert_says("", "ok HooksUnknown guest hooks: ");
}

static void
test_garbage(void)
{
    assert_says(HEAD "\"asleep\"}", "warning HookReportMissing guest hooks: ");
}

/* Windows has VSS, not firn-guard. */
static void
test_windows(void)
{
    g_autofree char *words = describe(NULL, "mswindows");

    g_assert_true(g_str_has_prefix(words, "ok HooksUnknown VSS: "));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/doctor/hook-findings/ran", test_ran);
    g_test_add_func("/doctor/hook-findings/idle", test_idle);
    g_test_add_func("/doctor/hook-findings/failed", test_failed);
    g_test_add_func("/doctor/hook-findings/absent", test_absent);
    g_test_add_func("/doctor/hook-findings/garbage", test_garbage);
    g_test_add_func("/doctor/hook-findings/windows", test_windows);
    return g_test_run();
}
