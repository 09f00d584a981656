/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-transaction.h"

#include "catalogue-change.h"
#include "catalogue-rig.h"
#include "engine-error.h"

static void
test_add(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *b = firn_test_catalogue_add(fixture, "b");
    g_autofree char *current = firn_catalogue_dup_current(fixture->catalogue);

    g_assert_cmpstr(current, ==, b);
    firn_test_catalogue_assert_tree(fixture, "a< b<a ");
    firn_test_catalogue_reopen(fixture);
    firn_test_catalogue_assert_tree(fixture, "a< b<a ");
    g_assert_cmpuint(firn_catalogue_count(fixture->catalogue), ==, 2);
}

static void
test_adopt(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autoptr(FirnSnapshot) b = firn_test_catalogue_make_record("b", a);
    g_autofree char *current = NULL;

    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, adopt, b));
    firn_test_catalogue_reopen(fixture);
    current = firn_catalogue_dup_current(fixture->catalogue);
    g_assert_cmpstr(current, ==, a);
    firn_test_catalogue_assert_tree(fixture, "a< b<a ");
}

/* The limit is ignored. */
static void
test_keep(FirnTestCatalogue *fixture, gconstpointer data)
{
    FirnPolicy policy = {1, FALSE};
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autoptr(FirnSnapshot) b = firn_test_catalogue_make_record("b", a);
    g_autoptr(FirnSnapshot) again = firn_test_catalogue_make_record("B", a);

    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, keep, b));
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, keep, again));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS);
    firn_test_catalogue_reopen(fixture);
    firn_test_catalogue_assert_tree(fixture, "a< b<a ");
}

static void
assert_source_mark(FirnTestCatalogue *fixture, const char *expected)
{
    g_autofree char *mark = NULL;

    firn_test_catalogue_reopen(fixture);
    mark = firn_catalogue_dup_source_mark(fixture->catalogue);
    g_assert_cmpstr(mark, ==, expected);
}

static void
test_source_mark(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *b = firn_test_catalogue_add(fixture, "b");

    assert_source_mark(fixture, NULL);
    g_assert_true(FIRN_TEST_SET(fixture->catalogue,
                                NULL,
                                firn_catalogue_transaction_set_source_mark(change, b)));
    assert_source_mark(fixture, b);
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, remove, a));
    assert_source_mark(fixture, b);
    g_assert_true(FIRN_TEST_SET(fixture->catalogue,
                                NULL,
                                firn_catalogue_transaction_set_source_mark(change, NULL)));
    assert_source_mark(fixture, NULL);
    g_assert_true(FIRN_TEST_SET(fixture->catalogue,
                                NULL,
                                firn_catalogue_transaction_set_source_mark(change, b)));
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, remove, b));
    assert_source_mark(fixture, NULL);
}

static void
test_add_limit(FirnTestCatalogue *fixture, gconstpointer data)
{
    FirnPolicy policy = {2, FALSE};
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *b = firn_test_catalogue_add(fixture, "b");
    g_autoptr(FirnSnapshot) c = firn_test_catalogue_make_record("c", NULL);

    g_assert_true(firn_catalogue_check_new(fixture->catalogue, "c", NULL));
    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    g_assert_false(firn_catalogue_check_new(fixture->catalogue, "c", &fixture->error));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_LIMIT);
    g_clear_error(&fixture->error);
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, c));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_LIMIT);
    policy.max_snapshots = 0;
    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    g_assert_cmpuint(firn_catalogue_count(fixture->catalogue), ==, 2);
}

static void
test_add_taken(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "Before");
    g_autoptr(FirnSnapshot) again = firn_test_catalogue_make_record("bEFORE", NULL);
    g_autoptr(FirnSnapshot) same = firn_test_catalogue_make_record("other", NULL);

    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, again));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS);
    g_clear_error(&fixture->error);
    g_free(same->uuid);
    same->uuid = g_strdup(a);
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, same));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS);
    firn_test_catalogue_assert_tree(fixture, "Before< ");
}

