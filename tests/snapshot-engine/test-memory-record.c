/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-record.h"

#include "engine-error.h"

static void
test_round(void)
{
    g_autoptr(FirnMemoryRecord) record = firn_memory_record_new(FIRN_MEMORY_KIND_LIVE, "7.2.22");
    g_autoptr(FirnMemoryRecord) copy = NULL;
    g_autoptr(FirnMemoryRecord) read = NULL;
    g_autoptr(JsonNode) node = NULL;

    record->machine = g_strdup("/usr/bin/qemu -m 1");
    record->machine_type = g_strdup("pc-q35-7.2");
    record->size_bytes = 5;
    record->stopped_us = 6;
    record->total_us = 7;
    copy = firn_record_schema_copy(&firn_memory_record_schema, record);
    node = firn_record_schema_to_json(&firn_memory_record_schema, copy);
    read = firn_record_schema_from_json(&firn_memory_record_schema, node, NULL);
    g_assert_cmpint(read->kind, ==, FIRN_MEMORY_KIND_LIVE);
    g_assert_cmpstr(read->qemu_version, ==, "7.2.22");
    g_assert_cmpstr(read->machine, ==, "/usr/bin/qemu -m 1");
    g_assert_cmpstr(read->machine_type, ==, "pc-q35-7.2");
    g_assert_null(read->disk);
    g_assert_cmpuint(read->size_bytes, ==, 5);
    g_assert_cmpint(read->stopped_us, ==, 6);
    g_assert_cmpint(read->total_us, ==, 7);
}

/* As written before firn recorded the machine type. */
static void
test_older(void)
{
    g_autoptr(JsonNode) node = json_from_string(
        "{\"kind\": \"live\", \"disk\": null, \"machine\": null, \"qemu_version\": \"7.2.22\","
        " \"size_bytes\": 0, \"stopped_us\": 0, \"total_us\": 0}",
        NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnMemoryRecord) read =
        firn_record_schema_from_json(&firn_memory_record_schema, node, &error);
    g_autoptr(JsonNode) again = NULL;

    g_assert_no_error(error);
    g_assert_null(read->machine_type);
    again = firn_record_schema_to_json(&firn_memory_record_schema, read);
    g_assert_true(json_node_equal(again, node));
}

static void
test_nonsense(void)
{
    static const char *const texts[] = {
        "[]",
        "{\"kind\": \"live\", \"disk\": null, \"machine\": null, \"qemu_version\": \"\","
        " \"machine_type\": 7, \"size_bytes\": 0, \"stopped_us\": 0, \"total_us\": 0}",
        "{}",
        "{\"kind\": \"dead\", \"disk\": null, \"machine\": null, \"qemu_version\": \"\","
        " \"size_bytes\": 0, \"stopped_us\": 0, \"total_us\": 0}",
        "{\"kind\": \"live\", \"disk\": null, \"machine\": null, \"qemu_version\": \"\","
        " \"size_bytes\": -1, \"stopped_us\": 0, \"total_us\": 0}",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(JsonNode) node = json_from_string(texts[i], NULL);
        g_autoptr(GError) error = NULL;

        g_assert_null(firn_record_schema_from_json(&firn_memory_record_schema, node, &error));
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/memory-record/round", test_round);
    g_test_add_func("/snapshot-engine/memory-record/nonsense", test_nonsense);
    g_test_add_func("/snapshot-engine/memory-record/older", test_older);
    return g_test_run();
}
