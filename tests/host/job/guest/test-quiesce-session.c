/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quiesce-session.h"

#include <string.h>

#include "host-error.h"
#include "job-rig.h"

#define PATIENCE_US   (20 * G_USEC_PER_SEC)
#define FROZEN_MAX_MS 60000

/* What a holder was notified of. */
typedef struct {
    guint frozen;
    guint ended;
    FirnQuiesceSessionOutcome last;
    GError *reason;
    FirnVm *vm; /* (unowned) */
} Ears;

/* A job whose thread does what the test orders. */
typedef struct {
    FirnTestJobRig job;
    FirnQuiesceSession *hold;
    FirnEvidence *evidence;
    FirnEventClock clock;
    GAsyncQueue *steps;
    FirnJob *running;
    Ears ears[2];
    FirnQuiesceHolder *holders[2];
} Fixture;

static void
on_frozen(FirnQuiesceHolder *holder, gpointer user_data)
{
    ((Ears *)user_data)->frozen++;
}

static void
on_ended(FirnQuiesceHolder *holder, const FirnQuiesceSessionOutcome *outcome, gpointer user_data)
{
    Ears *ears = user_data;

    /* A holder may start a new session at once. */
    g_assert_cmpuint(firn_vm_get_job(ears->vm), ==, 0);
    ears->ended++;
    ears->last = *outcome;
    ears->reason = outcome->reason == NULL ? NULL : g_error_copy(outcome->reason);
}

static gboolean
run(FirnJob *job, gpointer params, GError **error)
{
    Fixture *fixture = params;
    void (*step)(Fixture *);
    GError *failure = NULL;

    firn_quiesce_session_attend(fixture->hold, job);
    g_async_queue_push(fixture->job.ended, GINT_TO_POINTER(1));
    while ((step = g_async_queue_pop(fixture->steps)) != (gpointer)run) {
        step(fixture);
        g_async_queue_push(fixture->job.ended, GINT_TO_POINTER(1));
    }
    if (fixture->evidence->frozen_us == 0)
        failure = g_error_new(FIRN_HOST_ERROR, FIRN_HOST_ERROR_AGENT_UNAVAILABLE, "no agent");
    firn_quiesce_session_end(fixture->hold, fixture->evidence, FROZEN_MAX_MS, &failure);
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL;
}

static void
keep(gpointer data)
{
}

static void
join(Fixture *fixture, guint i)
{
    const FirnQuiesceHolderOwner owner = {100 + i, 17 + i, on_frozen, on_ended, &fixture->ears[i]};

    fixture->ears[i].vm = fixture->job.rig.vm;
    fixture->holders[i] = firn_quiesce_session_join(fixture->hold, &owner);
}

static void
join_first(gpointer fixture)
{
    join(fixture, 0);
}

static void
join_second(gpointer fixture)
{
    join(fixture, 1);
}

static void
let_go_first(gpointer data)
{
    firn_quiesce_holder_release(((Fixture *)data)->holders[0]);
}

static void
let_go_second(gpointer data)
{
    firn_quiesce_holder_release(((Fixture *)data)->holders[1]);
}

static void
on_loop(Fixture *fixture, void (*function)(gpointer))
{
    firn_test_loop_thread_call(function, fixture);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    FirnJobRequest request = {.operation = "hold", .run = run, .free_params = keep};

    firn_test_job_rig_set_up(&fixture->job, NULL);
    fixture->hold = firn_quiesce_session_new();
    fixture->evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    fixture->evidence->run_state = g_strdup("running");
    fixture->steps = g_async_queue_new();
    firn_event_clock_init(&fixture->clock);
    on_loop(fixture, join_first);
    request.vm = fixture->job.rig.vm;
    request.params = fixture;
    fixture->running = firn_test_job_rig_start(&fixture->job, &request, NULL);
    firn_test_job_rig_end(&fixture->job);
}

