/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-state.h"

#include "catalogue-change.h"
#include "catalogue-rig.h"
#include "engine-error.h"

static void
assert_found(FirnTestCatalogue *fixture, const char *key, const char *name)
{
    g_autoptr(FirnSnapshot) found = firn_catalogue_lookup(fixture->catalogue, key, &fixture->error);

    g_assert_no_error(fixture->error);
    g_assert_cmpstr(found->name, ==, name);
}

static void
assert_not_found(FirnTestCatalogue *fixture, const char *key, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_catalogue_lookup(fixture->catalogue, key, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, code);
}

static void
add_with_uuid(FirnTestCatalogue *fixture, const char *name, const char *uuid)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record(name, NULL);

    g_free(snapshot->uuid);
    snapshot->uuid = g_strdup(uuid);
    FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, snapshot);
    g_assert_no_error(fixture->error);
}

static void
test_lookup(FirnTestCatalogue *fixture, gconstpointer data)
{
    add_with_uuid(fixture, "a", "abcd1111-0000-4000-8000-000000000001");
    add_with_uuid(fixture, "b", "abcd2222-0000-4000-8000-000000000002");
    add_with_uuid(fixture, "abcd2", "ffff0000-0000-4000-8000-000000000003");
    assert_found(fixture, "A", "a");
    assert_found(fixture, "abcd1111-0000-4000-8000-000000000001", "a");
    assert_found(fixture, "ABCD1111-0000-4000-8000-000000000001", "a");
    assert_found(fixture, "abcd1", "a");
    assert_found(fixture, "ABCD22220000", "b");
    assert_found(fixture, "abcd2222-00", "b");
    assert_found(fixture, "abcd2", "abcd2");
    assert_not_found(fixture, "abcd", FIRN_ENGINE_ERROR_AMBIGUOUS);
    assert_not_found(fixture, "fff", FIRN_ENGINE_ERROR_NOT_FOUND);
    assert_not_found(fixture, "f-f-f", FIRN_ENGINE_ERROR_NOT_FOUND);
    assert_not_found(fixture, "", FIRN_ENGINE_ERROR_NOT_FOUND);
    assert_not_found(fixture, "----", FIRN_ENGINE_ERROR_NOT_FOUND);
    assert_not_found(fixture, "\033[31m", FIRN_ENGINE_ERROR_NOT_FOUND);
}

static void
test_lookup_words(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = NULL;
    g_autofree char *b = NULL;

    assert_not_found(fixture, "@current", FIRN_ENGINE_ERROR_NOT_FOUND);
    assert_not_found(fixture, "@latest", FIRN_ENGINE_ERROR_NOT_FOUND);
    a = firn_test_catalogue_add(fixture, "a");
    assert_not_found(fixture, "@parent", FIRN_ENGINE_ERROR_NOT_FOUND);
    b = firn_test_catalogue_add(fixture, "b");
    assert_found(fixture, "@current", "b");
    assert_found(fixture, "@parent", "a");
    assert_found(fixture, "@latest", "b");
    assert_not_found(fixture, "@oldest", FIRN_ENGINE_ERROR_NOT_FOUND);
    assert_not_found(fixture, "current", FIRN_ENGINE_ERROR_NOT_FOUND);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/catalogue-state/" topic,                                          \
               FirnTestCatalogue,                                                                  \
               NULL,                                                                               \
               firn_test_catalogue_set_up,                                                         \
               function,                                                                           \
               firn_test_catalogue_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("lookup/keys", test_lookup);
    TEST("lookup/words", test_lookup_words);
    return g_test_run();
}
