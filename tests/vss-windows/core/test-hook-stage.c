/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-stage.h"

#include "vss-code.h"

#include <glib.h>

typedef struct {
    FirnRunRecord *record;
    GString *log;
    const char *bad;
    FirnHookResult bad_result;
    uint32_t bad_code;
    gint64 now_ms;
    gint64 each_ms;
    gint cancelled_after;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->record = g_new0(FirnRunRecord, 1);
    fixture->log = g_string_new(NULL);
    fixture->cancelled_after = -1;
    for (const char *name = "abc"; *name != '\0'; name++) {
        char file[] = {*name, '.', 'c', 'm', 'd', '\0'};

        firn_run_record_add_hook(fixture->record, file);
    }
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_string_free(fixture->log, TRUE);
    g_free(fixture->record);
}

static void
run_hook(void *data, const char *name, FirnStage stage, uint32_t limit_ms, FirnHookRun *out)
{
    Fixture *fixture = data;

    g_string_append_printf(fixture->log, "%c %s %u\n", name[0], firn_stage_name(stage), limit_ms);
    fixture->now_ms += fixture->each_ms;
    out->result = FIRN_HOOK_OK;
    if (fixture->bad != NULL && strchr(fixture->bad, name[0]) != NULL) {
        out->result = fixture->bad_result;
        out->code = fixture->bad_code;
    }
}

static int64_t
get_now(void *data)
{
    return ((Fixture *)data)->now_ms;
}

static bool
is_cancelled(void *data)
{
    Fixture *fixture = data;

    return fixture->cancelled_after >= 0 && fixture->cancelled_after-- == 0;
}

static const FirnHookRunner runner = {run_hook, get_now, is_cancelled};

static bool
run_stage(Fixture *fixture, FirnStage stage)
{
    g_string_truncate(fixture->log, 0);
    return firn_hook_stage_run(fixture->record, stage, &runner, fixture);
}

static void
test_well(Fixture *fixture, gconstpointer data)
{
    fixture->each_ms = 100;
    g_assert_true(run_stage(fixture, FIRN_STAGE_FREEZE));
    g_assert_cmpstr(fixture->log->str, ==, "a freeze 10000\nb freeze 10000\nc freeze 10000\n");
    g_assert_true(run_stage(fixture, FIRN_STAGE_THAW));
    g_assert_cmpstr(fixture->log->str, ==, "c thaw 10000\nb thaw 10000\na thaw 10000\n");
    g_assert_cmpint(fixture->record->hooks[1].runs[FIRN_STAGE_FREEZE].ms, ==, 100);
    g_assert_cmpuint(fixture->record->failure, ==, 0);
}

static void
test_failure(Fixture *fixture, gconstpointer data)
{
    fixture->bad = "b";
    fixture->bad_result = FIRN_HOOK_FAILED;
    fixture->bad_code = 7;
    g_assert_false(run_stage(fixture, FIRN_STAGE_FREEZE));
    g_assert_cmpstr(fixture->log->str, ==, "a freeze 10000\nb freeze 10000\n");
    g_assert_cmpuint(fixture->record->failure, ==, FIRN_VSS_WRITER_RETRYABLE);
    run_stage(fixture, FIRN_STAGE_THAW);
    g_assert_cmpstr(fixture->log->str, ==, "b thaw 10000\na thaw 10000\n");
}

static void
test_failure_ignored(Fixture *fixture, gconstpointer data)
{
    fixture->record->ignores_failures = true;
    fixture->bad = "ab";
    fixture->bad_result = FIRN_HOOK_TIMED_OUT;
    g_assert_true(run_stage(fixture, FIRN_STAGE_FREEZE));
    g_assert_cmpuint(fixture->record->failure, ==, 0);
    g_assert_cmpint(fixture->record->hooks[2].runs[FIRN_STAGE_FREEZE].result, ==, FIRN_HOOK_OK);
}

static void
test_time_out(Fixture *fixture, gconstpointer data)
{
    fixture->bad = "a";
    fixture->bad_result = FIRN_HOOK_TIMED_OUT;
    g_assert_false(run_stage(fixture, FIRN_STAGE_FREEZE));
    g_assert_cmpuint(fixture->record->failure, ==, FIRN_VSS_WRITER_TIMEOUT);
}

static void
test_not_started(Fixture *fixture, gconstpointer data)
{
    fixture->bad = "a";
    fixture->bad_result = FIRN_HOOK_NOT_STARTED;
    fixture->bad_code = 5;
    g_assert_false(run_stage(fixture, FIRN_STAGE_FREEZE));
    g_assert_cmpuint(fixture->record->failure, ==, FIRN_VSS_WRITER_RETRYABLE);
    run_stage(fixture, FIRN_STAGE_THAW);
    g_assert_cmpstr(fixture->log->str, ==, "");
}

static void
test_no_time_left(Fixture *fixture, gconstpointer data)
{
    fixture->each_ms = 12500;
    g_assert_false(run_stage(fixture, FIRN_STAGE_FREEZE));
    g_assert_cmpstr(fixture->log->str, ==, "a freeze 10000\nb freeze 10000\n");
    g_assert_cmpint(fixture->record->hooks[2].runs[FIRN_STAGE_FREEZE].result,
                    ==,
                    FIRN_HOOK_NOT_STARTED);
    g_assert_cmpuint(fixture->record->failure, ==, FIRN_VSS_WRITER_TIMEOUT);
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    fixture->cancelled_after = 1;
    g_assert_false(run_stage(fixture, FIRN_STAGE_FREEZE));
    g_assert_cmpstr(fixture->log->str, ==, "a freeze 10000\n");
    fixture->cancelled_after = 0;
    g_assert_true(run_stage(fixture, FIRN_STAGE_THAW));
    g_assert_cmpstr(fixture->log->str, ==, "a thaw 10000\n");
    fixture->cancelled_after = 0;
    g_assert_false(run_stage(fixture, FIRN_STAGE_POST));
    g_assert_cmpstr(fixture->log->str, ==, "");
}

/* Each is tried, however the others end. */
static void
test_thaw_tries_all(Fixture *fixture, gconstpointer data)
{
    run_stage(fixture, FIRN_STAGE_FREEZE);
    fixture->bad = "abc";
    fixture->bad_result = FIRN_HOOK_FAILED;
    g_assert_true(run_stage(fixture, FIRN_STAGE_THAW));
    g_assert_cmpstr(fixture->log->str, ==, "c thaw 10000\nb thaw 10000\na thaw 10000\n");
    g_assert_cmpuint(fixture->record->failure, ==, 0);
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
    add("/vss-windows/hook-stage/well", test_well);
    add("/vss-windows/hook-stage/failure", test_failure);
    add("/vss-windows/hook-stage/failure-ignored", test_failure_ignored);
    add("/vss-windows/hook-stage/time-out", test_time_out);
    add("/vss-windows/hook-stage/not-started", test_not_started);
    add("/vss-windows/hook-stage/no-time-left", test_no_time_left);
    add("/vss-windows/hook-stage/cancelled", test_cancelled);
    add("/vss-windows/hook-stage/thaw-tries-all", test_thaw_tries_all);
    return g_test_run();
}
