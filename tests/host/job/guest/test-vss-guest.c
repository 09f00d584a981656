/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-guest.h"

#include <string.h>

#include "freeze.h"
#include "indication.h"
#include "job-rig.h"

typedef struct {
    FirnTestJobRig job;
    FirnTestFakeAgent *guest; /* (unowned) */
    FirnEvidence *evidence;
    FirnGuestCheck *check;
} Fixture;

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

static void
test_record(Fixture *fixture, gconstpointer data)
{
    const FirnVssReport *report;

    firn_test_fake_agent_be_windows(fixture->guest);
    freeze_and_thaw(fixture);
    report = fixture->evidence->vss_report;
    g_assert_cmpstr(report->shortfall, ==, NULL);
    g_assert_true(firn_vss_report_is_of_applications(report));
    g_assert_cmpuint(report->counter, ==, 7);
    g_assert_cmpuint(report->in_all_max_ms, ==, 20000);
    g_assert_cmpuint(report->writers->len, ==, 1);
    g_assert_null(fixture->evidence->guest_report);
    g_assert_cmpuint(fixture->evidence->indications->len, ==, 2); /* Online, GuestAgent */
}

/* Nothing is asked of Linux, though its agent may run programs. */
static void
test_linux(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_be_windows(fixture->guest);
    firn_test_fake_agent_set_os(fixture->guest, "debian");
    freeze_and_thaw(fixture);
    g_assert_null(fixture->evidence->vss_report);
    g_assert_cmpuint(firn_test_peer_count(fixture->job.rig.agent_peer, "guest-exec"), ==, 0);
}

static void
test_absent(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_be_windows(fixture->guest);
    firn_test_fake_agent_print(fixture->guest, "status", NULL);
    freeze_and_thaw(fixture);
    g_assert_cmpstr(fixture->evidence->vss_report->shortfall,
                    ==,
                    "firn-vss is not installed in the guest");
    g_assert_false(firn_vss_report_is_of_applications(fixture->evidence->vss_report));
    g_assert_true(firn_evidence_has(fixture->evidence, FIRN_INDICATION_NO_VSS_WRITER));
    g_assert_cmpuint(firn_test_peer_count(fixture->job.rig.agent_peer, "guest-exec"), ==, 1);
}

/* It could be asked before the freeze, and then no more. */
static void
test_gone(Fixture *fixture, gconstpointer data)
{
    FirnFreeze *window;

    firn_test_fake_agent_be_windows(fixture->guest);
    window = freeze(fixture);
    firn_test_fake_agent_print(fixture->guest, "status", "{\"version\": 1");
    firn_freeze_end(window);
    g_assert_null(fixture->evidence->vss_report->program);
    g_assert_false(firn_vss_report_is_of_applications(fixture->evidence->vss_report));
    g_assert_true(firn_evidence_has(fixture->evidence, FIRN_INDICATION_HOOK_REPORT_MISSING));
}

/* The report is not asked for, because the guest may be another one. */
static void
test_reset(Fixture *fixture, gconstpointer data)
{
    FirnFreeze *window;

    firn_test_fake_agent_be_windows(fixture->guest);
    window = freeze(fixture);
    firn_test_fake_monitor_emit(fixture->job.rig.monitor, "RESET", "{\"guest\": true}");
    firn_test_vm_rig_see_events(&fixture->job.rig);
    firn_freeze_end(window);
    g_assert_null(fixture->evidence->vss_report->program);
    g_assert_false(firn_vss_report_is_of_applications(fixture->evidence->vss_report));
}

/* Nothing is left of the report of an earlier attempt. */
static void
test_again(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_fake_agent_be_windows(fixture->guest);
    freeze_and_thaw(fixture);
    fixture->check->agent = firn_vm_open_agent(fixture->job.rig.vm, NULL, &error);
    g_assert_no_error(error);
    firn_test_fake_agent_print(fixture->guest, "status", NULL);
    firn_freeze_end(firn_freeze_begin(fixture->check, NULL));
    g_assert_null(fixture->evidence->vss_report->program);
    g_assert_cmpuint(fixture->evidence->vss_report->writers->len, ==, 0);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/job/vss-guest/record", test_record);
    add("/job/vss-guest/linux", test_linux);
    add("/job/vss-guest/absent", test_absent);
    add("/job/vss-guest/gone", test_gone);
    add("/job/vss-guest/reset", test_reset);
    add("/job/vss-guest/again", test_again);
    return g_test_run();
}
