/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot.h"

#include <string.h>

#include "engine-error.h"
#include "snapshot-name.h"

#define VDA "\"target\":\"vda\",\"backend\":\"qcow2\""

static FirnSnapshot *
make_full(void)
{
    FirnEvidence *evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    FirnSnapshot *snapshot;

    evidence->expected = 3;
    snapshot = firn_snapshot_new("before", "12345678-1234-1234-1234-123456789abc", evidence);
    g_free(snapshot->comment);
    snapshot->comment = g_strdup("kernel \"6.1\" -> ü");
    snapshot->created_us = 1795176000000007;
    snapshot->verdict = FIRN_VERDICT_APPLICATION;
    snapshot->phase = FIRN_SNAPSHOT_PHASE_UNAVAILABLE;
    firn_snapshot_add_disk(snapshot, "vda", "qcow2", "/srv/a,b.qcow2", G_MAXINT64);
    firn_snapshot_add_disk(snapshot, "vdb", "lvm-thin", "/dev/vg/b", 0);
    g_ptr_array_add(snapshot->excluded, g_strdup("vdc"));
    return snapshot;
}

/* With members that only some sources provide. */
static FirnSnapshot *
make_defined(void)
{
    FirnSnapshot *snapshot = make_full();

    snapshot->definition = g_strdup("<domain>\n  <name>\"ü\"</name>\n</domain>\n");
    snapshot->live_definition = g_strdup("<domain id='1'/>");
    snapshot->is_to_register = TRUE;
    snapshot->is_adopted = TRUE;
    snapshot->has_vm_state = TRUE;
    g_free(snapshot->tag);
    snapshot->tag = g_strdup("before the upgrade");
    return snapshot;
}

static char *
to_text(const FirnSnapshot *snapshot)
{
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_snapshot_schema, snapshot);

    return json_to_string(node, FALSE);
}

static void
assert_same(const FirnSnapshot *a, const FirnSnapshot *b)
{
    g_autofree char *a_text = to_text(a);
    g_autofree char *b_text = to_text(b);

    g_assert_cmpstr(a->uuid, ==, b->uuid);
    g_assert_cmpstr(a->parent, ==, b->parent);
    g_assert_cmpstr(a->name, ==, b->name);
    g_assert_cmpstr(a->comment, ==, b->comment);
    g_assert_cmpstr(a->tag, ==, b->tag);
    g_assert_cmpint(a->created_us, ==, b->created_us);
    g_assert_cmpint(a->verdict, ==, b->verdict);
    g_assert_cmpint(a->phase, ==, b->phase);
    g_assert_cmpuint(a->evidence->expected, ==, b->evidence->expected);
    g_assert_cmpuint(a->disks->len, ==, b->disks->len);
    g_assert_cmpstr(a->excluded->pdata[0], ==, b->excluded->pdata[0]);
    g_assert_cmpstr(a->definition, ==, b->definition);
    g_assert_cmpstr(a->live_definition, ==, b->live_definition);
    g_assert_cmpint(a->is_to_register, ==, b->is_to_register);
    g_assert_cmpint(a->is_adopted, ==, b->is_adopted);
    g_assert_cmpint(a->has_vm_state, ==, b->has_vm_state);
    g_assert_cmpstr(a_text, ==, b_text);
}

static void
test_new(void)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_snapshot_new("a", NULL, firn_evidence_new(FIRN_QUIESCE_TRY));
    g_autofree char *tag = firn_snapshot_name_to_tag("a", snapshot->uuid);

    g_assert_true(g_uuid_string_is_valid(snapshot->uuid));
    g_assert_cmpstr(snapshot->tag, ==, tag);
    g_assert_cmpstr(snapshot->comment, ==, "");
    g_assert_null(snapshot->parent);
    g_assert_cmpint(snapshot->verdict, ==, FIRN_VERDICT_CRASH);
    g_assert_cmpint(snapshot->phase, ==, FIRN_SNAPSHOT_PHASE_READY);
    g_assert_true(firn_snapshot_check(snapshot, NULL));
}

/* One UUID in 43 begins with a group of digits only. */
static void
test_tag_is_no_date(void)
{
    for (guint i = 0; i < 1000; i++) {
        g_autoptr(FirnSnapshot) snapshot =
            firn_snapshot_new("s1", NULL, firn_evidence_new(FIRN_QUIESCE_TRY));
        const char *digits = strrchr(snapshot->tag, '.') + 1;

        g_assert_cmpuint(strspn(digits, "0123456789"), <, strlen(digits));
    }
}

static void
test_round_trip(void)
{
    g_autoptr(FirnSnapshot) snapshot = make_defined();
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_snapshot_schema, snapshot);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnSnapshot) again =
        firn_record_schema_from_json(&firn_snapshot_schema, node, &error);
    const FirnSnapshotDisk *disk;

    g_assert_no_error(error);
    assert_same(snapshot, again);
    disk = again->disks->pdata[0];
    g_assert_cmpstr(disk->path, ==, "/srv/a,b.qcow2");
    g_assert_cmpuint(disk->size_bytes, ==, G_MAXINT64);
}

