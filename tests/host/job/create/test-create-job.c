/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "create-job.h"

#include "disk-image.h"
#include "engine-error.h"
#include "host-error.h"
#include "job-rig.h"

/**
 * Situation:
 * @arrange: sets up the situation
 * @error: code of FIRN_HOST_ERROR that quiesce=require ends with; SUCCEEDS; or FAILS, then
 * quiesce=try fails as well
 * @indication: (nullable): what quiesce=try has to indicate
 * @freezes: how many freezes are sent
 * @thaws: how many thaws are sent
 *
 * What can happen during the freeze window of a snapshot. Unless it succeeds, quiesce=require must
 * leave nothing behind, and quiesce=try must call the result "crash".
 */
typedef struct {
    const char *name;
    void (*arrange)(FirnTestJobRig *self, FirnFreezeLimits *limits);
    int error;
    const char *indication;
    guint freezes;
    guint thaws;
} Situation;

#define SUCCEEDS (-1)
#define FAILS    (-2)

static void
arrange_nothing(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
}

static void
arrange_no_agent(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_vm_rig_end_agent(&self->rig);
}

static void
arrange_closed_port(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    g_autofree char *reply = g_strdup_printf(
        "{\"id\": $id, \"return\": [{\"filename\": \"disconnected:unix:%s/qga,server=on\", "
        "\"frontend-open\": false}]}\n",
        self->rig.folder);

    firn_test_peer_when(self->rig.monitor_peer,
                        "query-chardev",
                        0,
                        (FirnTestStep[]){{.text = reply}, {0}});
}

static void
arrange_unable_agent(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_fake_agent_disable(self->rig.agent, "guest-fsfreeze-freeze");
}

static void
arrange_blind_agent(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_fake_agent_disable(self->rig.agent, "guest-get-fsinfo");
}

static void
arrange_refused_freeze(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_peer_fail(self->rig.agent_peer, "guest-fsfreeze-freeze", 1, "hook has failed");
}

static void
arrange_nothing_frozen(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_fake_agent_set_counts(self->rig.agent, 0, -1);
}

static void
arrange_too_few_frozen(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_fake_agent_set_counts(self->rig.agent, 1, -1);
}

static void
arrange_impossible_count(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_peer_when(self->rig.agent_peer,
                        "guest-fsfreeze-freeze",
                        1,
                        (FirnTestStep[]){{.text = "{\"return\": 1000000000}\n"}, {0}});
}

static void
arrange_slow_freeze(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    limits->freeze_wait_ms = 100;
    firn_test_peer_when(self->rig.agent_peer,
                        "guest-fsfreeze-freeze",
                        1,
                        (FirnTestStep[]){
                            {.delay_ms = 500, .pass = TRUE},
                            {0              }
    });
}

static void
arrange_agent_ends(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_peer_when(self->rig.agent_peer,
                        "guest-fsfreeze-freeze",
                        1,
                        (FirnTestStep[]){{.hang_up = TRUE}, {0}});
}

static void
arrange_early_thaw(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_fake_agent_set_counts(self->rig.agent, -1, 1);
}

/* The guest is thawed all the same, and reports that when it is asked. */
static void
arrange_thaw_hook_fails(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_peer_when(self->rig.agent_peer,
                        "guest-fsfreeze-freeze",
                        1,
                        (FirnTestStep[]){{.text = "{\"return\": 2}\n"}, {0}});
    firn_test_peer_fail(self->rig.agent_peer, "guest-fsfreeze-thaw", 1, "hook has failed");
}

static void
say_in_window(FirnTestJobRig *self, const char *line)
{
    firn_test_peer_when(self->rig.monitor_peer,
                        "transaction",
                        1,
                        (FirnTestStep[]){{.text = line}, {.pass = TRUE}, {0}});
}

static void
arrange_reset(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    say_in_window(self, "{\"event\": \"RESET\", \"data\": {\"guest\": true}}\n");
}

