/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-test-job.h"

#include <string.h>

#include "findings.h"
#include "host-error.h"
#include "job-rig.h"

typedef struct {
    FirnTestJobRig job;
    FirnJob *test;    /* (owned) (nullable) */
    GError *refused;  /* (owned) (nullable) */
    GVariant *result; /* (owned) (nullable) */
} Fixture;

static void
on_completed(FirnJob *job, gpointer queue)
{
    g_async_queue_push(queue, GINT_TO_POINTER(1));
}

static void
start(gpointer data)
{
    Fixture *fixture = data;
    FirnJob *job;
    FirnFreezeLimits limits;

    firn_freeze_limits_init(&limits);
    limits.deadline_ms = 10000;
    job = firn_freeze_test_job_start(fixture->job.jobs,
                                     fixture->job.rig.vm,
                                     &limits,
                                     1000,
                                     &fixture->refused);
    if (job == NULL)
        return;
    fixture->test = g_object_ref(job);
    g_signal_connect(job, "completed", G_CALLBACK(on_completed), fixture->job.ended);
}

static void
run(Fixture *fixture)
{
    firn_test_loop_thread_call(start, fixture);
    g_assert_no_error(fixture->refused);
    firn_test_job_rig_end(&fixture->job);
    g_assert_cmpint(firn_job_get_state(fixture->test), ==, FIRN_JOB_STATE_COMPLETED);
    fixture->result = firn_job_dup_result(fixture->test);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_object(&fixture->test);
    g_clear_error(&fixture->refused);
    g_clear_pointer(&fixture->result, g_variant_unref);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
}

static void
assert_text(Fixture *fixture, const char *key, const char *expected)
{
    const char *text = NULL;

    g_variant_lookup(fixture->result, key, "&s", &text);
    g_assert_cmpstr(text, ==, expected);
}

static void
assert_finding(Fixture *fixture, const char *expected)
{
    g_autoptr(GVariant) findings =
        g_variant_lookup_value(fixture->result, "findings", G_VARIANT_TYPE(FIRN_FINDINGS_TYPE));
    g_autofree char *text = g_variant_print(findings, FALSE);

    if (strstr(text, expected) == NULL)
        g_error("no %s in %s", expected, text);
}

static void
test_good(Fixture *fixture, gconstpointer data)
{
    guint64 frozen_for_us = 0;
    guint32 frozen = 0, thawed = 0;

    run(fixture);
    assert_text(fixture, "verdict", "filesystem");
    assert_text(fixture, "hint", "");
    assert_finding(fixture, "'2 of 2 file systems: /mnt/a (ext4), /mnt/b (ext4)'");
    g_assert_true(g_variant_lookup(fixture->result, "frozen", "u", &frozen));
    g_assert_true(g_variant_lookup(fixture->result, "thawed", "u", &thawed));
    g_assert_true(g_variant_lookup(fixture->result, "frozen-for", "t", &frozen_for_us));
    g_assert_cmpuint(frozen, ==, 2);
    g_assert_cmpuint(thawed, ==, 2);
    g_assert_cmpuint(frozen_for_us, >, 0);
    firn_test_job_rig_assert_thawed(&fixture->job, 1, 1);
}

static void
test_denied(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_fail(fixture->job.rig.agent_peer,
                        "guest-fsfreeze-freeze",
                        1,
                        "failed to open /mnt/b: Permission denied");
    run(fixture);
    assert_text(fixture, "verdict", "crash");
    assert_text(fixture, "hint", "guest-permission");
    assert_text(fixture, "mountpoint", "/mnt/b");
    assert_finding(
        fixture,
        "('GuestPermission', 'error', 'freeze of /mnt/b', 'guest-fsfreeze-freeze: failed ");
    assert_finding(fixture,
                   "/mnt/b: Permission denied', 'in a guest with SELinux: setsebool -P virt_");
    firn_test_job_rig_assert_thawed(&fixture->job, 1, 1);
}

static void
test_thaw_hook(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_fail(fixture->job.rig.agent_peer,
                        "guest-fsfreeze-thaw",
                        1,
                        "fsfreeze hook has failed with status 1");
    run(fixture);
    assert_text(fixture, "verdict", "crash");
    assert_finding(fixture, "'HookFailed', 'error', 'hooks'");
}

/* Nothing is sent to a guest that cannot be frozen. */
static void
test_disabled(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_disable(fixture->job.rig.agent, "guest-fsfreeze-freeze");
    run(fixture);
    assert_finding(
        fixture,
        "('AgentUnavailable', 'error', 'guest agent', \"guest-fsfreeze-freeze: disabled");
    assert_finding(fixture, "allow it in the guest (block-rpcs or allow-rpcs in ");
    firn_test_job_rig_assert_thawed(&fixture->job, 0, 0);
}

static void
test_busy(Fixture *fixture, gconstpointer data)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(&fixture->job, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnJob) create = NULL;

    firn_test_peer_when(fixture->job.rig.agent_peer, "guest-fsfreeze-freeze", 1, NULL);
    create = firn_test_job_rig_begin(&fixture->job, params);
    firn_test_loop_thread_call(start, fixture);
    g_assert_error(fixture->refused, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
    g_assert_true(firn_job_cancel(create));
    firn_test_job_rig_end(&fixture->job);
}

#define ADD(name, function)                                                                        \
    g_test_add("/job/freeze-test-job/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("good", test_good);
    ADD("denied", test_denied);
    ADD("thaw-hook", test_thaw_hook);
    ADD("disabled", test_disabled);
    ADD("busy", test_busy);
    return g_test_run();
}
