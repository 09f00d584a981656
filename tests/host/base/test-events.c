/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "every-event.h"

static const FirnEventSubject full = {
    .vm_name = "web1",
    .vm_uuid = "6c3a4f5e-0000-4000-8000-000000000001",
    .snapshot = "s1",
    .error = "NoSpace",
    .operation = "create",
    .job = 7,
    .uid = 1000,
    .has_uid = TRUE,
};

static GHashTable *
record_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

/* Instead of the journal: one table of fields for each record. */
static GLogWriterOutput
keep_record(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer records)
{
    GHashTable *record = record_new();

    for (gsize i = 0; i < n_fields; i++)
        g_hash_table_insert(record, g_strdup(fields[i].key), g_strdup(fields[i].value));
    g_ptr_array_add(records, record);
    return G_LOG_WRITER_HANDLED;
}

static GPtrArray *records; /* (element-type GHashTable) of the writer, which is set only once */

static GPtrArray *
send(FirnEventSubject about)
{
    g_ptr_array_set_size(records, 0);
    firn_test_send_every_event(about);
    return records;
}

/* Every @regex's first group in @path, in order. */
static GPtrArray *
find_all(const char *path, const char *pattern)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *full_path = g_build_filename(FIRN_TEST_SOURCE, path, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    g_assert_true(g_file_get_contents(full_path, &text, NULL, NULL));
    for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL))
        g_ptr_array_add(found, g_match_info_fetch(match, 1));
    return found;
}

static void
assert_same_ids(GPtrArray *expected, GPtrArray *ids)
{
    for (guint i = 0; i < expected->len; i++)
        g_assert_true(g_ptr_array_find_with_equal_func(ids, expected->pdata[i], g_str_equal, NULL));
    g_assert_cmpuint(expected->len, ==, ids->len);
}

/* A constant has a function and an entry of the catalogue, and they have nothing else. */
static void
test_complete(void)
{
    g_autoptr(GPtrArray) constants =
        find_all("host/base/events.h", "^#define FIRN_EVENT_\\w+ +\"([0-9a-f]{32})\"$");
    g_autoptr(GPtrArray) entries =
        find_all("packaging/catalog/firn.catalog",
                 "^-- ([0-9a-f]{32})\nSubject: .+\nDefined-By: firn\nDocumentation: .+\n\n\\w");
    g_autoptr(GPtrArray) starts = find_all("packaging/catalog/firn.catalog", "^-- (.*)$");
    g_autoptr(GPtrArray) sent = g_ptr_array_new();
    GPtrArray *all = send(full);

    for (guint i = 0; i < all->len; i++)
        g_ptr_array_add(sent, g_hash_table_lookup(all->pdata[i], "MESSAGE_ID"));
    g_assert_cmpuint(constants->len, >, 10);
    assert_same_ids(constants, sent);
    assert_same_ids(constants, entries);
    assert_same_ids(constants, starts);
}

/* The catalogue names no field that records do not have. */
static void
test_placeholders(void)
{
    g_autoptr(GPtrArray) names = find_all("packaging/catalog/firn.catalog", "@(\\w+)@");
    GHashTable *record = send(full)->pdata[0];

    g_assert_cmpuint(names->len, >, 0);
    for (guint i = 0; i < names->len; i++)
        g_assert_true(g_hash_table_contains(record, names->pdata[i]));
}

static void
assert_field(GHashTable *record, const char *key, const char *value)
{
    g_assert_cmpstr(g_hash_table_lookup(record, key), ==, value);
}

static void
test_fields(void)
{
    GPtrArray *all = send(full);

    for (guint i = 0; i < all->len; i++) {
        GHashTable *record = all->pdata[i];

        assert_field(record, "FIRN_VM_NAME", "web1");
        assert_field(record, "FIRN_VM_UUID", full.vm_uuid);
        assert_field(record, "FIRN_SNAPSHOT", "s1");
        assert_field(record, "FIRN_ERROR", "NoSpace");
        assert_field(record, "FIRN_OPERATION", "create");
        assert_field(record, "FIRN_JOB", "7");
        assert_field(record, "FIRN_JOB_UID", "1000");
        g_assert_true(g_str_has_prefix(g_hash_table_lookup(record, "MESSAGE"), "web1: "));
    }
    assert_field(all->pdata[1], "MESSAGE", "web1: create failed (job 7): no space");
    assert_field(all->pdata[1], "PRIORITY", "4");
    assert_field(all->pdata[0], "PRIORITY", "5");
}

/* What is unknown is left out; uid 0 is root, and known. */
static void
test_unknown(void)
{
    GHashTable *record =
        send((FirnEventSubject){.vm_name = "web1", .operation = "create"})->pdata[0];

    g_assert_false(g_hash_table_contains(record, "FIRN_SNAPSHOT"));
    g_assert_false(g_hash_table_contains(record, "FIRN_JOB"));
    g_assert_false(g_hash_table_contains(record, "FIRN_JOB_UID"));
    record = send((FirnEventSubject){.vm_name = "web1", .operation = "create", .has_uid = TRUE})
                 ->pdata[0];
    assert_field(record, "FIRN_JOB_UID", "0");
}

/* Text of a guest cannot begin another line. */
static void
test_hostile(void)
{
    GPtrArray *all =
        send((FirnEventSubject){.vm_name = "web1\nroot: all is well", .operation = ""});

    for (guint i = 0; i < all->len; i++)
        g_assert_null(strchr(g_hash_table_lookup(all->pdata[i], "MESSAGE"), '\n'));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    records = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
    g_log_set_writer_func(keep_record, records, NULL);
    g_test_add_func("/base/events/complete", test_complete);
    g_test_add_func("/base/events/placeholders", test_placeholders);
    g_test_add_func("/base/events/fields", test_fields);
    g_test_add_func("/base/events/unknown", test_unknown);
    g_test_add_func("/base/events/hostile", test_hostile);
    return g_test_run();
}
