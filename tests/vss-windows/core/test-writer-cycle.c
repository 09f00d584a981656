/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "writer-cycle.h"

#include <glib.h>

/* The states that have no thread of their own, and how they are reached. */
static FirnWriterCycle
make_cycle(FirnCycleState state)
{
    FirnWriterCycle cycle = {0};

    if (state == FIRN_CYCLE_IDLE)
        return cycle;
    firn_writer_cycle_begin(&cycle, FIRN_EVENT_PREPARE_BACKUP);
    if (state == FIRN_CYCLE_PREPARING)
        return cycle;
    firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_BACKUP, true);
    if (state == FIRN_CYCLE_PREPARED)
        return cycle;
    firn_writer_cycle_begin(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT);
    if (state == FIRN_CYCLE_QUIESCING)
        return cycle;
    firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT, true);
    if (state == FIRN_CYCLE_QUIESCED)
        return cycle;
    firn_writer_cycle_begin(&cycle, FIRN_EVENT_FREEZE);
    if (state == FIRN_CYCLE_FROZEN)
        return cycle;
    firn_writer_cycle_begin(&cycle, FIRN_EVENT_THAW);
    if (state == FIRN_CYCLE_THAWING)
        return cycle;
    firn_writer_cycle_end(&cycle, FIRN_EVENT_THAW, true);
    if (state == FIRN_CYCLE_POSTING)
        firn_writer_cycle_begin(&cycle, FIRN_EVENT_COMPLETE);
    return cycle;
}

static void
test_clean(void)
{
    FirnWriterCycle cycle = {0};

    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_PREPARE_BACKUP),
                    ==,
                    FIRN_ACTION_PREPARE);
    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_BACKUP, true),
                    ==,
                    FIRN_ACTION_NONE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT),
                    ==,
                    FIRN_ACTION_FREEZE);
    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT, true),
                    ==,
                    FIRN_ACTION_NONE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_FREEZE), ==, FIRN_ACTION_NONE);
    g_assert_cmpint(cycle.outcome, ==, FIRN_OUTCOME_UNFINISHED);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_THAW), ==, FIRN_ACTION_THAW);
    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_THAW, true), ==, FIRN_ACTION_NONE);
    g_assert_cmpint(cycle.outcome, ==, FIRN_OUTCOME_CLEAN);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_COMPLETE), ==, FIRN_ACTION_POST);
    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_COMPLETE, true), ==, FIRN_ACTION_NONE);
    g_assert_cmpint(cycle.state, ==, FIRN_CYCLE_IDLE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_SHUTDOWN), ==, FIRN_ACTION_NONE);
    g_assert_cmpint(cycle.outcome, ==, FIRN_OUTCOME_CLEAN);
}

/* What the README's table says, a row per state and a column per event: the first letters of
 * none, refuse, prepare, freeze, thaw, post (o), wait, cancel; e: enters frozen, g: ends in done.
 */
static void
test_table(void)
{
    static const char *const table[FIRN_CYCLE_N_STATES] = {
        "pfrnnnnnn",
        "rrrncnwcc",
        "pfrngoogg",
        "rrrccnccc",
        "rtettnttt",
        "rtrttnttt",
        "rrrwwnwww",
        "pfrnnoonn",
        "wwrnnnnnc",
    };
    static const char letters[] = {'n', 'r', 'p', 'f', 't', 'o', 'w'};

    for (FirnCycleState state = 0; state < FIRN_CYCLE_N_STATES; state++) {
        for (FirnCycleEvent event = 0; event < FIRN_EVENT_N_EVENTS; event++) {
            FirnWriterCycle cycle = make_cycle(state);
            char expected = table[state][event];
            char done;

            g_assert_cmpint(cycle.state, ==, state);
            done = letters[firn_writer_cycle_begin(&cycle, event)];
            if (done == 'w' && cycle.is_cancelled)
                done = 'c';
            if (done == 'n' && cycle.state != state)
                done = cycle.state == FIRN_CYCLE_FROZEN ? 'e' : 'g';
            if (done != expected)
                g_error("%s in %s: %c, not %c",
                        firn_cycle_event_name(event),
                        firn_cycle_state_name(state),
                        done,
                        expected);
        }
    }
}

