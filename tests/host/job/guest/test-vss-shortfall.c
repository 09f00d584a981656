/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-shortfall.h"

#include <string.h>

#define SECOND_US G_USEC_PER_SEC

/* A freeze that was sent at 100 s, answered at 102 s, and thawed at 105 s; the guest was asked at
 * 106 s, and said at once that its run 7 began at 101 s, and held its writers until 105 s. */
typedef struct {
    FirnEvidence *evidence;
    FirnVssReport *report;
    FirnVssMoment moment;
    FirnVssQuestion question;
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    self->evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    self->evidence->freeze_sent_us = 100 * SECOND_US;
    self->evidence->frozen_us = 102 * SECOND_US;
    self->evidence->thaw_sent_us = 105 * SECOND_US;
    self->report = firn_vss_report_new();
    self->report->service = g_strdup("running");
    self->report->counter = 7;
    self->report->snapshot_set = g_strdup("{7}");
    self->report->outcome = g_strdup("clean");
    self->report->held_ms = 3500;
    self->moment = (FirnVssMoment){.uptime_ms = 9000, .has_run = TRUE, .started_uptime_ms = 4000};
    self->question = (FirnVssQuestion){6, "{6}", 106 * SECOND_US, 106 * SECOND_US};
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_evidence_free(self->evidence);
    firn_vss_report_free(self->report);
}

static void
assert_other(Fixture *self, const char *why)
{
    g_autofree char *found =
        firn_vss_shortfall_find_other(self->report, &self->moment, self->evidence, &self->question);

    if (why == NULL)
        g_assert_cmpstr(found, ==, NULL);
    else
        g_assert_nonnull(found != NULL ? strstr(found, why) : NULL);
}

static void
test_this_freeze(Fixture *self, gconstpointer data)
{
    assert_other(self, NULL);
    self->question.set_before = NULL;
    assert_other(self, NULL);
}

static void
test_counter(Fixture *self, gconstpointer data)
{
    self->question.counter_before = 7;
    assert_other(self, "took no part");
    self->question.counter_before = 8;
    assert_other(self, "took no part");
    self->question.counter_before = 5;
    assert_other(self, "another program in the guest made a shadow copy");
}

static void
test_set(Fixture *self, gconstpointer data)
{
    self->question.set_before = "{7}";
    assert_other(self, "took no part");
}

static void
test_no_run(Fixture *self, gconstpointer data)
{
    self->moment.has_run = FALSE;
    assert_other(self, "took no part");
}

/* To a step of Windows' clock: nothing that began before the freeze was sent is of it. */
static void
test_age(Fixture *self, gconstpointer data)
{
    self->moment.started_uptime_ms = 2984;
    assert_other(self, NULL);
    self->moment.started_uptime_ms = 2983;
    assert_other(self, "of another time");
    self->moment.started_uptime_ms = 5250;
    assert_other(self, NULL);
    self->moment.started_uptime_ms = 5251;
    assert_other(self, "of another time");
    self->moment.started_uptime_ms = 9001;
    assert_other(self, "of another time");
}

static void
assert_early(Fixture *self, gboolean expected)
{
    g_assert_cmpint(firn_vss_shortfall_has_ended_early(self->report, self->evidence), ==, expected);
}

static void
set_outcome(Fixture *self, const char *outcome)
{
    g_free(self->report->outcome);
    self->report->outcome = g_strdup(outcome);
}

static void
test_held(Fixture *self, gconstpointer data)
{
    assert_early(self, FALSE);
    self->report->held_ms = 2750;
    assert_early(self, FALSE);
    self->report->held_ms = 2749;
    assert_early(self, TRUE);
    set_outcome(self, "hook-failed");
    assert_early(self, FALSE);
}

static void
test_outcomes(Fixture *self, gconstpointer data)
{
    static const char *const early[] = {"aborted", "expired", "requester-ended"};
    static const char *const others[] = {"stopped", "unfinished", "out-of-order", "from-later"};

    for (guint i = 0; i < G_N_ELEMENTS(early); i++) {
        set_outcome(self, early[i]);
        assert_early(self, TRUE);
    }
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        set_outcome(self, others[i]);
        assert_early(self, FALSE);
    }
}

/* What the guest writes is harmless where it is shown. */
static void
test_escapes(Fixture *self, gconstpointer data)
{
    g_autofree char *why = NULL;

    set_outcome(self, "\033[31mclean");
    why = firn_vss_shortfall_find(self->report, &self->moment);
    g_assert_nonnull(strstr(why, "\\x1b[31mclean"));
}

static void
test_nothing(Fixture *self, gconstpointer data)
{
    g_autofree char *why = firn_vss_shortfall_find(self->report, &self->moment);

    g_assert_cmpstr(why, ==, NULL);
    self->report->failure = 0x800423f3;
    why = firn_vss_shortfall_find(self->report, &self->moment);
    g_assert_nonnull(strstr(why, "0x800423f3"));
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
    add("/job/vss-shortfall/this-freeze", test_this_freeze);
    add("/job/vss-shortfall/counter", test_counter);
    add("/job/vss-shortfall/set", test_set);
    add("/job/vss-shortfall/no-run", test_no_run);
    add("/job/vss-shortfall/age", test_age);
    add("/job/vss-shortfall/held", test_held);
    add("/job/vss-shortfall/outcomes", test_outcomes);
    add("/job/vss-shortfall/escapes", test_escapes);
    add("/job/vss-shortfall/nothing", test_nothing);
    return g_test_run();
}
