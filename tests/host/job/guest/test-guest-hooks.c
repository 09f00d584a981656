/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-hooks.h"

#include <string.h>

#include "freeze.h"
#include "host-error.h"
#include "indication.h"
#include "job-rig.h"

#define FOLDER_FILE "/run/firn/guard.pid"
#define REQUEST     "/run/firn/request"
#define REPORT      "/run/firn/last.json"
#define WITH_TOKEN  "{\"schema\": 1, \"token\": \"@TOKEN@\", "

typedef struct {
    FirnTestJobRig job;
    FirnTestFakeAgent *guest; /* (unowned) */
    FirnEvidence *evidence;
    FirnGuestCheck *check;
} Fixture;

/* A guest with firn-guard, unless a test says otherwise before it looks. */
static void
set_up(Fixture *fixture, gconstpointer data)
{
    FirnFreezeLimits limits;

    firn_test_job_rig_set_up(&fixture->job, NULL);
    firn_freeze_limits_init(&limits);
    fixture->guest = fixture->job.rig.agent;
    fixture->evidence = firn_evidence_new(limits.quiesce);
    fixture->check = firn_guest_check_new(fixture->job.rig.vm, &limits, NULL, fixture->evidence);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_guest_check_free(fixture->check);
    firn_evidence_free(fixture->evidence);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static void
have_guard(Fixture *fixture, const char *report)
{
    firn_test_fake_agent_put_file(fixture->guest, FOLDER_FILE, "1");
    if (report != NULL)
        firn_test_fake_agent_put_file(fixture->guest, REPORT, report);
}

static FirnFreeze *
freeze(Fixture *fixture)
{
    g_assert_true(firn_guest_check_look(fixture->check, NULL));
    firn_guest_check_ask_guest(fixture->check, NULL);
    g_assert_cmpuint(fixture->check->blockers->len, ==, 0);
    return firn_freeze_begin(fixture->check, NULL);
}

static void
freeze_and_thaw(Fixture *fixture)
{
    FirnFreeze *window = freeze(fixture);
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_freeze_is_whole(window, &error));
    g_assert_no_error(error);
    firn_freeze_end(window);
}

static gboolean
says_missing(Fixture *fixture)
{
    return firn_evidence_has(fixture->evidence, FIRN_INDICATION_HOOK_REPORT_MISSING);
}

static void
test_report(Fixture *fixture, gconstpointer data)
{
    g_autofree char *request = NULL;

    have_guard(fixture, WITH_TOKEN "\"state\": \"thawed\", \"level\": \"app\"}");
    freeze_and_thaw(fixture);
    request = firn_test_fake_agent_dup_file(fixture->guest, REQUEST);
    g_assert_true(g_regex_match_simple("^token=[0-9a-f-]{36}\ndeadman-sec=35\n$", request, 0, 0));
    g_assert_true(firn_guest_report_is_of_applications(fixture->evidence->guest_report));
    g_assert_false(says_missing(fixture));
}

/* It may be the report of another host tool's freeze, or nothing that can be read. */
static void
test_no_report(Fixture *fixture, gconstpointer report)
{
    have_guard(fixture, report);
    freeze_and_thaw(fixture);
    g_assert_null(fixture->evidence->guest_report);
    g_assert_true(says_missing(fixture));
}

static void
test_no_guard(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_put_file(fixture->guest, "/etc/hostname", "guest");
    freeze_and_thaw(fixture);
    g_assert_null(fixture->evidence->guest_report);
    g_assert_false(says_missing(fixture));
}

static void
test_no_file_commands(Fixture *fixture, gconstpointer command)
{
    have_guard(fixture, WITH_TOKEN "\"state\": \"thawed\", \"level\": \"app\"}");
    firn_test_fake_agent_disable(fixture->guest, command);
    freeze_and_thaw(fixture);
    g_assert_null(fixture->evidence->guest_report);
    g_assert_cmpuint(firn_test_peer_count(fixture->job.rig.agent_peer, "guest-file-open"), ==, 0);
}

/* The error has the hook's name, although an agent of QEMU 7.2 does not say more than a number. */
static void
test_hook_fails(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    FirnFreeze *window;

    have_guard(fixture,
               WITH_TOKEN "\"state\": \"failed\", \"level\": \"none\", \"failure\": {\"code\": 11, "
                          "\"reason\": \"hook-failed\", \"hook\": \"20-db\", \"phase\": "
                          "\"freeze\", \"message\": \"exit status 3\"}}");
    firn_test_peer_fail(fixture->job.rig.agent_peer,
                        "guest-fsfreeze-freeze",
                        1,
                        "fsfreeze hook has failed with status 11");
    window = freeze(fixture);
    g_assert_false(firn_freeze_is_whole(window, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED);
    g_assert_nonnull(strstr(error->message, "hook 20-db failed in phase freeze: exit status 3"));
    firn_freeze_end(window);
    g_assert_cmpstr(fixture->evidence->guest_report->failure->hook, ==, "20-db");
    firn_test_job_rig_assert_thawed(&fixture->job, 1, 1);
}

/* The report is not asked for, because the guest may be another one. */
static void
test_reset(Fixture *fixture, gconstpointer data)
{
    FirnFreeze *window;

    have_guard(fixture, WITH_TOKEN "\"state\": \"thawed\", \"level\": \"app\"}");
    window = freeze(fixture);
    firn_test_fake_monitor_emit(fixture->job.rig.monitor, "RESET", "{\"guest\": true}");
    firn_test_vm_rig_see_events(&fixture->job.rig);
    firn_freeze_end(window);
    g_assert_null(fixture->evidence->guest_report);
}

static void
add(const char *path, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/job/guest-hooks/report", NULL, test_report);
    add("/job/guest-hooks/no-report/none", NULL, test_no_report);
    add("/job/guest-hooks/no-report/damaged", WITH_TOKEN, test_no_report);
    add("/job/guest-hooks/no-report/of-another-freeze",
        "{\"schema\": 1, \"token\": \"1\", \"state\": \"thawed\", \"level\": \"app\"}",
        test_no_report);
    add("/job/guest-hooks/no-guard", NULL, test_no_guard);
    add("/job/guest-hooks/no-file-commands/open", "guest-file-open", test_no_file_commands);
    add("/job/guest-hooks/no-file-commands/write", "guest-file-write", test_no_file_commands);
    add("/job/guest-hooks/hook-fails", NULL, test_hook_fails);
    add("/job/guest-hooks/reset", NULL, test_reset);
    return g_test_run();
}
