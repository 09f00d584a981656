/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-check.h"

#include <string.h>

#include "blockers.h"
#include "indication.h"
#include "job-rig.h"

/* test-check.c covers the other blockers of a snapshot. */
typedef struct {
    FirnTestJobRig job;
    FirnEvidence *evidence;
    FirnGuestCheck *check;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    FirnFreezeLimits limits;

    firn_test_job_rig_set_up(&fixture->job, NULL);
    firn_freeze_limits_init(&limits);
    fixture->evidence = firn_evidence_new(limits.quiesce);
    fixture->check = firn_guest_check_new(fixture->job.rig.vm, &limits, data, fixture->evidence);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_guest_check_free(fixture->check);
    firn_evidence_free(fixture->evidence);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static void
ask(Fixture *fixture)
{
    firn_guest_check_run(fixture->check, NULL);
}

static void
assert_blocked(Fixture *fixture, const char *code, const char *remedy)
{
    const FirnBlocker *blocker;

    ask(fixture);
    g_assert_null(fixture->check->agent);
    g_assert_cmpuint(fixture->check->blockers->len, ==, 1);
    blocker = fixture->check->blockers->pdata[0];
    g_assert_cmpstr(blocker->code, ==, code);
    g_assert_cmpstr(blocker->remedy, ==, remedy);
}

static void
test_able(Fixture *fixture, gconstpointer data)
{
    ask(fixture);
    g_assert_cmpuint(fixture->check->blockers->len, ==, 0);
    g_assert_nonnull(fixture->check->monitor);
    g_assert_nonnull(fixture->check->agent);
    g_assert_cmpuint(fixture->evidence->expected, ==, 2);
    g_assert_cmpstr(fixture->evidence->run_state, ==, "running");
    g_assert_cmpuint(firn_guest_check_get_frozen_max_ms(fixture->check),
                     ==,
                     FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT);
}

static void
test_windows(Fixture *fixture, gconstpointer data)
{
    fixture->check->os_id = g_strdup("mswindows");
    g_assert_cmpuint(firn_guest_check_get_frozen_max_ms(fixture->check),
                     ==,
                     FIRN_LIMIT_FROZEN_MAX_MS_DEFAULT_WINDOWS);
}

/* A freeze that was slow leaves less time before the writers are released. */
static void
test_slow_windows(Fixture *fixture, gconstpointer data)
{
    FirnGuestCheck *check = fixture->check;

    check->os_id = g_strdup("mswindows");
    fixture->evidence->freeze_sent_us = G_USEC_PER_SEC;
    fixture->evidence->frozen_us = 13 * G_USEC_PER_SEC;
    g_assert_cmpuint(firn_guest_check_get_frozen_max_ms(check), ==, 8000);
    fixture->evidence->frozen_us = 16 * G_USEC_PER_SEC;
    g_assert_cmpuint(firn_guest_check_get_frozen_max_ms(check), ==, 5000);
    fixture->evidence->frozen_us = 26 * G_USEC_PER_SEC;
    g_assert_cmpuint(firn_guest_check_get_frozen_max_ms(check), ==, 0);
}

/* VSS freezes what is on fixed disks, and neither FAT nor discs. */
static void
test_windows_volumes(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_be_windows(fixture->job.rig.agent);
    firn_test_job_rig_mount(
        &fixture->job,
        "[{\"name\": \"1\", \"mountpoint\": \"C:\", \"type\": \"NTFS\", \"disk\": []}, "
        "{\"name\": \"2\", \"mountpoint\": \"D:\", \"type\": \"UDF\", \"disk\": []}, "
        "{\"name\": \"3\", \"mountpoint\": \"E:\", \"type\": \"FAT32\", \"disk\": []}, "
        "{\"name\": \"4\", \"mountpoint\": \"F:\", \"type\": \"ReFS\", \"disk\": []}]");
    ask(fixture);
    g_assert_cmpuint(fixture->check->blockers->len, ==, 0);
    g_assert_true(firn_guest_check_is_windows(fixture->check));
    g_assert_true(fixture->check->has_exec);
    g_assert_cmpuint(fixture->evidence->expected, ==, 2);
}

static void
test_no_agent(Fixture *fixture, gconstpointer alternative)
{
    const char *remedy = "make sure that qemu-guest-agent is installed and running in the guest";
    g_autofree char *either = g_strdup_printf("%s, or %s", remedy, (const char *)alternative);

    firn_test_vm_rig_end_agent(&fixture->job.rig);
    assert_blocked(fixture, "AgentUnavailable", alternative == NULL ? remedy : either);
}

static void
test_frozen(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_set_frozen(fixture->job.rig.agent, TRUE);
    assert_blocked(fixture, "GuestFrozen", "wait until it is thawed, or run firn thaw VM");
    firn_test_job_rig_assert_thawed(&fixture->job, 0, 0);
}

static const FirnBlocker *
ask_for_blocker(Fixture *fixture)
{
    ask(fixture);
    g_assert_null(fixture->check->agent);
    g_assert_cmpuint(fixture->check->blockers->len, ==, 1);
    return fixture->check->blockers->pdata[0];
}

/* Every command that a freeze needs is named, and no remedy says to install anything. */
static void
test_disabled(Fixture *fixture, gconstpointer data)
{
    const char *command = strrchr(g_test_get_path(), '/') + 1;
    const FirnBlocker *blocker;

    firn_test_fake_agent_disable(fixture->job.rig.agent, command);
    blocker = ask_for_blocker(fixture);
    g_assert_cmpstr(blocker->code, ==, "AgentUnavailable");
    g_assert_nonnull(strstr(blocker->message, command));
    g_assert_nonnull(strstr(blocker->remedy, "block-rpcs"));
    g_assert_null(strstr(blocker->remedy, "install"));
    g_assert_true(firn_evidence_has(fixture->evidence,
                                    g_str_has_prefix(command, "guest-fsfreeze-") ? "FreezeDisabled"
                                                                                 : "AgentBlocked"));
    firn_test_job_rig_assert_thawed(&fixture->job, 0, 0);
}

static void
test_fails(Fixture *fixture, gconstpointer data)
{
    const FirnBlocker *blocker;

    firn_test_peer_fail(fixture->job.rig.agent_peer, "guest-get-fsinfo", 1, "no /proc");
    blocker = ask_for_blocker(fixture);
    g_assert_nonnull(strstr(blocker->message, "no /proc"));
    g_assert_null(strstr(blocker->remedy, "install"));
    g_assert_true(firn_evidence_has(fixture->evidence, "AgentFailed"));
}

/* Another program freezes the guest during the check. */
static void
test_frozen_meanwhile(Fixture *fixture, gconstpointer data)
{
    static const FirnTestStep thawed[] = {{.text = "{\"return\": \"thawed\"}\n"}, {0}};
    static const FirnTestStep able[] = {
        {.text = "{\"return\": {\"version\": \"9\", \"supported_commands\": ["
                 "{\"name\": \"guest-fsfreeze-freeze\", \"enabled\": true},"
                 "{\"name\": \"guest-fsfreeze-thaw\", \"enabled\": true},"
                 "{\"name\": \"guest-fsfreeze-status\", \"enabled\": true},"
                 "{\"name\": \"guest-get-fsinfo\", \"enabled\": true}]}}\n"},
        {0},
    };
    FirnTestPeer *peer = fixture->job.rig.agent_peer;

    firn_test_peer_when(peer, "guest-fsfreeze-status", 1, thawed);
    firn_test_peer_when(peer, "guest-info", 1, able);
    firn_test_fake_agent_set_frozen(fixture->job.rig.agent, TRUE);
    g_assert_cmpstr(ask_for_blocker(fixture)->code, ==, "GuestFrozen");
}

static void
test_standing(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_monitor_set_state(fixture->job.rig.monitor, "paused");
    assert_blocked(fixture, "VmPaused", "resume it");
}

static void
test_unwanted(Fixture *fixture, gconstpointer data)
{
    fixture->check->limits.quiesce = FIRN_QUIESCE_NEVER;
    ask(fixture);
    g_assert_cmpuint(fixture->check->blockers->len, ==, 0);
    g_assert_null(fixture->check->agent);
    g_assert_true(g_ptr_array_find_with_equal_func(fixture->evidence->indications,
                                                   FIRN_INDICATION_QUIESCE_SKIPPED,
                                                   g_str_equal,
                                                   NULL));
}

static const char *const needed[] = {
    "guest-sync-delimited",
    "guest-info",
    "guest-get-fsinfo",
    "guest-fsfreeze-status",
    "guest-fsfreeze-freeze",
    "guest-fsfreeze-thaw",
};

static void
add(const char *path, const char *alternative, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, alternative, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/guest-check/able-guest", NULL, test_able);
    add("/job/guest-check/windows-is-frozen-shorter", NULL, test_windows);
    add("/job/guest-check/windows-after-a-slow-freeze", NULL, test_slow_windows);
    add("/job/guest-check/windows-volumes", NULL, test_windows_volumes);
    add("/job/guest-check/no-agent", NULL, test_no_agent);
    add("/job/guest-check/no-agent-but-something-else-to-do", "do without", test_no_agent);
    add("/job/guest-check/frozen-by-others", NULL, test_frozen);
    for (guint i = 0; i < G_N_ELEMENTS(needed); i++) {
        g_autofree char *path = g_strconcat("/job/guest-check/switched-off/", needed[i], NULL);

        add(path, NULL, test_disabled);
    }
    add("/job/guest-check/file-systems-cannot-be-listed", NULL, test_fails);
    add("/job/guest-check/frozen-meanwhile", NULL, test_frozen_meanwhile);
    add("/job/guest-check/standing-guest", NULL, test_standing);
    add("/job/guest-check/unwanted-freeze", NULL, test_unwanted);
    return g_test_run();
}