static void
arrange_port_closes(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    say_in_window(self,
                  "{\"event\": \"VSERPORT_CHANGE\", \"data\": {\"open\": false, \"id\": "
                  "\"qgaport\"}}\n");
}

static void
arrange_stop(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    say_in_window(self, "{\"event\": \"STOP\"}\n");
}

static void
arrange_paused(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_fake_monitor_set_state(self->rig.monitor, "paused");
}

static void
arrange_foreign_freeze(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_fake_agent_set_frozen(self->rig.agent, TRUE);
}

static void
arrange_frozen_meanwhile(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    const FirnTestStep refusal[] = {
        {.text = "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"is frozen\"}}\n"},
        {0},
    };

    firn_test_peer_when(self->rig.agent_peer, "guest-fsfreeze-freeze", 1, refusal);
}

static void
arrange_slow_cut(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    limits->frozen_max_ms = 100;
    firn_test_peer_when(self->rig.monitor_peer,
                        "transaction",
                        1,
                        (FirnTestStep[]){
                            {.delay_ms = 500, .pass = TRUE},
                            {0              }
    });
}

static void
arrange_half_cut(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_fake_monitor_break_transaction(self->rig.monitor, 1);
}

static void
arrange_false_cut(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_peer_when(self->rig.monitor_peer,
                        "transaction",
                        1,
                        (FirnTestStep[]){{.text = "{\"id\": $id, \"return\": {}}\n"}, {0}});
}

static void
arrange_changed_disks(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_peer_when(self->rig.monitor_peer,
                        "query-block",
                        2,
                        (FirnTestStep[]){{.pass = TRUE}, {0}});
    firn_test_peer_when(self->rig.monitor_peer,
                        "query-block",
                        1,
                        (FirnTestStep[]){{.text = "{\"id\": $id, \"return\": []}\n"}, {0}});
}

static void
arrange_lost_catalogue(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    g_autofree char *path = g_build_filename(self->rig.folder, "catalogue", NULL);

    g_assert_true(g_file_set_contents(path, "no folder", -1, NULL));
}

/* The monitor's connection ends, but QEMU does not. */
static void
arrange_lost_monitor(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_peer_when(self->rig.monitor_peer,
                        "transaction",
                        1,
                        (FirnTestStep[]){{.hang_up = TRUE}, {0}});
}

/* The connection ends when the disks have the snapshot; the guest is thawed a little later. */
static void
arrange_lost_after_cut(FirnTestJobRig *self, FirnFreezeLimits *limits)
{
    firn_test_peer_when(self->rig.monitor_peer,
                        "transaction",
                        1,
                        (FirnTestStep[]){{.pass = TRUE}, {.hang_up = TRUE}, {0}});
    firn_test_peer_when(self->rig.agent_peer,
                        "guest-fsfreeze-thaw",
                        1,
                        (FirnTestStep[]){
                            {.delay_ms = 300, .pass = TRUE},
                            {0              }
    });
}

#define NO_AGENT FIRN_HOST_ERROR_AGENT_UNAVAILABLE
#define FAILED   FIRN_HOST_ERROR_FREEZE_FAILED
#define EXPIRED  FIRN_HOST_ERROR_FREEZE_EXPIRED
#define LATE     FIRN_HOST_ERROR_FREEZE_TIMEOUT
#define FOREIGN  FIRN_HOST_ERROR_GUEST_FROZEN

