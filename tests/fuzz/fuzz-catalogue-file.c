/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "catalogue-file.h"
#include "fuzz.h"
#include "json-read.h"
#include "snapshot-name.h"

#define UUID "6f1f6b0a-90ad-4f1e-9a57-1f0e6b1c2d3e"

static void
assert_tree(FirnCatalogueState *state)
{
    g_assert_cmpuint(g_hash_table_size(state->by_uuid), ==, state->snapshots->len);
    g_assert_cmpuint(g_hash_table_size(state->by_name), ==, state->snapshots->len);
    if (state->current != NULL)
        g_assert_nonnull(firn_catalogue_state_find(state, state->current));
    for (guint i = 0; i < state->snapshots->len; i++) {
        FirnSnapshot *snapshot = state->snapshots->pdata[i];

        g_assert_true(firn_snapshot_name_check(snapshot->name, NULL));
        g_assert_true((snapshot->is_adopted ? firn_adopted_tag_check
                                            : firn_snapshot_tag_check)(snapshot->tag, NULL));
        g_assert_true(firn_catalogue_state_find(state, snapshot->uuid) == snapshot);
    }
}

/* Nothing of the text is left out. */
static void
assert_same(const char *text, const FirnCatalogueFile *file)
{
    g_autoptr(JsonNode) node = json_from_string(text, NULL);
    JsonObject *root = json_node_get_object(node);

    g_assert_cmpstr(firn_json_read_string(root, "current"), ==, file->state->current);
    g_assert_cmpuint(json_array_get_length(firn_json_read_array(root, "snapshots")),
                     ==,
                     file->state->snapshots->len);
    g_assert_cmpuint(json_array_get_length(firn_json_read_array(root, "disks")),
                     ==,
                     file->disks->len);
    g_assert_cmpint(firn_json_read_int(firn_json_read_object(root, "policy"), "max_snapshots", -1),
                    ==,
                    file->state->policy.max_snapshots);
}

/* What was read is written, and reading that gives the same. */
void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autofree char *first = NULL, *second = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnCatalogueFile) file = firn_catalogue_file_parse(text, length, UUID, &error);
    g_autoptr(FirnCatalogueFile) again = NULL;

    if (file == NULL) {
        g_assert_nonnull(error);
        return;
    }
    assert_tree(file->state);
    assert_same(text, file);
    first = firn_catalogue_file_to_text(file);
    again = firn_catalogue_file_parse(first, strlen(first), UUID, &error);
    g_assert_no_error(error);
    assert_tree(again->state);
    second = firn_catalogue_file_to_text(again);
    g_assert_cmpstr(first, ==, second);
}
