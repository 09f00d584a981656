/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-tree.h"

static FirnSnapshot *
make(const char *uuid, const char *parent, gint64 created_us)
{
    FirnSnapshot *snapshot = firn_snapshot_new("x", parent, firn_evidence_new(FIRN_QUIESCE_TRY));

    g_free(snapshot->uuid);
    snapshot->uuid = g_strdup(uuid);
    snapshot->created_us = created_us;
    return snapshot;
}

static GPtrArray *
new_list(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)firn_snapshot_unref);
}

static char *
spell(GPtrArray *snapshots)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < snapshots->len; i++)
        g_string_append(text, ((FirnSnapshot *)snapshots->pdata[i])->uuid);
    return g_string_free(text, FALSE);
}

static void
assert_order(GPtrArray *snapshots, const char *expected)
{
    g_autoptr(GPtrArray) order = firn_snapshot_tree_order(snapshots);
    g_autofree char *spelt = spell(order);

    g_assert_cmpstr(spelt, ==, expected);
}

static void
assert_descendants(GPtrArray *snapshots, const char *uuid, const char *expected)
{
    g_autoptr(GPtrArray) descendants = firn_snapshot_tree_descendants(snapshots, uuid);
    g_autofree char *spelt = spell(descendants);

    g_assert_cmpstr(spelt, ==, expected);
}

/* a(b(d, e), c); x has no known parent; z is the oldest. */
static GPtrArray *
make_family(void)
{
    GPtrArray *list = new_list();

    g_ptr_array_add(list, make("e", "b", 5));
    g_ptr_array_add(list, make("c", "a", 3));
    g_ptr_array_add(list, make("x", "gone", 9));
    g_ptr_array_add(list, make("d", "b", 4));
    g_ptr_array_add(list, make("b", "a", 2));
    g_ptr_array_add(list, make("a", NULL, 1));
    g_ptr_array_add(list, make("z", NULL, 0));
    return list;
}

static void
test_order(void)
{
    g_autoptr(GPtrArray) list = make_family();

    assert_order(list, "zabdecx");
}

static void
test_order_same_time(void)
{
    g_autoptr(GPtrArray) list = new_list();

    g_ptr_array_add(list, make("b", NULL, 1));
    g_ptr_array_add(list, make("c", NULL, 1));
    g_ptr_array_add(list, make("a", NULL, 1));
    assert_order(list, "abc");
}

static void
test_child_older_than_parent(void)
{
    g_autoptr(GPtrArray) list = new_list();

    g_ptr_array_add(list, make("b", "a", 1));
    g_ptr_array_add(list, make("a", NULL, 2));
    assert_order(list, "ab");
}

static void
test_ring(void)
{
    g_autoptr(GPtrArray) list = new_list();

    g_ptr_array_add(list, make("a", "b", 1));
    g_ptr_array_add(list, make("b", "a", 2));
    g_ptr_array_add(list, make("c", "c", 3));
    assert_order(list, "abc");
    assert_descendants(list, "a", "b");
    assert_descendants(list, "c", "");
}

static void
test_descendants(void)
{
    g_autoptr(GPtrArray) list = make_family();

    assert_descendants(list, "a", "cedb");
    assert_descendants(list, "b", "ed");
    assert_descendants(list, "d", "");
    assert_descendants(list, "nobody", "");
    assert_descendants(list, "gone", "");
}

static void
test_long_chain(void)
{
    g_autoptr(GPtrArray) list = new_list();
    g_autoptr(GPtrArray) order = NULL;
    g_autoptr(GPtrArray) descendants = NULL;

    for (guint i = 0; i < 10000; i++) {
        g_autofree char *uuid = g_strdup_printf("%u", i);
        g_autofree char *parent = i == 0 ? NULL : g_strdup_printf("%u", i - 1);

        g_ptr_array_insert(list, 0, make(uuid, parent, (gint64)i));
    }
    order = firn_snapshot_tree_order(list);
    g_assert_cmpuint(order->len, ==, 10000);
    g_assert_cmpstr(((FirnSnapshot *)order->pdata[0])->uuid, ==, "0");
    g_assert_cmpstr(((FirnSnapshot *)order->pdata[9999])->uuid, ==, "9999");
    descendants = firn_snapshot_tree_descendants(list, "0");
    g_assert_cmpuint(descendants->len, ==, 9999);
    g_assert_cmpstr(((FirnSnapshot *)descendants->pdata[0])->uuid, ==, "9999");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/snapshot-tree/order/family", test_order);
    g_test_add_func("/snapshot-engine/snapshot-tree/order/same-time", test_order_same_time);
    g_test_add_func("/snapshot-engine/snapshot-tree/order/clock-went-back",
                    test_child_older_than_parent);
    g_test_add_func("/snapshot-engine/snapshot-tree/ring", test_ring);
    g_test_add_func("/snapshot-engine/snapshot-tree/descendants", test_descendants);
    g_test_add_func("/snapshot-engine/snapshot-tree/long-chain", test_long_chain);
    return g_test_run();
}
