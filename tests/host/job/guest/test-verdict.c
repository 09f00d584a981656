/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verdict.h"

#include "host-error.h"
#include "indication.h"

#define FROZEN_MAX_MS 1000
#define NO_REASON     (-1)

/* Evidence that proves everything. */
static FirnEvidence *
new_evidence(void)
{
    FirnEvidence *evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);

    g_free(evidence->run_state);
    evidence->run_state = g_strdup("running");
    evidence->expected = evidence->frozen = evidence->thawed = 2;
    evidence->freeze_sent_us = 1000000;
    evidence->frozen_us = 1100000;
    evidence->cut_begin_us = 1200000;
    evidence->cut_end_us = 1300000;
    evidence->thaw_sent_us = 1400000;
    evidence->thawed_us = 1500000;
    return evidence;
}

static void
set_state(FirnEvidence *evidence, const char *state)
{
    g_free(evidence->run_state);
    evidence->run_state = g_strdup(state);
}

static void
be_off(FirnEvidence *evidence)
{
    set_state(evidence, "off");
}

static void
be_paused(FirnEvidence *evidence)
{
    set_state(evidence, "paused");
}

static void
be_unknown(FirnEvidence *evidence)
{
    g_clear_pointer(&evidence->run_state, g_free);
}

static void
skip_freeze(FirnEvidence *evidence)
{
    evidence->freeze_sent_us = evidence->frozen_us = 0;
}

static void
fail_freeze(FirnEvidence *evidence)
{
    evidence->freeze_error = g_strdup("hook");
}

static void
expect_nothing(FirnEvidence *evidence)
{
    evidence->expected = evidence->frozen = evidence->thawed = 0;
}

static void
skip_cut(FirnEvidence *evidence)
{
    evidence->cut_begin_us = evidence->cut_end_us = 0;
}

static void
interrupt(FirnEvidence *evidence)
{
    g_ptr_array_add(evidence->interruptions, g_strdup("RESET"));
}

static void
thaw_in_the_cut(FirnEvidence *evidence)
{
    evidence->thaw_sent_us = evidence->cut_end_us - 1;
}

static void
never_thaw(FirnEvidence *evidence)
{
    evidence->thaw_sent_us = evidence->thawed_us = 0;
}

static void
cut_too_late(FirnEvidence *evidence)
{
    evidence->cut_end_us = evidence->frozen_us + FROZEN_MAX_MS * 1000 + 1;
    evidence->thaw_sent_us = evidence->cut_end_us;
}

static void
cut_just_in_time(FirnEvidence *evidence)
{
    evidence->cut_end_us = evidence->frozen_us + FROZEN_MAX_MS * 1000;
    evidence->thaw_sent_us = evidence->cut_end_us;
}

static void
complain(FirnEvidence *evidence)
{
    evidence->thaw_error = g_strdup("hook");
}

static void
thaw_less(FirnEvidence *evidence)
{
    evidence->thawed = 1;
}

static void
thaw_more(FirnEvidence *evidence)
{
    evidence->thawed = 3;
}

static FirnGuestReport *
new_report(void)
{
    FirnGuestReport *report = firn_record_schema_new(&firn_guest_report_schema);

    report->state = FIRN_GUEST_REPORT_STATE_THAWED;
    report->level = FIRN_GUEST_REPORT_LEVEL_APP;
    report->deadman_s = 30;
    return report;
}

static void
report_application(FirnEvidence *evidence)
{
    evidence->guest_report = new_report();
}

static void
report_flushed(FirnEvidence *evidence)
{
    report_application(evidence);
    evidence->guest_report->level = FIRN_GUEST_REPORT_LEVEL_FLUSHED;
}

static void
report_no_thaw(FirnEvidence *evidence)
{
    report_application(evidence);
    evidence->guest_report->state = FIRN_GUEST_REPORT_STATE_FROZEN;
}

static void
report_uncovered(FirnEvidence *evidence)
{
    report_application(evidence);
    g_ptr_array_add(evidence->guest_report->uncovered, g_new0(FirnGuestMount, 1));
}

/* The guest says that it has thawed itself, though the counts agree. */
static void
report_fired(FirnEvidence *evidence)
{
    report_application(evidence);
    evidence->guest_report->has_fired = TRUE;
}