static void
test_prepare_fails(void)
{
    FirnWriterCycle cycle = make_cycle(FIRN_CYCLE_PREPARING);

    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_BACKUP, false),
                    ==,
                    FIRN_ACTION_REFUSE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT),
                    ==,
                    FIRN_ACTION_REFUSE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_FREEZE), ==, FIRN_ACTION_REFUSE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_SHUTDOWN), ==, FIRN_ACTION_POST);
    g_assert_cmpint(cycle.outcome, ==, FIRN_OUTCOME_HOOK_FAILED);
}

static void
test_freeze_fails(void)
{
    FirnWriterCycle cycle = make_cycle(FIRN_CYCLE_QUIESCING);

    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT, false),
                    ==,
                    FIRN_ACTION_THAW);
    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT, true),
                    ==,
                    FIRN_ACTION_REFUSE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_FREEZE), ==, FIRN_ACTION_REFUSE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_ABORT), ==, FIRN_ACTION_NONE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_THAW), ==, FIRN_ACTION_NONE);
    g_assert_cmpint(cycle.outcome, ==, FIRN_OUTCOME_HOOK_FAILED);
}

/* The thread that ran the hooks thaws, and the one that aborted waits for it. */
static void
test_abort_while_quiescing(void)
{
    FirnWriterCycle cycle = make_cycle(FIRN_CYCLE_QUIESCING);

    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_ABORT), ==, FIRN_ACTION_WAIT);
    g_assert_true(cycle.is_cancelled);
    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT, true),
                    ==,
                    FIRN_ACTION_THAW);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_ABORT), ==, FIRN_ACTION_WAIT);
    g_assert_false(cycle.is_cancelled);
    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT, true),
                    ==,
                    FIRN_ACTION_REFUSE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_ABORT), ==, FIRN_ACTION_NONE);
    g_assert_cmpint(cycle.outcome, ==, FIRN_OUTCOME_ABORTED);
}

static void
test_abort_while_preparing(void)
{
    FirnWriterCycle cycle = make_cycle(FIRN_CYCLE_PREPARING);

    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_ABORT), ==, FIRN_ACTION_WAIT);
    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_PREPARE_BACKUP, true),
                    ==,
                    FIRN_ACTION_REFUSE);
    g_assert_cmpint(cycle.state, ==, FIRN_CYCLE_DONE);
    g_assert_cmpint(cycle.outcome, ==, FIRN_OUTCOME_ABORTED);
}

/* It thaws, and posts when that has ended. */
static void
test_requester_ends(void)
{
    FirnWriterCycle cycle = make_cycle(FIRN_CYCLE_FROZEN);

    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_SHUTDOWN), ==, FIRN_ACTION_THAW);
    g_assert_cmpint(firn_writer_cycle_end(&cycle, FIRN_EVENT_SHUTDOWN, true), ==, FIRN_ACTION_POST);
    g_assert_cmpint(cycle.outcome, ==, FIRN_OUTCOME_REQUESTER_ENDED);
}

static void
test_outcomes(void)
{
    static const struct {
        FirnCycleState state;
        FirnCycleEvent event;
        FirnCycleOutcome outcome;
    } cases[] = {
        {FIRN_CYCLE_FROZEN,   FIRN_EVENT_ABORT,            FIRN_OUTCOME_ABORTED     },
        {FIRN_CYCLE_FROZEN,   FIRN_EVENT_WATCHDOG,         FIRN_OUTCOME_EXPIRED     },
        {FIRN_CYCLE_QUIESCED, FIRN_EVENT_STOP,             FIRN_OUTCOME_STOPPED     },
        {FIRN_CYCLE_QUIESCED, FIRN_EVENT_THAW,             FIRN_OUTCOME_OUT_OF_ORDER},
        {FIRN_CYCLE_FROZEN,   FIRN_EVENT_PREPARE_SNAPSHOT, FIRN_OUTCOME_OUT_OF_ORDER},
        {FIRN_CYCLE_PREPARED, FIRN_EVENT_ABORT,            FIRN_OUTCOME_ABORTED     },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        FirnWriterCycle cycle = make_cycle(cases[i].state);

        firn_writer_cycle_begin(&cycle, cases[i].event);
        g_assert_cmpint(cycle.outcome, ==, cases[i].outcome);
    }
}

