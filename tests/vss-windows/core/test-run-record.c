/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-record.h"

#include <json-glib/json-glib.h>

static FirnRunRecord *
make_record(void)
{
    FirnRunRecord *record = g_new0(FirnRunRecord, 1);

    g_assert_true(firn_run_record_add_hook(record, "20-b.cmd"));
    g_assert_true(firn_run_record_add_hook(record, "30-c.cmd"));
    g_assert_true(firn_run_record_add_hook(record, "10-A.exe"));
    firn_run_record_sort_hooks(record);
    return record;
}

static void
assert_order(FirnRunRecord *record, FirnStage stage, const char *expected)
{
    g_autoptr(GString) order = g_string_new(NULL);
    FirnHookRecord *hook = NULL;

    while ((hook = firn_run_record_next_hook(record, stage, hook)) != NULL)
        g_string_append_c(order, hook->name[3]);
    g_assert_cmpstr(order->str, ==, expected);
}

static void
test_order(void)
{
    g_autofree FirnRunRecord *record = make_record();

    assert_order(record, FIRN_STAGE_PREPARE, "Abc");
    assert_order(record, FIRN_STAGE_FREEZE, "Abc");
    assert_order(record, FIRN_STAGE_THAW, "");
    assert_order(record, FIRN_STAGE_POST, "");
}

static void
test_only_started(void)
{
    g_autofree FirnRunRecord *record = make_record();

    record->hooks[0].runs[FIRN_STAGE_FREEZE].result = FIRN_HOOK_OK;
    record->hooks[1].runs[FIRN_STAGE_FREEZE].result = FIRN_HOOK_TIMED_OUT;
    record->hooks[2].runs[FIRN_STAGE_FREEZE].result = FIRN_HOOK_NOT_STARTED;
    assert_order(record, FIRN_STAGE_THAW, "bA");
    record->hooks[2].runs[FIRN_STAGE_PREPARE].result = FIRN_HOOK_FAILED;
    assert_order(record, FIRN_STAGE_POST, "cbA");
    firn_run_record_assume_started(record);
    assert_order(record, FIRN_STAGE_THAW, "cbA");
}

static void
test_limits(void)
{
    g_autofree FirnRunRecord *record = g_new0(FirnRunRecord, 1);
    g_autofree char *name = g_strnfill(FIRN_RUN_HOOK_NAME_SIZE, 'x');

    g_assert_false(firn_run_record_add_hook(record, name));
    for (guint i = 0; i < FIRN_RUN_HOOKS_MAX; i++)
        g_assert_true(firn_run_record_add_hook(record, name + 1));
    g_assert_false(firn_run_record_add_hook(record, "x.cmd"));
    for (guint i = 0; i < FIRN_RUN_EVENTS_MAX + 3; i++)
        firn_run_record_add_event(record, FIRN_EVENT_ABORT, i);
    g_assert_cmpuint(record->n_events, ==, FIRN_RUN_EVENTS_MAX);
    g_assert_cmpuint(record->n_dropped, ==, 3);
}

static JsonNode *
write_record(const FirnRunRecord *record, FirnCycleOutcome outcome)
{
    FirnJsonText json = {0};
    g_autofree char *text = NULL;
    JsonNode *node;

    firn_run_record_write_json(record, &json, NULL, outcome);
    text = firn_json_text_finish(&json);
    node = json_from_string(text, NULL);
    g_assert_nonnull(node);
    return node;
}

static void
test_json(void)
{
    g_autofree FirnRunRecord *record = make_record();
    g_autoptr(JsonNode) node = NULL;
    JsonObject *object, *run;

    record->counter = 7;
    record->frozen_ms = 1000;
    record->released_ms = 4000;
    record->failure = 0x800423f2;
    firn_run_record_add_event(record, FIRN_EVENT_FREEZE, 1000);
    record->hooks[1].runs[FIRN_STAGE_FREEZE].result = FIRN_HOOK_FAILED;
    record->hooks[1].runs[FIRN_STAGE_FREEZE].code = 7;
    firn_output_tail_append(&record->hooks[1].runs[FIRN_STAGE_FREEZE].output, "no\r\n", 4);
    node = write_record(record, FIRN_OUTCOME_CLEAN);
    object = json_node_get_object(node);
    g_assert_cmpint(json_object_get_int_member(object, "counter"), ==, 7);
    g_assert_cmpint(json_object_get_int_member(object, "held_ms"), ==, 3000);
    g_assert_cmpint(json_object_get_int_member(object, "failure"), ==, 0x800423f2);
    g_assert_cmpstr(json_object_get_string_member(object, "failure_name"),
                    ==,
                    "WRITERERROR_TIMEOUT");
    g_assert_cmpstr(json_object_get_string_member(object, "outcome"), ==, "clean");
    g_assert_true(json_object_get_null_member(object, "snapshot_set"));
    g_assert_cmpint(
        json_object_get_int_member(json_object_get_object_member(object, "failed_hooks"), "freeze"),
        ==,
        1);
    run = json_array_get_object_element(json_object_get_array_member(object, "hooks"), 1);
    g_assert_false(json_object_has_member(run, "thaw"));
    run = json_object_get_object_member(run, "freeze");
    g_assert_cmpstr(json_object_get_string_member(run, "result"), ==, "failed");
    g_assert_cmpint(json_object_get_int_member(run, "code"), ==, 7);
    g_assert_cmpstr(json_object_get_string_member(run, "output"), ==, "no\r\n");
}

static void
test_json_without_freeze(void)
{
    g_autofree FirnRunRecord *record = make_record();
    g_autoptr(JsonNode) node = NULL;
    JsonObject *object;

    record->released_ms = 4000;
    strcpy(record->snapshot_set, "{1}");
    node = write_record(record, FIRN_OUTCOME_ABORTED);
    object = json_node_get_object(node);
    g_assert_true(json_object_get_null_member(object, "held_ms"));
    g_assert_true(json_object_get_null_member(object, "failure_name"));
    g_assert_cmpstr(json_object_get_string_member(object, "snapshot_set"), ==, "{1}");
    g_assert_cmpstr(json_object_get_string_member(object, "outcome"), ==, "aborted");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-windows/run-record/order", test_order);
    g_test_add_func("/vss-windows/run-record/only-started", test_only_started);
    g_test_add_func("/vss-windows/run-record/limits", test_limits);
    g_test_add_func("/vss-windows/run-record/json", test_json);
    g_test_add_func("/vss-windows/run-record/json-without-freeze", test_json_without_freeze);
    return g_test_run();
}
