/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-record.h"

#include "engine-error.h"

#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void
test_round(void)
{
    g_autoptr(FirnNvramRecord) record = firn_nvram_record_new("/srv/vars.fd");
    g_autoptr(FirnNvramRecord) copy = NULL;
    g_autoptr(FirnNvramRecord) read = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static("abc", 3);
    g_autoptr(GBytes) others = g_bytes_new_static("abd", 3);
    g_autoptr(JsonNode) node = NULL;

    firn_nvram_record_measure(record, bytes);
    copy = firn_record_schema_copy(&firn_nvram_record_schema, record);
    node = firn_record_schema_to_json(&firn_nvram_record_schema, copy);
    read = firn_record_schema_from_json(&firn_nvram_record_schema, node, NULL);
    g_assert_cmpstr(read->path, ==, "/srv/vars.fd");
    g_assert_cmpuint(read->size_bytes, ==, 3);
    g_assert_cmpstr(read->digest, ==, DIGEST);
    g_assert_true(firn_nvram_record_fits(read, bytes));
    g_assert_false(firn_nvram_record_fits(read, others));
}

/* As in an intent that was written before anything was stored. */
static void
test_not_kept(void)
{
    g_autoptr(FirnNvramRecord) record = firn_nvram_record_new("/srv/vars.fd");
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_nvram_record_schema, record);
    g_autoptr(FirnNvramRecord) read =
        firn_record_schema_from_json(&firn_nvram_record_schema, node, NULL);
    g_autoptr(GBytes) bytes = g_bytes_new_static("abc", 3);

    g_assert_null(read->digest);
    g_assert_true(firn_nvram_record_fits(read, bytes));
}

static void
test_nonsense(void)
{
    static const char *const texts[] = {
        "[]",
        "{}",
        "{\"path\": \"vars.fd\", \"size_bytes\": 3, \"digest\": null}",
        "{\"path\": \"/vars.fd\", \"size_bytes\": -3, \"digest\": null}",
        "{\"path\": \"/vars.fd\", \"size_bytes\": 3, \"digest\": \"abc\"}",
        "{\"path\": \"/vars.fd\", \"size_bytes\": 3, \"digest\": null, \"more\": 1}",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(JsonNode) node = json_from_string(texts[i], NULL);
        g_autoptr(GError) error = NULL;

        g_assert_null(firn_record_schema_from_json(&firn_nvram_record_schema, node, &error));
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/nvram-record/round", test_round);
    g_test_add_func("/snapshot-engine/nvram-record/not-kept", test_not_kept);
    g_test_add_func("/snapshot-engine/nvram-record/nonsense", test_nonsense);
    return g_test_run();
}
