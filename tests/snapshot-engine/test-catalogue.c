/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "catalogue-change.h"
#include "catalogue-rig.h"
#include "engine-error.h"

static gint n_synced;   /* atomic: number of calls of fsync() */
static gint sync_waits; /* atomic: while set, fsync() does not return, as with a slow disk */

static gint is_failing_on_folders; /* atomic */

/* Replaces the C library's fsync() for the whole program, GLib included. */
int firn_test_fsync(int file) __asm__("fsync");

int
firn_test_fsync(int file)
{
    struct stat facts;

    g_atomic_int_inc(&n_synced);
    while (g_atomic_int_get(&sync_waits))
        g_usleep(1000);
    if (g_atomic_int_get(&is_failing_on_folders) && fstat(file, &facts) == 0 &&
        S_ISDIR(facts.st_mode)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, file);
}

static void
test_open_missing(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) disks = firn_catalogue_list_disks(fixture->catalogue);
    g_autofree char *current = firn_catalogue_dup_current(fixture->catalogue);
    FirnPolicy policy;

    firn_catalogue_get_policy(fixture->catalogue, &policy);
    g_assert_null(firn_catalogue_get_damage(fixture->catalogue));
    g_assert_cmpuint(firn_catalogue_count(fixture->catalogue), ==, 0);
    g_assert_null(current);
    g_assert_cmpuint(policy.max_snapshots, ==, 3);
    g_assert_cmpuint(disks->len, ==, 0);
    g_assert_false(g_file_test(fixture->directory, G_FILE_TEST_EXISTS));
}

static void
test_policy(FirnTestCatalogue *fixture, gconstpointer data)
{
    FirnPolicy policy = {7, TRUE, FIRN_DRIFT_GUARD_STRICT, 2500000};
    FirnPolicy read = {0, FALSE};
    FirnPolicy bad = {FIRN_POLICY_MAX_SNAPSHOTS_LIMIT + 1, FALSE};

    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    g_assert_false(FIRN_TEST_SET(fixture->catalogue, &fixture->error, change->policy = bad));
    g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    firn_test_catalogue_reopen(fixture);
    firn_catalogue_get_policy(fixture->catalogue, &read);
    g_assert_cmpuint(read.max_snapshots, ==, 7);
    g_assert_true(read.allow_memory);
    g_assert_cmpint(read.drift_guard, ==, FIRN_DRIFT_GUARD_STRICT);
    g_assert_cmpuint(read.pause_max_us, ==, 2500000);
}

static FirnUndoPoint *
make_undo(const char *parent, const char *restored)
{
    g_autoptr(FirnSnapshot) present = firn_test_catalogue_make_record("undo", parent);

    return firn_undo_point_new(present, restored, "running");
}

/* It is not in the tree and does not count; when its parent is deleted, it moves to the next
 * one. */
static void
test_go_back(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autofree char *b = firn_test_catalogue_add(fixture, "b");
    g_autoptr(FirnUndoPoint) undo = make_undo(b, a);
    g_autoptr(FirnUndoPoint) read = NULL;
    g_autofree char *current = NULL;

    g_assert_true(FIRN_TEST_SET(fixture->catalogue,
                                NULL,
                                firn_catalogue_transaction_restore(change, a, undo)));
    firn_test_catalogue_reopen(fixture);
    firn_test_catalogue_assert_tree(fixture, "a< b<a ");
    current = firn_catalogue_dup_current(fixture->catalogue);
    g_assert_cmpstr(current, ==, a);
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, remove, b));
    firn_test_catalogue_reopen(fixture);
    read = firn_catalogue_dup_undo(fixture->catalogue);
    g_assert_cmpstr(read->snapshot->tag, ==, undo->snapshot->tag);
    g_assert_cmpstr(read->snapshot->parent, ==, a);
}

static void
test_forget_undo(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    g_autoptr(FirnUndoPoint) undo = make_undo(a, a);

    g_assert_true(FIRN_TEST_SET(fixture->catalogue,
                                NULL,
                                firn_catalogue_transaction_restore(change, a, undo)));
    g_assert_true(
        FIRN_TEST_SET(fixture->catalogue, NULL, firn_catalogue_transaction_forget_undo(change)));
    firn_test_catalogue_reopen(fixture);
    g_assert_null(firn_catalogue_dup_undo(fixture->catalogue));
}