static void
test_copy(void)
{
    g_autoptr(FirnSnapshot) snapshot = make_defined();
    g_autoptr(FirnSnapshot) copy = firn_snapshot_copy(snapshot);

    assert_same(snapshot, copy);
    g_free(copy->name);
    copy->name = g_strdup("after");
    g_assert_cmpstr(snapshot->name, ==, "before");
}

/* Only other programs choose such tags, and even those must be unambiguous. */
static void
test_adopted_tag(void)
{
    g_autoptr(FirnSnapshot) snapshot = make_defined();
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_snapshot_check(snapshot, NULL));
    snapshot->is_adopted = FALSE;
    g_assert_false(firn_snapshot_check(snapshot, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
    g_clear_error(&error);
    snapshot->is_adopted = TRUE;
    g_free(snapshot->tag);
    snapshot->tag = g_strdup("1");
    g_assert_false(firn_snapshot_check(snapshot, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_AMBIGUOUS);
}

/* Each member is left out, and each is replaced by invalid values. */
static void
test_strict(void)
{
    static const char *const values[] = {"\"\"", "\"x\\u0007\"", "-1", "1.5", "true", "[[]]", "{}"};
    g_autoptr(FirnSnapshot) snapshot = make_full();
    g_autoptr(JsonNode) whole = firn_record_schema_to_json(&firn_snapshot_schema, snapshot);
    g_autoptr(GList) members = json_object_get_members(json_node_get_object(whole));

    for (GList *at = members; at != NULL; at = at->next) {
        for (guint i = 0; i <= G_N_ELEMENTS(values); i++) {
            g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_snapshot_schema, snapshot);
            g_autoptr(GError) error = NULL;
            JsonObject *object = json_node_get_object(node);

            if (i < G_N_ELEMENTS(values))
                json_object_set_member(object, at->data, json_from_string(values[i], NULL));
            else
                json_object_remove_member(object, at->data);
            if (i == 0 && strcmp(at->data, "comment") == 0)
                continue;
            g_test_message("%s: %s", (char *)at->data, i < G_N_ELEMENTS(values) ? values[i] : "-");
            g_assert_null(firn_record_schema_from_json(&firn_snapshot_schema, node, &error));
            g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
        }
    }
}

static void
test_strict_more(void)
{
    static const struct {
        const char *member;
        const char *value;
    } table[] = {
        {"name",            "\"current\""                                  },
        {"tag",             "\"1\""                                        },
        {"uuid",            "\"12345678-1234-1234-1234-123456789ABC\""     },
        {"parent",          "\"\""                                         },
        {"verdict",         "\"perfect\""                                  },
        {"phase",           "\"failed\""                                   },
        {"new-in-2",        "1"                                            },
        {"definition",      "null"                                         },
        {"live_definition", "[]"                                           },
        {"register",        "1"                                            },
        {"excluded",        "[null]"                                       },
        {"disks",           "[{" VDA ",\"path\":\"/a\"}]"                  },
        {"disks",           "[{" VDA ",\"path\":null,\"size_bytes\":1}]"   },
        {"disks",           "[{" VDA ",\"path\":\"/a\",\"size_bytes\":-1}]"},
    };
    g_autoptr(FirnSnapshot) snapshot = make_full();

    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_snapshot_schema, snapshot);
        g_autoptr(GError) error = NULL;

        json_object_set_member(json_node_get_object(node),
                               table[i].member,
                               json_from_string(table[i].value, NULL));
        g_test_message("%s: %s", table[i].member, table[i].value);
        g_assert_null(firn_record_schema_from_json(&firn_snapshot_schema, node, &error));
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    }
}

static void
test_check_disk_without_path(void)
{
    g_autoptr(FirnSnapshot) snapshot = make_full();
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_snapshot_check(snapshot, NULL));
    firn_snapshot_add_disk(snapshot, "vdx", "qcow2", NULL, 1);
    g_assert_false(firn_snapshot_check(snapshot, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_INVALID);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/snapshot/new", test_new);
    g_test_add_func("/snapshot-engine/snapshot/new/tag-is-no-date", test_tag_is_no_date);
    g_test_add_func("/snapshot-engine/snapshot/round-trip", test_round_trip);
    g_test_add_func("/snapshot-engine/snapshot/copy", test_copy);
    g_test_add_func("/snapshot-engine/snapshot/from-json/each-member", test_strict);
    g_test_add_func("/snapshot-engine/snapshot/from-json/refused", test_strict_more);
    g_test_add_func("/snapshot-engine/snapshot/check/adopted-tag", test_adopted_tag);
    g_test_add_func("/snapshot-engine/snapshot/check/disk-without-path",
                    test_check_disk_without_path);
    return g_test_run();
}
