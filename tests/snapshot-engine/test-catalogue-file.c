/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-file.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalogue-change.h"
#include "catalogue-rig.h"
#include "engine-error.h"
#include "small-disk.h"

static char *
read_document(FirnTestCatalogue *fixture)
{
    char *text = NULL;

    g_file_get_contents(fixture->path, &text, NULL, &fixture->error);
    g_assert_no_error(fixture->error);
    return text;
}

static void
test_add_private(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    struct stat facts;

    g_assert_cmpint(stat(fixture->directory, &facts), ==, 0);
    g_assert_cmpint(facts.st_mode & 07777, ==, 0700);
    g_assert_cmpint(stat(fixture->path, &facts), ==, 0);
    g_assert_cmpint(facts.st_mode & 07777, ==, 0600);
}

static void
test_add_unwritable(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *above = g_path_get_dirname(fixture->directory);
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("a", NULL);

    g_assert_true(g_file_set_contents(above, "no directory", -1, NULL));
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, snapshot));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
    g_assert_cmpuint(firn_catalogue_count(fixture->catalogue), ==, 0);
}

/* A guest chooses the names of its mount points; json-glib does not escape 0x1f, which is not
 * JSON. */
static void
test_add_control_characters(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("a", NULL);
    g_autoptr(FirnSnapshot) kept = NULL;
    const FirnFileSystem *file_system;

    firn_evidence_add_file_system(snapshot->evidence, "/\x1f\x1e\x7f", "ext4", "vda");
    FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, snapshot);
    g_assert_no_error(fixture->error);
    firn_test_catalogue_reopen(fixture);
    kept = firn_catalogue_lookup(fixture->catalogue, "a", &fixture->error);
    g_assert_no_error(fixture->error);
    file_system = kept->evidence->file_systems->pdata[0];
    g_assert_cmpstr(file_system->mountpoint, ==, "/\x1f\x1e\x7f");
}

/* Neither the document on the disk nor what readers see changes. */
static void
test_add_no_space(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) big = firn_test_catalogue_make_record("b", NULL);
    g_autofree char *kilobyte = g_strnfill(200, 'x');
    g_autofree char *a = NULL;

    g_assert_cmpint(g_mkdir_with_parents(fixture->directory, 0700), ==, 0);
    if (!firn_test_small_disk_mount(fixture->directory, "64k"))
        return;
    a = firn_test_catalogue_add(fixture, "a");
    for (guint i = 0; i < 1000; i++)
        firn_evidence_add_file_system(big->evidence, kilobyte, "ext4", "/dev/vda");
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &fixture->error, add, big));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE);
    firn_test_catalogue_assert_tree(fixture, "a< ");
    firn_test_catalogue_reopen(fixture);
    firn_test_catalogue_assert_tree(fixture, "a< ");
}

static void
test_document(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *text = read_document(fixture);
    g_autoptr(JsonNode) node = json_from_string(text, NULL);
    JsonObject *root = json_node_get_object(node);
    JsonObject *vm = json_object_get_object_member(root, "vm");

    g_assert_cmpint(json_object_get_int_member(root, "format"), ==, 1);
    g_assert_cmpstr(json_object_get_string_member(vm, "uuid"), ==, FIRN_TEST_VM_UUID);
    g_assert_cmpstr(json_object_get_string_member(vm, "name"), ==, "web1");
    g_assert_cmpstr(json_object_get_string_member(root, "current"), ==, a);
}