static void
let_all_go(gpointer data)
{
    Fixture *fixture = data;

    firn_quiesce_holder_free(fixture->holders[0]);
    firn_quiesce_holder_free(fixture->holders[1]);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    on_loop(fixture, let_all_go);
    g_object_unref(fixture->running);
    firn_quiesce_session_unref(fixture->hold);
    firn_evidence_free(fixture->evidence);
    g_async_queue_unref(fixture->steps);
    for (guint i = 0; i < 2; i++)
        g_clear_error(&fixture->ears[i].reason);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

/* Has the job's thread do something, and waits for it. */
static void
in_job(Fixture *fixture, void (*step)(Fixture *))
{
    g_async_queue_push(fixture->steps, step);
    firn_test_job_rig_end(&fixture->job);
}

static void
freeze(Fixture *fixture)
{
    FirnEvidence *evidence = fixture->evidence;

    evidence->expected = evidence->frozen = 2;
    evidence->freeze_sent_us = firn_event_clock_now(&fixture->clock);
    evidence->frozen_us = firn_event_clock_now(&fixture->clock);
    firn_quiesce_session_tell_frozen(fixture->hold,
                                     &fixture->clock,
                                     evidence->frozen_us + PATIENCE_US);
}

static void
thaw(Fixture *fixture)
{
    fixture->evidence->thawed = 2;
    fixture->evidence->thaw_sent_us = firn_event_clock_now(&fixture->clock);
    fixture->evidence->thawed_us = firn_event_clock_now(&fixture->clock);
}

static void
finish(Fixture *fixture)
{
    g_async_queue_push(fixture->steps, run);
    firn_test_job_rig_end(&fixture->job);
    /* Holders are notified after the rig. */
    on_loop(fixture, keep);
}

static gboolean
is_over(Fixture *fixture)
{
    return g_cancellable_is_cancelled(firn_quiesce_session_get_over(fixture->hold));
}

static void
test_held(Fixture *fixture, gconstpointer data)
{
    in_job(fixture, freeze);
    g_assert_cmpuint(fixture->ears[0].frozen, ==, 1);
    g_assert_cmpint(firn_quiesce_holder_get_until_us(fixture->holders[0]),
                    ==,
                    fixture->evidence->frozen_us + PATIENCE_US);
    g_assert_false(is_over(fixture));
    on_loop(fixture, let_go_first);
    g_assert_true(is_over(fixture));
    in_job(fixture, thaw);
    finish(fixture);
    g_assert_cmpuint(fixture->ears[0].ended, ==, 1);
    g_assert_true(fixture->ears[0].last.is_held);
    g_assert_cmpint(fixture->ears[0].last.verdict, ==, FIRN_VERDICT_FILESYSTEM);
    g_assert_null(fixture->ears[0].reason);
    g_assert_cmpint(fixture->ears[0].last.frozen_for_us,
                    ==,
                    fixture->evidence->thawed_us - fixture->evidence->freeze_sent_us);
}

static void
test_last_one_out(Fixture *fixture, gconstpointer data)
{
    on_loop(fixture, join_second);
    in_job(fixture, freeze);
    g_assert_cmpuint(fixture->ears[1].frozen, ==, 1);
    on_loop(fixture, let_go_first);
    on_loop(fixture, let_go_first);
    g_assert_false(is_over(fixture));
    on_loop(fixture, let_go_second);
    g_assert_true(is_over(fixture));
    in_job(fixture, thaw);
    finish(fixture);
    g_assert_true(fixture->ears[0].last.is_held);
    g_assert_true(fixture->ears[1].last.is_held);
}

static void
test_late_joiner(Fixture *fixture, gconstpointer data)
{
    in_job(fixture, freeze);
    on_loop(fixture, join_second);
    g_assert_cmpuint(fixture->ears[1].frozen, ==, 0);
    g_assert_cmpint(firn_quiesce_holder_get_until_us(fixture->holders[1]),
                    ==,
                    firn_quiesce_holder_get_until_us(fixture->holders[0]));
    finish(fixture);
}

static void
test_too_late(Fixture *fixture, gconstpointer data)
{
    in_job(fixture, freeze);
    on_loop(fixture, let_go_first);
    on_loop(fixture, join_second);
    g_assert_null(fixture->holders[1]);
    finish(fixture);
}

/* The guest is being thawed, however long that takes: no holder is told that it is frozen. */
static void
test_cancelled_before(Fixture *fixture, gconstpointer data)
{
    in_job(fixture, freeze);
    g_assert_true(firn_job_cancel(fixture->running));
    on_loop(fixture, join_second);
    g_assert_null(fixture->holders[1]);
    finish(fixture);
}

static void
freeze_and_expire(Fixture *fixture)
{
    freeze(fixture);
    firn_quiesce_session_tell_frozen(fixture->hold, &fixture->clock, fixture->evidence->frozen_us);
}

static void
test_expired_before(Fixture *fixture, gconstpointer data)
{
    in_job(fixture, freeze_and_expire);
    on_loop(fixture, join_second);
    g_assert_null(fixture->holders[1]);
    finish(fixture);
}

/* The first holder had finished when the window of the other ended too early. */
static void
test_each_his_own(Fixture *fixture, gconstpointer data)
{
    on_loop(fixture, join_second);
    in_job(fixture, freeze);
    on_loop(fixture, let_go_first);
    in_job(fixture, thaw);
    on_loop(fixture, let_go_second);
    finish(fixture);
    g_assert_true(fixture->ears[0].last.is_held);
    g_assert_false(fixture->ears[1].last.is_held);
    g_assert_error(fixture->ears[1].reason, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_EXPIRED);
    g_assert_error(firn_job_get_error(fixture->running),
                   FIRN_HOST_ERROR,
                   FIRN_HOST_ERROR_FREEZE_EXPIRED);
}

static void
test_never_let_go(Fixture *fixture, gconstpointer data)
{
    in_job(fixture, freeze);
    in_job(fixture, thaw);
    finish(fixture);
    g_assert_false(fixture->ears[0].last.is_held);
    g_assert_error(fixture->ears[0].reason, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_EXPIRED);
}

static void
break_window(Fixture *fixture)
{
    g_ptr_array_add(fixture->evidence->interruptions, g_strdup("RESET"));
}

static void
test_broken(Fixture *fixture, gconstpointer data)
{
    in_job(fixture, freeze);
    in_job(fixture, break_window);
    if (data != NULL)
        on_loop(fixture, let_go_first);
    in_job(fixture, thaw);
    finish(fixture);
    g_assert_false(fixture->ears[0].last.is_held);
    g_assert_error(fixture->ears[0].reason, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_EXPIRED);
    g_assert_nonnull(strstr(fixture->ears[0].reason->message, "RESET"));
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    in_job(fixture, freeze);
    g_assert_true(firn_job_cancel(fixture->running));
    g_assert_true(is_over(fixture));
    in_job(fixture, thaw);
    finish(fixture);
    g_assert_false(fixture->ears[0].last.is_held);
    g_assert_error(fixture->ears[0].reason, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint(firn_job_get_state(fixture->running), ==, FIRN_JOB_STATE_CANCELLED);
}

static void
test_not_frozen(Fixture *fixture, gconstpointer data)
{
    finish(fixture);
    g_assert_cmpuint(fixture->ears[0].frozen, ==, 0);
    g_assert_cmpuint(fixture->ears[0].ended, ==, 1);
    g_assert_error(fixture->ears[0].reason, FIRN_HOST_ERROR, FIRN_HOST_ERROR_AGENT_UNAVAILABLE);
}

static void
free_first(gpointer data)
{
    g_clear_pointer(&((Fixture *)data)->holders[0], firn_quiesce_holder_free);
}

static void
test_free_lets_go(Fixture *fixture, gconstpointer data)
{
    in_job(fixture, freeze);
    on_loop(fixture, free_first);
    g_assert_true(is_over(fixture));
    in_job(fixture, thaw);
    finish(fixture);
    g_assert_cmpuint(fixture->ears[0].ended, ==, 0);
}

static void
test_owners(Fixture *fixture, gconstpointer data)
{
    g_autofree char *both = NULL;
    g_autofree char *one = NULL;

    on_loop(fixture, join_second);
    both = firn_job_dup_holders(fixture->running);
    g_assert_cmpstr(both, ==, "process 17 of uid 100, process 18 of uid 101");
    on_loop(fixture, let_go_first);
    one = firn_job_dup_holders(fixture->running);
    g_assert_cmpstr(one, ==, "process 18 of uid 101");
    finish(fixture);
}

static void
test_full(void)
{
    const FirnQuiesceHolderOwner owner = {100, 17, NULL, NULL, NULL};
    FirnQuiesceHolder *holders[FIRN_QUIESCE_SESSION_MAX];
    FirnQuiesceSession *hold = firn_quiesce_session_new();

    for (guint i = 0; i < FIRN_QUIESCE_SESSION_MAX; i++)
        g_assert_nonnull(holders[i] = firn_quiesce_session_join(hold, &owner));
    g_assert_null(firn_quiesce_session_join(hold, &owner));
    firn_quiesce_holder_free(holders[0]);
    g_assert_nonnull(holders[0] = firn_quiesce_session_join(hold, &owner));
    for (guint i = 0; i < FIRN_QUIESCE_SESSION_MAX; i++)
        firn_quiesce_holder_free(holders[i]);
    firn_quiesce_session_unref(hold);
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
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/hold/held-until-let-go", NULL, test_held);
    add("/job/hold/last-one-out-ends-it", NULL, test_last_one_out);
    add("/job/hold/late-joiner-learns-what-time-is-left", NULL, test_late_joiner);
    add("/job/hold/nobody-joins-what-is-over", NULL, test_too_late);
    g_test_add_func("/job/hold/full", test_full);
    add("/job/hold/nobody-joins-what-is-cancelled", NULL, test_cancelled_before);
    add("/job/hold/nobody-joins-what-has-expired", NULL, test_expired_before);
    add("/job/hold/each-is-judged-by-when-he-let-go", NULL, test_each_his_own);
    add("/job/hold/never-let-go-is-not-held", NULL, test_never_let_go);
    add("/job/hold/broken-while-held", NULL, test_broken);
    add("/job/hold/broken-and-let-go-too-late", "let go", test_broken);
    add("/job/hold/cancelled", NULL, test_cancelled);
    add("/job/hold/not-frozen", NULL, test_not_frozen);
    add("/job/hold/freed-holder-lets-go-and-hears-nothing", NULL, test_free_lets_go);
    add("/job/hold/owners-are-told", NULL, test_owners);
    return g_test_run();
}