/* After Stop an application may not be frozen again: no process would be left to thaw it. */
static void
test_stopping(void)
{
    FirnWriterCycle cycle = make_cycle(FIRN_CYCLE_FROZEN);

    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_STOP), ==, FIRN_ACTION_THAW);
    firn_writer_cycle_end(&cycle, FIRN_EVENT_STOP, true);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_PREPARE_BACKUP),
                    ==,
                    FIRN_ACTION_REFUSE);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT),
                    ==,
                    FIRN_ACTION_REFUSE);
}

static void
test_new_run(void)
{
    FirnWriterCycle cycle = make_cycle(FIRN_CYCLE_FROZEN);

    firn_writer_cycle_begin(&cycle, FIRN_EVENT_ABORT);
    firn_writer_cycle_end(&cycle, FIRN_EVENT_ABORT, true);
    g_assert_cmpint(firn_writer_cycle_begin(&cycle, FIRN_EVENT_PREPARE_SNAPSHOT),
                    ==,
                    FIRN_ACTION_FREEZE);
    g_assert_cmpint(cycle.outcome, ==, FIRN_OUTCOME_UNFINISHED);
}

typedef struct {
    FirnWriterCycle cycle;
    FirnCycleEvent running;
    bool is_running;
    guint n_freezes;
    guint n_thaws;
} Walk;

static void
follow(Walk *self, FirnCycleEvent event, FirnCycleAction action)
{
    self->n_freezes += action == FIRN_ACTION_FREEZE;
    self->n_thaws += action == FIRN_ACTION_THAW;
    g_assert_cmpuint(self->n_thaws, <=, self->n_freezes);
    if (action >= FIRN_ACTION_PREPARE && action <= FIRN_ACTION_POST) {
        self->is_running = true;
        self->running = event;
    }
}

static void
step(Walk *self)
{
    FirnCycleEvent event = g_test_rand_int_range(0, FIRN_EVENT_N_EVENTS);
    bool is_well = g_test_rand_bit();

    if (self->is_running && g_test_rand_bit()) {
        self->is_running = false;
        follow(self, self->running, firn_writer_cycle_end(&self->cycle, self->running, is_well));
    } else {
        FirnCycleAction action = firn_writer_cycle_begin(&self->cycle, event);
        bool runs_hooks = action >= FIRN_ACTION_PREPARE && action <= FIRN_ACTION_POST;

        g_assert_false(self->is_running && runs_hooks);
        follow(self, event, action);
    }
}

/* Whatever comes in whatever order: one thread at a time runs hooks, and each freeze has one thaw.
 */
static void
test_any_order(void)
{
    for (guint i = 0; i < 2000; i++) {
        Walk walk = {0};

        for (guint n = 0; n < 60; n++) {
            walk.cycle.is_stopping = false;
            step(&walk);
            if (walk.cycle.state == FIRN_CYCLE_IDLE || walk.cycle.state == FIRN_CYCLE_DONE ||
                walk.cycle.state == FIRN_CYCLE_PREPARED)
                g_assert_cmpuint(walk.n_freezes, ==, walk.n_thaws);
            g_assert_true(firn_writer_cycle_may_write(&walk.cycle) ==
                          (walk.cycle.state != FIRN_CYCLE_FROZEN));
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-windows/writer-cycle/clean", test_clean);
    g_test_add_func("/vss-windows/writer-cycle/table", test_table);
    g_test_add_func("/vss-windows/writer-cycle/prepare-fails", test_prepare_fails);
    g_test_add_func("/vss-windows/writer-cycle/freeze-fails", test_freeze_fails);
    g_test_add_func("/vss-windows/writer-cycle/abort-while-quiescing", test_abort_while_quiescing);
    g_test_add_func("/vss-windows/writer-cycle/abort-while-preparing", test_abort_while_preparing);
    g_test_add_func("/vss-windows/writer-cycle/requester-ends", test_requester_ends);
    g_test_add_func("/vss-windows/writer-cycle/outcomes", test_outcomes);
    g_test_add_func("/vss-windows/writer-cycle/stopping", test_stopping);
    g_test_add_func("/vss-windows/writer-cycle/new-run", test_new_run);
    g_test_add_func("/vss-windows/writer-cycle/any-order", test_any_order);
    return g_test_run();
}