static void
assert_damaged(FirnTestCatalogue *fixture, const char *text)
{
    g_autofree char *after = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("new", NULL);

    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    firn_test_catalogue_reopen(fixture);
    g_assert_nonnull(firn_catalogue_get_damage(fixture->catalogue));
    g_assert_nonnull(strstr(firn_catalogue_get_damage(fixture->catalogue), fixture->path));
    g_assert_cmpuint(firn_catalogue_count(fixture->catalogue), ==, 0);
    g_assert_false(firn_catalogue_check_new(fixture->catalogue, "new", &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    g_clear_error(&error);
    g_assert_false(FIRN_TEST_CHANGE(fixture->catalogue, &error, add, snapshot));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    g_clear_error(&error);
    g_assert_false(
        FIRN_TEST_SET(fixture->catalogue, &error, change->policy = firn_test_catalogue_profile));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    after = read_document(fixture);
    g_assert_cmpstr(after, ==, text);
}

static char *
replace(const char *text, const char *from, const char *to)
{
    g_auto(GStrv) parts = g_strsplit(text, from, -1);

    g_assert_nonnull(parts[1]);
    return g_strjoinv(to, parts);
}

/* As older versions of firn wrote it; the next change adds the member. */
static void
test_no_drift_guard(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *good = read_document(fixture);
    g_auto(GStrv) parts = g_strsplit(good, ",\n    \"drift_guard\" : \"warn\"", -1);
    g_autofree char *old = g_strjoinv("", parts);
    g_autofree char *rewritten = NULL;
    FirnPolicy policy;

    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    g_assert_true(g_file_set_contents(fixture->path, old, -1, NULL));
    firn_test_catalogue_reopen(fixture);
    g_assert_null(firn_catalogue_get_damage(fixture->catalogue));
    firn_catalogue_get_policy(fixture->catalogue, &policy);
    g_assert_cmpint(policy.drift_guard, ==, FIRN_DRIFT_GUARD_WARN);
    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    rewritten = read_document(fixture);
    g_assert_cmpstr(rewritten, ==, good);
}

static void
test_damage(FirnTestCatalogue *fixture, gconstpointer data)
{
    static const char *const changes[][2] = {
        {"\"format\" : 1",             "\"format\" : 2"                                       },
        {"\"format\" : 1",             "\"format\" : \"1\""                                   },
        {"\"format\" : 1,",            ""                                                     },
        {"\"format\" : 1",             "\"format\" : 1, \"format\" : 1"                       },
        {"\"format\" : 1",             "\"format\" : 1, \"future\" : []"                      },
        {"\"uuid\" : \"12345678-1234", "\"uuid\" : \"00000000-1234"                           },
        {"\"max_snapshots\" : 3",      "\"max_snapshots\" : 65536"                            },
        {"\"max_snapshots\" : 3",      "\"max_snapshots\" : -1"                               },
        {"\"allow_memory\" : false",   "\"allow_memory\" : 0"                                 },
        {"\"drift_guard\" : \"warn\"", "\"drift_guard\" : \"loud\""                           },
        {"\"drift_guard\" : \"warn\"", "\"drift_guard\" : 1"                                  },
        {"\"drift_guard\" : \"warn\"", "\"drift_guard\" : \"warn\", \"pause_max_us\" : -1"    },
        {"\"drift_guard\" : \"warn\"", "\"drift_guard\" : \"warn\", \"pause_max_us\" : \"1s\""},
        {"\"name\" : \"b\"",           "\"name\" : \"A\""                                     },
        {"\"name\" : \"b\"",           "\"name\" : \"\\u001b[31m\""                           },
        {"\"name\" : \"b\"",           "\"nome\" : \"b\""                                     },
        {"\"size_bytes\" : 1024",      "\"size_bytes\" : 99999999999999999999"                },
        {"\"disks\" : [",              "\"disks\" : [ 1, "                                    },
        {"\"snapshots\" : [",          "\"snapshots\" : [ {}, "                               },
        {"\"snapshots\" : [",          "\"snapshots\" : [ [[[[[[[[[[[[[[]]]]]]]]]]]]]], "     },
    };
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *b = firn_test_catalogue_add(fixture, "b");
    g_autofree char *good = read_document(fixture);
    g_autofree char *half = g_strndup(good, strlen(good) / 2);
    g_autofree char *twice = replace(good, b, a);
    g_autofree char *garbage = g_strdup("\xff\xfe garbage");

    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *text = replace(good, changes[i][0], changes[i][1]);

        g_test_message("%s -> %s", changes[i][0], changes[i][1]);
        assert_damaged(fixture, text);
    }
    assert_damaged(fixture, "");
    assert_damaged(fixture, "{}");
    assert_damaged(fixture, "[]");
    assert_damaged(fixture, half);
    assert_damaged(fixture, twice);
    assert_damaged(fixture, garbage);
}

static void
test_damage_current(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *good = read_document(fixture);
    g_autofree char *from = g_strdup_printf("\"current\" : \"%s\"", a);
    g_autofree char *unknown = replace(good, from, "\"current\" : \"" FIRN_TEST_VM_UUID "\"");
    g_autofree char *number = replace(good, from, "\"current\" : 1");

    assert_damaged(fixture, unknown);
    assert_damaged(fixture, number);
}

static void
test_damage_ring(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *b = firn_test_catalogue_add(fixture, "b");
    g_autofree char *good = read_document(fixture);
    g_autofree char *parent = g_strdup_printf("\"parent\" : \"%s\"", b);
    g_autofree char *ring = replace(good, "\"parent\" : null", parent);

    assert_damaged(fixture, ring);
}

static void
test_damage_odd_file(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *elsewhere = g_strconcat(fixture->path, ".moved", NULL);

    g_assert_cmpint(rename(fixture->path, elsewhere), ==, 0);
    g_assert_cmpint(g_mkdir_with_parents(fixture->path, 0700), ==, 0);
    firn_test_catalogue_reopen(fixture);
    g_assert_nonnull(firn_catalogue_get_damage(fixture->catalogue));
    g_assert_cmpint(g_rmdir(fixture->path), ==, 0);
    g_assert_cmpint(mkfifo(fixture->path, 0600), ==, 0);
    firn_test_catalogue_reopen(fixture);
    g_assert_nonnull(firn_catalogue_get_damage(fixture->catalogue));
    g_assert_cmpint(g_unlink(fixture->path), ==, 0);
    g_assert_cmpint(symlink(elsewhere, fixture->path), ==, 0);
    firn_test_catalogue_reopen(fixture);
    g_assert_nonnull(firn_catalogue_get_damage(fixture->catalogue));
}

static void
test_damage_huge(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *good = read_document(fixture);
    g_autofree char *blanks = g_strnfill(64 * 1024 * 1024, ' ');
    g_autofree char *huge = g_strconcat(good, blanks, NULL);

    g_assert_true(g_file_set_contents(fixture->path, huge, -1, NULL));
    firn_test_catalogue_reopen(fixture);
    g_assert_nonnull(firn_catalogue_get_damage(fixture->catalogue));
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/catalogue-file/" topic,                                           \
               FirnTestCatalogue,                                                                  \
               NULL,                                                                               \
               firn_test_catalogue_set_up,                                                         \
               function,                                                                           \
               firn_test_catalogue_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("write/private-file", test_add_private);
    TEST("write/unwritable", test_add_unwritable);
    TEST("write/control-characters", test_add_control_characters);
    TEST("write/no-space", test_add_no_space);
    TEST("document", test_document);
    TEST("document/before-the-drift-guard", test_no_drift_guard);
    TEST("damage/changed-document", test_damage);
    TEST("damage/current", test_damage_current);
    TEST("damage/ring", test_damage_ring);
    TEST("damage/odd-file", test_damage_odd_file);
    TEST("damage/huge", test_damage_huge);
    return g_test_run();
}
