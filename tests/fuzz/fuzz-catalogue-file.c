/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "catalogue-file.h"
#include "fuzz.h"
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
        g_assert_true(firn_snapshot_tag_check(snapshot->tag, NULL));
        g_assert_true(firn_catalogue_state_find(state, snapshot->uuid) == snapshot);
    }
}

/* What is read is written, and what is written is read as the same. */
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
    first = firn_catalogue_file_to_text(file);
    again = firn_catalogue_file_parse(first, strlen(first), UUID, &error);
    g_assert_no_error(error);
    assert_tree(again->state);
    second = firn_catalogue_file_to_text(again);
    g_assert_cmpstr(first, ==, second);
}