static void
test_add_invalid(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) reserved = firn_test_catalogue_make_record("current", NULL);
    g_autoptr(FirnSnapshot) own_parent = firn_test_catalogue_make_record("a", NULL);
    g_autoptr(FirnSnapshot) bytes = firn_test_catalogue_make_record("b", NULL);

    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, reserved));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_clear_error(&fixture->error);
    own_parent->parent = g_strdup(own_parent->uuid);
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, own_parent));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_clear_error(&fixture->error);
    firn_snapshot_add_disk(bytes, "vdb", "qcow2", "/srv/\xff", 1);
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, bytes));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_assert_cmpuint(firn_catalogue_count(fixture->catalogue), ==, 0);
    g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_remove(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *b = firn_test_catalogue_add(fixture, "b");
    g_autofree char *c = firn_test_catalogue_add(fixture, "c");
    g_autofree char *current = NULL;

    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, remove, b));
    firn_test_catalogue_assert_tree(fixture, "a< c<a ");
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, remove, a));
    firn_test_catalogue_assert_tree(fixture, "c< ");
    current = firn_catalogue_dup_current(fixture->catalogue);
    g_assert_cmpstr(current, ==, c);
    firn_test_catalogue_reopen(fixture);
    firn_test_catalogue_assert_tree(fixture, "c< ");
}

static void
test_remove_current(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *b = firn_test_catalogue_add(fixture, "b");
    g_autofree char *current = NULL;
    g_autofree char *nothing = NULL;

    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, remove, b));
    current = firn_catalogue_dup_current(fixture->catalogue);
    g_assert_cmpstr(current, ==, a);
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, remove, a));
    nothing = firn_catalogue_dup_current(fixture->catalogue);
    g_assert_null(nothing);
}

static void
test_remove_orphan(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) orphan =
        firn_test_catalogue_make_record("a", "00000000-1234-1234-1234-123456789abc");

    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, add, orphan));
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, remove, orphan->uuid));
    firn_test_catalogue_reopen(fixture);
    g_assert_null(firn_catalogue_get_damage(fixture->catalogue));
}

static void
test_remove_unknown(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_assert_false(
        FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, remove, FIRN_TEST_VM_UUID));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NOT_FOUND);
}

static void
test_edit(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autoptr(FirnSnapshot) before = firn_catalogue_lookup(fixture->catalogue, "a", NULL);
    g_autoptr(FirnSnapshot) after = NULL;

    FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, edit, a, "A2", "why");
    g_assert_no_error(fixture->error);
    firn_test_catalogue_reopen(fixture);
    after = firn_catalogue_lookup(fixture->catalogue, "a2", NULL);
    g_assert_cmpstr(after->name, ==, "A2");
    g_assert_cmpstr(after->comment, ==, "why");
    g_assert_cmpstr(after->tag, ==, before->tag);
    g_assert_cmpstr(before->name, ==, "a");
}

static void
test_edit_case_only(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");

    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, edit, a, "A", NULL));
    firn_test_catalogue_assert_tree(fixture, "A< ");
}

static void
test_edit_refused(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *b = firn_test_catalogue_add(fixture, "b");

    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, edit, a, "B", NULL));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS);
    g_clear_error(&fixture->error);
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, edit, a, "c", "\a"));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_clear_error(&fixture->error);
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, edit, a, "7", NULL));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_clear_error(&fixture->error);
    g_assert_false(
        FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, edit, FIRN_TEST_VM_UUID, "c", NULL));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NOT_FOUND);
    firn_test_catalogue_assert_tree(fixture, "a< b<a ");
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/catalogue-draft/" topic,                                          \
               FirnTestCatalogue,                                                                  \
               NULL,                                                                               \
               firn_test_catalogue_set_up,                                                         \
               function,                                                                           \
               firn_test_catalogue_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("add/tree", test_add);
    TEST("adopt", test_adopt);
    TEST("keep", test_keep);
    TEST("source-mark", test_source_mark);
    TEST("add/limit-reached", test_add_limit);
    TEST("add/name-or-uuid-taken", test_add_taken);
    TEST("add/invalid", test_add_invalid);
    TEST("remove/children-move-up", test_remove);
    TEST("remove/current", test_remove_current);
    TEST("remove/orphan", test_remove_orphan);
    TEST("remove/unknown", test_remove_unknown);
    TEST("edit/labels-only", test_edit);
    TEST("edit/case-only", test_edit_case_only);
    TEST("edit/refused", test_edit_refused);
    return g_test_run();
}