static const Situation situations[] = {
    {"all-is-well",      arrange_nothing,          SUCCEEDS, "GuestAgent",     1, 1},
    {"no-agent",         arrange_no_agent,         NO_AGENT, "NoGuestAgent",   0, 0},
    {"closed-port",      arrange_closed_port,      NO_AGENT, "NoGuestAgent",   0, 0},
    {"unable-agent",     arrange_unable_agent,     NO_AGENT, "FreezeDisabled", 0, 0},
    {"blind-agent",      arrange_blind_agent,      NO_AGENT, "AgentBlocked",   0, 0},
    {"refused-freeze",   arrange_refused_freeze,   FAILED,   "QuiesceFailed",  1, 1},
    {"nothing-frozen",   arrange_nothing_frozen,   FAILED,   "QuiesceFailed",  1, 1},
    {"too-few-frozen",   arrange_too_few_frozen,   FAILED,   "QuiesceFailed",  1, 1},
    {"impossible-count", arrange_impossible_count, FAILED,   "QuiesceFailed",  1, 1},
    {"slow-freeze",      arrange_slow_freeze,      LATE,     "QuiesceTimeout", 1, 1},
    {"agent-ends",       arrange_agent_ends,       FAILED,   "QuiesceFailed",  1, 1},
    {"early-thaw",       arrange_early_thaw,       EXPIRED,  "QuiesceExpired", 1, 1},
    {"thaw-hook-fails",  arrange_thaw_hook_fails,  FAILED,   "QuiesceFailed",  1, 1},
    {"reset",            arrange_reset,            EXPIRED,  "QuiesceExpired", 1, 0},
    {"port-closes",      arrange_port_closes,      EXPIRED,  "QuiesceExpired", 1, 1},
    {"stop",             arrange_stop,             EXPIRED,  "QuiesceExpired", 1, 1},
    {"paused",           arrange_paused,           FAILED,   "Paused",         0, 0},
    {"foreign-freeze",   arrange_foreign_freeze,   FOREIGN,  "QuiesceFailed",  0, 0},
    {"frozen-meanwhile", arrange_frozen_meanwhile, FOREIGN,  "QuiesceFailed",  1, 0},
    {"slow-cut",         arrange_slow_cut,         EXPIRED,  "QuiesceExpired", 1, 1},
    {"half-cut",         arrange_half_cut,         FAILS,    NULL,             1, 1},
    {"false-cut",        arrange_false_cut,        FAILS,    NULL,             1, 1},
    {"changed-disks",    arrange_changed_disks,    FAILS,    NULL,             1, 1},
    {"lost-catalogue",   arrange_lost_catalogue,   FAILS,    NULL,             1, 1},
    {"lost-monitor",     arrange_lost_monitor,     FAILS,    NULL,             1, 1},
    {"lost-after-cut",   arrange_lost_after_cut,   EXPIRED,  "QuiesceExpired", 1, 1},
};

static void
assert_traffic(FirnTestJobRig *self, const Situation *situation)
{
    if (self->rig.agent != NULL)
        firn_test_job_rig_assert_thawed(self, situation->freezes, situation->thaws);
    if (situation->thaws > 0)
        g_assert_false(firn_test_fake_agent_is_frozen(self->rig.agent));
    if (situation->arrange == arrange_foreign_freeze)
        g_assert_true(firn_test_fake_agent_is_frozen(self->rig.agent));
}

static void
assert_nothing_left(FirnTestJobRig *self, FirnJob *job)
{
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    g_assert_nonnull(firn_job_get_error(job));
    firn_test_job_rig_assert_tags(self, "");
    g_assert_cmpuint(firn_catalogue_count(self->rig.catalogue), ==, 0);
}

/* The evidence is the only record of the freeze. */
static void
assert_evidence(FirnJob *job, const Situation *situation)
{
    g_autoptr(GVariant) result = firn_job_dup_result(job);
    g_auto(GStrv) indications = NULL;
    g_autofree char *evidence = NULL;

    g_assert_true(g_variant_lookup(result, "evidence", "s", &evidence));
    g_assert_true(g_variant_lookup(result, "indications", "^as", &indications));
    g_assert_true(situation->indication == NULL ||
                  g_strv_contains((const char *const *)indications, situation->indication));
    g_assert_true(situation->freezes == 0 || strstr(evidence, "\"freeze_sent_us\"") != NULL);
    g_assert_true(situation->thaws == 0 || strstr(evidence, "\"thawed_us\"") != NULL);
}

static FirnSnapshot *
assert_recorded(FirnTestJobRig *self, FirnJob *job, FirnVerdict verdict)
{
    g_autoptr(GError) error = NULL;
    FirnSnapshot *snapshot;

    g_assert_no_error(firn_job_get_error(job));
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_COMPLETED);
    snapshot = firn_catalogue_lookup(self->rig.catalogue, "@latest", &error);
    g_assert_no_error(error);
    g_assert_cmpint(snapshot->verdict, ==, verdict);
    return snapshot;
}