/* Later than the guest holds out, though it does not say that it has thawed itself. */
static void
cut_after_deadman(FirnEvidence *evidence)
{
    report_application(evidence);
    evidence->guest_report->deadman_s = 1;
    evidence->freeze_sent_us = evidence->cut_end_us - G_USEC_PER_SEC - 1;
}

static void
cut_before_deadman(FirnEvidence *evidence)
{
    cut_after_deadman(evidence);
    evidence->freeze_sent_us += 1;
}

/* Whatever the guest says: the counts decide. */
static void
report_despite_count(FirnEvidence *evidence)
{
    report_application(evidence);
    thaw_less(evidence);
}

/* A clean freeze of a Windows guest. */
static void
report_vss(FirnEvidence *evidence)
{
    evidence->vss_report = firn_vss_report_new();
    evidence->vss_report->in_all_max_ms = 20000;
    evidence->vss_report->program = g_strdup("0.1.0");
}

static void
report_vss_shortfall(FirnEvidence *evidence)
{
    report_vss(evidence);
    evidence->vss_report->shortfall = g_strdup("a writer has failed");
}

/* Nothing was said: not even that something is missing. */
static void
report_vss_absent(FirnEvidence *evidence)
{
    report_vss(evidence);
    g_clear_pointer(&evidence->vss_report->program, g_free);
}

static void
report_vss_early(FirnEvidence *evidence)
{
    report_vss(evidence);
    evidence->vss_report->has_ended_early = TRUE;
}

/* The disks were cut in time, but VSS had released the writes before the thaw came. */
static void
thaw_too_late(FirnEvidence *evidence)
{
    report_vss(evidence);
    evidence->thaw_sent_us = evidence->frozen_us + FROZEN_MAX_MS * 1000 + 1;
}

static void
thaw_just_in_time(FirnEvidence *evidence)
{
    report_vss(evidence);
    evidence->thaw_sent_us = evidence->frozen_us + FROZEN_MAX_MS * 1000;
}

static void
vss_complains(FirnEvidence *evidence)
{
    report_vss(evidence);
    evidence->thaw_error = g_strdup("couldn't hold writes");
}

static void
take_too_long_in_all(FirnEvidence *evidence)
{
    report_vss(evidence);
    evidence->freeze_sent_us = evidence->thaw_sent_us - 20 * G_USEC_PER_SEC - 1;
}

static void
take_just_not_too_long(FirnEvidence *evidence)
{
    take_too_long_in_all(evidence);
    evidence->freeze_sent_us += 1;
}

static void
vss_never_thawed(FirnEvidence *evidence)
{
    report_vss(evidence);
    never_thaw(evidence);
}

static void
vss_thaws_less(FirnEvidence *evidence)
{
    report_vss(evidence);
    thaw_less(evidence);
}

static void
change_nothing(FirnEvidence *evidence)
{
}

typedef struct {
    const char *name;
    void (*change)(FirnEvidence *evidence);
    FirnVerdict verdict;
    int reason;
} Case;

#define CRASH   FIRN_VERDICT_CRASH
#define WHOLE   FIRN_VERDICT_FILESYSTEM
#define EXPIRED FIRN_HOST_ERROR_FREEZE_EXPIRED
#define FAILED  FIRN_HOST_ERROR_FREEZE_FAILED

