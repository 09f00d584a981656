/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "fuzz.h"
#include "json-read.h"
#include "lease.h"

/* The lease has the values of the text, neither truncated nor rounded. */
static void
assert_same(const char *text, const FirnLease *lease)
{
    g_autoptr(JsonNode) node = json_from_string(text, NULL);
    JsonObject *object = json_node_get_object(node);

    g_assert_cmpint(firn_json_read_int(object, "user", -1), ==, lease->user);
    g_assert_cmpint(firn_json_read_int(object, "since_us", -1), ==, lease->since_us);
    g_assert_cmpstr(firn_json_read_string(object, "vm_uuid"), ==, lease->vm_uuid);
}

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autofree char *first = NULL, *second = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLease) lease = firn_lease_parse(text, length, &error);
    g_autoptr(FirnLease) again = NULL;

    if (lease == NULL) {
        g_assert_nonnull(error);
        return;
    }
    g_assert_true(g_path_is_absolute(lease->agent_path));
    g_assert_true(g_uuid_string_is_valid(lease->vm_uuid));
    assert_same(text, lease);
    first = firn_lease_to_text(lease);
    again = firn_lease_parse(first, strlen(first), &error);
    g_assert_no_error(error);
    second = firn_lease_to_text(again);
    g_assert_cmpstr(first, ==, second);
}