static void
test_require(FirnTestJobRig *self, gconstpointer data)
{
    const Situation *situation = data;
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnJob) job = NULL;

    situation->arrange(self, &params->limits);
    job = firn_test_job_rig_create(self, params);
    assert_traffic(self, situation);
    if (situation->error == SUCCEEDS) {
        g_autoptr(FirnSnapshot) snapshot = assert_recorded(self, job, FIRN_VERDICT_FILESYSTEM);

        firn_test_job_rig_assert_tags(self, snapshot->tag);
        return;
    }
    assert_nothing_left(self, job);
    assert_evidence(job, situation);
    if (situation->error != FAILS)
        g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, situation->error);
}

static void
test_try(FirnTestJobRig *self, gconstpointer data)
{
    const Situation *situation = data;
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_TRY);
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(FirnSnapshot) snapshot = NULL;
    g_autoptr(GVariant) result = NULL;
    g_auto(GStrv) indications = NULL;

    situation->arrange(self, &params->limits);
    job = firn_test_job_rig_create(self, params);
    assert_traffic(self, situation);
    if (situation->error == FAILS) {
        assert_nothing_left(self, job);
        return;
    }
    snapshot = assert_recorded(self,
                               job,
                               situation->error == SUCCEEDS ? FIRN_VERDICT_FILESYSTEM
                                                            : FIRN_VERDICT_CRASH);
    firn_test_job_rig_assert_tags(self, snapshot->tag);
    result = firn_job_dup_result(job);
    g_assert_true(g_variant_lookup(result, "indications", "^as", &indications));
    g_assert_true(g_strv_contains((const char *const *)indications, situation->indication));
}

/* Without quiescing nothing is sent to the guest. */
static void
test_never(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job =
        firn_test_job_rig_create(self, firn_test_job_rig_new_params(self, FIRN_QUIESCE_NEVER));
    g_autoptr(FirnSnapshot) snapshot = assert_recorded(self, job, FIRN_VERDICT_CRASH);

    g_assert_cmpuint(firn_test_peer_count(self->rig.agent_peer, FIRN_TEST_PEER_CONNECTED), ==, 0);
    firn_test_job_rig_assert_tags(self, snapshot->tag);
}

static void
assert_off_tags(FirnTestJobRig *self, const char *device, const char *expected)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", self->rig.folder, device);
    g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(path);

    g_assert_cmpstr(tags[0], ==, expected);
}

/* The quiesce mode does not matter then. */
static void
test_off(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(FirnSnapshot) snapshot = NULL;

    firn_test_vm_rig_end_qemu(&self->rig);
    job = firn_test_job_rig_create(self, firn_test_job_rig_new_params(self, GPOINTER_TO_INT(data)));
    snapshot = assert_recorded(self, job, FIRN_VERDICT_OFFLINE);
    assert_off_tags(self, "vda", snapshot->tag);
    assert_off_tags(self, "vdb", snapshot->tag);
}

/* A job that waits for the reply of @peer to @command. On a busy machine it gets there late: a
 * deadline is to pass only then. */
static FirnJob *
begin_stuck(FirnTestJobRig *self, FirnTestPeer *peer, const char *command, guint deadline_ms)
{
    guint before = firn_test_peer_count(peer, command);
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    FirnJob *job;

    params->limits.deadline_ms = deadline_ms;
    firn_test_peer_when(peer, command, 1, NULL);
    job = firn_test_job_rig_begin(self, params);
    g_assert_true(firn_test_peer_wait_count(peer, command, before + 1, 10000));
    return job;
}

static void
assert_cancelled(FirnTestJobRig *self, FirnJob *job, guint thaws)
{
    g_assert_true(firn_job_cancel(job));
    firn_test_job_rig_end(self);
    g_assert_error(firn_job_get_error(job), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_CANCELLED);
    firn_test_job_rig_assert_thawed(self, thaws, thaws);
    firn_test_job_rig_assert_tags(self, "");
}

