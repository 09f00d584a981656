/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "undo-point.h"

#include "catalogue-rig.h"
#include "engine-error.h"

#define PARENT   "aaaaaaaa-1111-4222-8333-123456789abc"
#define RESTORED "bbbbbbbb-1111-4222-8333-123456789abc"

static FirnUndoPoint *
make(const char *restored, const char *run_state)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("undo", PARENT);

    return firn_undo_point_new(snapshot, restored, run_state);
}

static void
test_round_trip(void)
{
    g_autoptr(FirnUndoPoint) undo = make(RESTORED, "paused");
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_undo_point_schema, undo);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnUndoPoint) read =
        firn_record_schema_from_json(&firn_undo_point_schema, node, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(read->snapshot->uuid, ==, undo->snapshot->uuid);
    g_assert_cmpstr(read->snapshot->parent, ==, PARENT);
    g_assert_cmpstr(read->restored, ==, RESTORED);
    g_assert_cmpstr(read->run_state, ==, "paused");
}

static void
assert_refused(const char *restored, const char *run_state)
{
    g_autoptr(FirnUndoPoint) undo = make(restored, run_state);
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_undo_point_schema, undo);
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_record_schema_from_json(&firn_undo_point_schema, node, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
}

static void
test_nonsense(void)
{
    g_autoptr(JsonNode) list = json_from_string("[]", NULL);

    assert_refused("web1", "running");
    assert_refused("BBBBBBBB-1111-4222-8333-123456789abc", "running");
    assert_refused(RESTORED, "io-error");
    g_assert_null(firn_record_schema_from_json(&firn_undo_point_schema, list, NULL));
}

/* Other references keep the old value. */
static void
test_move(void)
{
    g_autoptr(FirnUndoPoint) undo = make(RESTORED, "off");
    g_autoptr(FirnUndoPoint) moved = firn_undo_point_move(undo, NULL);

    g_assert_null(moved->snapshot->parent);
    g_assert_cmpstr(moved->snapshot->tag, ==, undo->snapshot->tag);
    g_assert_cmpstr(undo->snapshot->parent, ==, PARENT);
}

static void
test_run(void)
{
    g_autoptr(FirnUndoPoint) undo = make(RESTORED, "off");
    g_autoptr(FirnUndoPoint) once = firn_undo_point_add_run(undo, 5);
    g_autoptr(FirnUndoPoint) twice = firn_undo_point_add_run(once, 7);
    g_autoptr(FirnUndoPoint) moved = firn_undo_point_move(twice, NULL);
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_undo_point_schema, moved);
    g_autoptr(FirnUndoPoint) read =
        firn_record_schema_from_json(&firn_undo_point_schema, node, NULL);

    g_assert_cmpint(undo->ran_us, ==, 0);
    g_assert_cmpint(read->ran_us, ==, 12);
}

static void
test_before_it_was_counted(void)
{
    g_autoptr(FirnUndoPoint) undo = make(RESTORED, "off");
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_undo_point_schema, undo);
    g_autoptr(FirnUndoPoint) read = NULL;

    json_object_remove_member(json_node_get_object(node), "ran_us");
    read = firn_record_schema_from_json(&firn_undo_point_schema, node, NULL);
    g_assert_nonnull(read);
    g_assert_cmpint(read->ran_us, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/undo-point/round-trip", test_round_trip);
    g_test_add_func("/snapshot-engine/undo-point/nonsense", test_nonsense);
    g_test_add_func("/snapshot-engine/undo-point/move", test_move);
    g_test_add_func("/snapshot-engine/undo-point/run", test_run);
    g_test_add_func("/snapshot-engine/undo-point/before-it-was-counted",
                    test_before_it_was_counted);
    return g_test_run();
}