static void
test_disks(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autoptr(GPtrArray) disks = firn_disks_new();
    g_autoptr(GPtrArray) seen = NULL;
    g_autoptr(GPtrArray) read = NULL;
    g_autofree char *a = NULL;
    FirnDisk *disk = firn_disk_new("vda", "qcow2");

    disk->path = g_strdup("/srv/a.qcow2");
    g_ptr_array_add(disks, disk);
    g_ptr_array_add(disks, firn_disk_new("vdb", "raw"));
    firn_catalogue_remember_disks(fixture->catalogue, disks);
    g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
    seen = firn_catalogue_list_disks(fixture->catalogue);
    g_assert_cmpuint(seen->len, ==, 2);
    a = firn_test_catalogue_add(fixture, "a");
    firn_test_catalogue_reopen(fixture);
    read = firn_catalogue_list_disks(fixture->catalogue);
    g_assert_cmpuint(read->len, ==, 2);
    g_assert_cmpstr(firn_disks_find(read, "vda")->path, ==, "/srv/a.qcow2");
    g_assert_null(firn_disks_find(read, "vdb")->path);
    g_assert_cmpstr(firn_disks_find(read, "vdb")->format, ==, "raw");
}

static void
on_changed(FirnCatalogue *catalogue, gpointer user_data)
{
    g_assert_true(g_thread_self() == user_data);
    g_object_set_data(
        G_OBJECT(catalogue),
        "changes",
        GINT_TO_POINTER(GPOINTER_TO_INT(g_object_get_data(G_OBJECT(catalogue), "changes")) + 1));
}

static gpointer
add_in_thread(gpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(data, "a");
    g_autofree char *b = firn_test_catalogue_add(data, "b");

    return NULL;
}

static void
test_changed(FirnTestCatalogue *fixture, gconstpointer data)
{
    GThread *thread;

    g_signal_connect(fixture->catalogue, "changed", G_CALLBACK(on_changed), g_thread_self());
    thread = g_thread_new("changer", add_in_thread, fixture);
    g_thread_join(thread);
    g_assert_null(g_object_get_data(G_OBJECT(fixture->catalogue), "changes"));
    firn_test_catalogue_drain();
    g_assert_cmpint(GPOINTER_TO_INT(g_object_get_data(G_OBJECT(fixture->catalogue), "changes")),
                    ==,
                    2);
    FIRN_TEST_CHANGE(fixture->catalogue, NULL, remove, FIRN_TEST_VM_UUID);
    firn_test_catalogue_drain();
    g_assert_cmpint(GPOINTER_TO_INT(g_object_get_data(G_OBJECT(fixture->catalogue), "changes")),
                    ==,
                    2);
}

static void
test_durable(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");

    g_atomic_int_set(&n_synced, 0);
    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, edit, a, "b", NULL));
    /* the new file, and its folder */
    g_assert_cmpint(g_atomic_int_get(&n_synced), ==, 2);
}

static void
test_readers_do_not_wait(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *first = firn_test_catalogue_add(fixture, "first");
    g_autoptr(GPtrArray) disks = firn_disks_new();
    FirnPolicy policy;
    GThread *thread;

    g_atomic_int_set(&n_synced, 0);
    g_atomic_int_set(&sync_waits, TRUE);
    thread = g_thread_new("changer", add_in_thread, fixture);
    while (g_atomic_int_get(&n_synced) == 0)
        g_usleep(1000);
    firn_test_catalogue_assert_tree(fixture, "first< ");
    firn_catalogue_get_policy(fixture->catalogue, &policy);
    firn_catalogue_remember_disks(fixture->catalogue, disks);
    g_assert_true(firn_catalogue_check_new(fixture->catalogue, "a", NULL));
    g_atomic_int_set(&sync_waits, FALSE);
    g_thread_join(thread);
    firn_test_catalogue_assert_tree(fixture, "first< a<first b<a ");
}

static gpointer
rename_often(gpointer data)
{
    FirnTestCatalogue *fixture = data;
    g_autoptr(FirnSnapshot) first = firn_catalogue_lookup(fixture->catalogue, "@current", NULL);

    for (guint i = 0; i < 50; i++) {
        g_autofree char *name = g_strdup_printf("n%u-%p", i, (void *)g_thread_self());

        g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, edit, first->uuid, name, NULL));
    }
    return NULL;
}

static void
test_threads(FirnTestCatalogue *fixture, gconstpointer data)
{
    g_autofree char *a = firn_test_catalogue_add(fixture, "a");
    GThread *one = g_thread_new("one", rename_often, fixture);
    GThread *other = g_thread_new("other", rename_often, fixture);

    for (guint i = 0; i < 20000; i++) {
        g_autoptr(GPtrArray) list = firn_catalogue_list(fixture->catalogue);
        g_autoptr(FirnSnapshot) found = firn_catalogue_lookup(fixture->catalogue, a, NULL);

        g_assert_cmpuint(list->len, ==, 1);
        g_assert_nonnull(found);
    }
    g_thread_join(one);
    g_thread_join(other);
}

static char *
read_document(FirnTestCatalogue *fixture)
{
    char *text = NULL;

    g_file_get_contents(fixture->path, &text, NULL, &fixture->error);
    g_assert_no_error(fixture->error);
    return text;
}