static void
test_cancelled_in_check(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = begin_stuck(self, self->rig.monitor_peer, "query-status", 0);

    assert_cancelled(self, job, 0);
}

static void
test_cancelled_in_freeze(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = begin_stuck(self, self->rig.agent_peer, "guest-fsfreeze-freeze", 0);

    assert_cancelled(self, job, 1);
}

static void
test_overdue_in_check(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = begin_stuck(self, self->rig.monitor_peer, "query-block", 1500);

    firn_test_job_rig_end(self);
    assert_nothing_left(self, job);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_TIMED_OUT);
}

static void
test_overdue_in_freeze(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = begin_stuck(self, self->rig.agent_peer, "guest-fsfreeze-freeze", 4000);

    firn_test_job_rig_end(self);
    assert_nothing_left(self, job);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_TIMED_OUT);
    firn_test_job_rig_assert_thawed(self, 1, 1);
}

static void
test_too_late_to_cancel(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    firn_test_peer_when(self->rig.monitor_peer,
                        "transaction",
                        1,
                        (FirnTestStep[]){
                            {.delay_ms = 200, .pass = TRUE},
                            {0              }
    });
    job = firn_test_job_rig_begin(self, firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE));
    g_assert_true(firn_test_peer_wait_count(self->rig.monitor_peer, "transaction", 1, 10000));
    g_assert_false(firn_job_cancel(job));
    firn_test_job_rig_end(self);
    firn_snapshot_unref(assert_recorded(self, job, FIRN_VERDICT_FILESYSTEM));
}

static gboolean
is_refused(FirnTestJobRig *self, const char *name, const char *comment)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_NEVER);
    g_autoptr(GError) error = NULL;

    params->name = g_strdup(name);
    g_free(params->comment);
    params->comment = g_strdup(comment);
    /* Refused before it needs a main loop. */
    g_assert_null(firn_create_job_start(self->jobs, params, 0, &error));
    return g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
}

static void
test_words(FirnTestJobRig *self, gconstpointer data)
{
    g_assert_true(is_refused(self, "../x", ""));
    g_assert_true(is_refused(self, "12", ""));
    g_assert_true(is_refused(self, "good", "bell \a"));
}

static void
add_situations(const char *folder, GTestFixtureFunc test)
{
    for (guint i = 0; i < G_N_ELEMENTS(situations); i++) {
        g_autofree char *path =
            g_strdup_printf("/job/create-job/%s/%s", folder, situations[i].name);

        g_test_add_vtable(path,
                          sizeof(FirnTestJobRig),
                          &situations[i],
                          (GTestFixtureFunc)firn_test_job_rig_set_up,
                          test,
                          (GTestFixtureFunc)firn_test_job_rig_tear_down);
    }
}

static void
add(const char *name, int data, void (*test)(FirnTestJobRig *, gconstpointer))
{
    g_autofree char *path = g_strconcat("/job/create-job/", name, NULL);

    firn_test_job_rig_add(path, GINT_TO_POINTER(data), test);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add_situations("require", (GTestFixtureFunc)test_require);
    add_situations("try", (GTestFixtureFunc)test_try);
    add("never/sends-nothing-to-the-guest", 0, test_never);
    add("off/require", FIRN_QUIESCE_REQUIRE, test_off);
    add("off/try", FIRN_QUIESCE_TRY, test_off);
    add("off/never", FIRN_QUIESCE_NEVER, test_off);
    add("cancelled/in-check", 0, test_cancelled_in_check);
    add("cancelled/in-freeze", 0, test_cancelled_in_freeze);
    add("cancelled/in-cut-is-too-late", 0, test_too_late_to_cancel);
    add("overdue/in-check", 0, test_overdue_in_check);
    add("overdue/in-freeze", 0, test_overdue_in_freeze);
    add("words-that-cannot-be", 0, test_words);
    return g_test_run();
}