static const Case cases[] = {
    {"nothing",                   change_nothing,         WHOLE,                    NO_REASON},
    {"cut-just-in-time",          cut_just_in_time,       WHOLE,                    NO_REASON},
    {"shut-down",                 be_off,                 FIRN_VERDICT_OFFLINE,     NO_REASON},
    {"paused",                    be_paused,              CRASH,                    NO_REASON},
    {"unknown-state",             be_unknown,             CRASH,                    NO_REASON},
    {"no-freeze",                 skip_freeze,            CRASH,                    NO_REASON},
    {"freeze-failed",             fail_freeze,            CRASH,                    NO_REASON},
    {"nothing-to-freeze",         expect_nothing,         CRASH,                    NO_REASON},
    {"no-cut",                    skip_cut,               CRASH,                    NO_REASON},
    {"interrupted",               interrupt,              CRASH,                    EXPIRED  },
    {"thawed-in-the-cut",         thaw_in_the_cut,        CRASH,                    EXPIRED  },
    {"no-thaw",                   never_thaw,             CRASH,                    EXPIRED  },
    {"cut-too-late",              cut_too_late,           CRASH,                    EXPIRED  },
    {"thaw-complains",            complain,               CRASH,                    FAILED   },
    {"thawed-less",               thaw_less,              CRASH,                    EXPIRED  },
    {"thawed-more",               thaw_more,              CRASH,                    EXPIRED  },
    {"report/application",        report_application,     FIRN_VERDICT_APPLICATION, NO_REASON},
    {"report/flushed",            report_flushed,         WHOLE,                    NO_REASON},
    {"report/no-thaw",            report_no_thaw,         WHOLE,                    NO_REASON},
    {"report/uncovered",          report_uncovered,       WHOLE,                    NO_REASON},
    {"report/fired",              report_fired,           CRASH,                    EXPIRED  },
    {"report/cut-after-deadman",  cut_after_deadman,      CRASH,                    EXPIRED  },
    {"report/cut-before-deadman", cut_before_deadman,     FIRN_VERDICT_APPLICATION, NO_REASON},
    {"report/despite-count",      report_despite_count,   CRASH,                    EXPIRED  },
    {"vss/clean",                 report_vss,             FIRN_VERDICT_APPLICATION, NO_REASON},
    {"vss/shortfall",             report_vss_shortfall,   WHOLE,                    NO_REASON},
    {"vss/absent",                report_vss_absent,      WHOLE,                    NO_REASON},
    {"vss/ended-early",           report_vss_early,       CRASH,                    EXPIRED  },
    {"vss/thaw-too-late",         thaw_too_late,          CRASH,                    EXPIRED  },
    {"vss/thaw-just-in-time",     thaw_just_in_time,      FIRN_VERDICT_APPLICATION, NO_REASON},
    {"vss/complains",             vss_complains,          CRASH,                    EXPIRED  },
    {"vss/too-long-in-all",       take_too_long_in_all,   CRASH,                    EXPIRED  },
    {"vss/just-not-too-long",     take_just_not_too_long, FIRN_VERDICT_APPLICATION, NO_REASON},
    {"vss/no-thaw",               vss_never_thawed,       CRASH,                    EXPIRED  },
    {"vss/thawed-less",           vss_thaws_less,         CRASH,                    EXPIRED  },
};

static gboolean
is_indicated(const FirnEvidence *evidence, const char *word)
{
    return g_ptr_array_find_with_equal_func(evidence->indications, word, g_str_equal, NULL);
}

static void
test_case(gconstpointer data)
{
    const Case *example = data;
    g_autoptr(FirnEvidence) evidence = new_evidence();
    g_autoptr(GError) reason = NULL;

    example->change(evidence);
    g_assert_cmpint(firn_verdict_judge(evidence, FROZEN_MAX_MS, &reason), ==, example->verdict);
    if (example->reason == NO_REASON) {
        g_assert_no_error(reason);
        g_assert_cmpuint(evidence->indications->len, ==, 0);
        return;
    }
    g_assert_error(reason, FIRN_HOST_ERROR, example->reason);
    if (evidence->vss_report != NULL && evidence->thawed == evidence->frozen)
        g_assert_true(is_indicated(evidence, FIRN_INDICATION_VSS_WINDOW_EXCEEDED));
    g_assert_true(is_indicated(evidence,
                               example->reason == FAILED ? FIRN_INDICATION_QUIESCE_FAILED
                                                         : FIRN_INDICATION_QUIESCE_EXPIRED));
}

/* That the VM is off does not prove that its guest had written everything. */
static void
test_off_otherwise(gconstpointer indication)
{
    g_autoptr(FirnEvidence) evidence = new_evidence();
    g_autoptr(GError) reason = NULL;

    be_off(evidence);
    firn_evidence_indicate(evidence, indication);
    g_assert_cmpint(firn_verdict_judge(evidence, FROZEN_MAX_MS, &reason), ==, FIRN_VERDICT_CRASH);
    g_assert_no_error(reason);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/job/verdict/killed", FIRN_INDICATION_OFF_UNCLEAN, test_off_otherwise);
    g_test_add_data_func("/job/verdict/end-unseen",
                         FIRN_INDICATION_OFF_UNKNOWN,
                         test_off_otherwise);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/job/verdict/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