static void
assert_found(FirnTestCatalogue *fixture, const char *key, const char *name)
{
    g_autoptr(FirnSnapshot) found = firn_catalogue_lookup(fixture->catalogue, key, &fixture->error);

    g_assert_no_error(fixture->error);
    g_assert_cmpstr(found->name, ==, name);
}

/* If every operation is at most linear, 10,000 records are fast. */
static void
test_many(FirnTestCatalogue *fixture, gconstpointer data)
{
    enum { MANY = 10000 };
    FirnPolicy policy = {FIRN_POLICY_MAX_SNAPSHOTS_LIMIT, FALSE};
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(GPtrArray) list = NULL;
    g_autofree char *text = NULL;
    g_autofree char *written = NULL;
    g_autofree char *parent = NULL;
    g_autofree char *last = NULL;
    JsonArray *array;
    gint64 begin_us;

    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    text = read_document(fixture);
    node = json_from_string(text, NULL);
    array = json_object_get_array_member(json_node_get_object(node), "snapshots");
    for (guint i = 0; i < MANY; i++) {
        g_autofree char *name = g_strdup_printf("s%u", i);
        g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record(name, parent);

        g_free(parent);
        parent = g_strdup(snapshot->uuid);
        json_array_add_element(array, firn_record_schema_to_json(&firn_snapshot_schema, snapshot));
    }
    written = json_to_string(node, FALSE);
    g_assert_true(g_file_set_contents(fixture->path, written, -1, NULL));
    begin_us = g_get_monotonic_time();
    firn_test_catalogue_reopen(fixture);
    g_test_message("open: %.3f s", (double)(g_get_monotonic_time() - begin_us) / 1e6);
    g_assert_null(firn_catalogue_get_damage(fixture->catalogue));
    list = firn_catalogue_list(fixture->catalogue);
    g_assert_cmpuint(list->len, ==, MANY);
    begin_us = g_get_monotonic_time();
    last = firn_test_catalogue_add(fixture, "last");
    g_test_message("add: %.3f s", (double)(g_get_monotonic_time() - begin_us) / 1e6);
    begin_us = g_get_monotonic_time();
    for (guint i = 0; i < MANY; i++) {
        g_autofree char *name = g_strdup_printf("S%u", i);

        assert_found(fixture, name, ((FirnSnapshot *)list->pdata[i])->name);
    }
    g_test_message("10,000 lookups: %.3f s", (double)(g_get_monotonic_time() - begin_us) / 1e6);
}

/* The new contents are visible: the change succeeds, even if the flush fails. */
static void
test_last_flush_fails(FirnTestCatalogue *fixture, gconstpointer data)
{
    FirnPolicy policy = {7, TRUE, FIRN_DRIFT_GUARD_STRICT, 2500000};
    FirnPolicy read = {0, FALSE};

    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    policy.max_snapshots = 8;
    g_atomic_int_set(&is_failing_on_folders, TRUE);
    g_test_expect_message("firn-engine", G_LOG_LEVEL_WARNING, "*check its storage*");
    g_assert_true(FIRN_TEST_SET(fixture->catalogue, NULL, change->policy = policy));
    g_atomic_int_set(&is_failing_on_folders, FALSE);
    g_test_assert_expected_messages();
    firn_catalogue_get_policy(fixture->catalogue, &read);
    g_assert_cmpuint(read.max_snapshots, ==, 8);
}

static void
test_default_name(FirnTestCatalogue *fixture, gconstpointer data)
{
    const gint64 now_us = G_GINT64_CONSTANT(1800000000000000);
    g_autofree char *first = firn_catalogue_dup_default_name(fixture->catalogue, now_us);
    g_autofree char *second = NULL;
    g_autofree char *expected = g_strconcat(first, "-2", NULL);
    g_autoptr(FirnSnapshot) record = firn_test_catalogue_make_record(first, NULL);

    g_assert_true(FIRN_TEST_CHANGE(fixture->catalogue, NULL, add, record));
    second = firn_catalogue_dup_default_name(fixture->catalogue, now_us);
    g_assert_cmpstr(second, ==, expected);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/snapshot-engine/catalogue/" topic,                                                \
               FirnTestCatalogue,                                                                  \
               NULL,                                                                               \
               firn_test_catalogue_set_up,                                                         \
               function,                                                                           \
               firn_test_catalogue_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("open/missing", test_open_missing);
    TEST("policy", test_policy);
    TEST("disks", test_disks);
    TEST("go-back", test_go_back);
    TEST("forget-undo", test_forget_undo);
    TEST("changed/on-main-loop", test_changed);
    TEST("durable", test_durable);
    TEST("last-flush-fails", test_last_flush_fails);
    TEST("default-name", test_default_name);
    TEST("threads/readers-do-not-wait", test_readers_do_not_wait);
    TEST("threads/many", test_threads);
    TEST("many-records", test_many);
    return g_test_run();
}
