/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-tree.h"

#include <string.h>

typedef struct {
    FirnSnapshot *snapshot; /* (unowned) */
    GPtrArray *children;    /* (owned) (nullable) (element-type Node) */
    gboolean is_visited;
} Node;

/* Only in a damaged file records form a ring; each of them must still be listed once. */
typedef struct {
    GArray *nodes;       /* (owned) (element-type Node) by time of creation */
    GHashTable *by_uuid; /* (owned) (element-type utf8 Node) */
} Forest;

static int
compare_age(gconstpointer a, gconstpointer b)
{
    const FirnSnapshot *one = ((const Node *)a)->snapshot;
    const FirnSnapshot *other = ((const Node *)b)->snapshot;

    if (one->created_us != other->created_us)
        return one->created_us < other->created_us ? -1 : 1;
    return strcmp(one->uuid, other->uuid);
}

static void
clear_node(gpointer data)
{
    g_clear_pointer(&((Node *)data)->children, g_ptr_array_unref);
}

static Node *
find_parent(Forest *forest, const Node *node)
{
    const char *parent = node->snapshot->parent;

    return parent == NULL ? NULL : g_hash_table_lookup(forest->by_uuid, parent);
}

static void
adopt(Forest *forest, Node *node)
{
    Node *parent = find_parent(forest, node);

    if (parent == NULL)
        return;
    if (parent->children == NULL)
        parent->children = g_ptr_array_new();
    g_ptr_array_add(parent->children, node);
}

static void
plant(Forest *forest, GPtrArray *snapshots)
{
    forest->nodes = g_array_sized_new(FALSE, TRUE, sizeof(Node), snapshots->len);
    forest->by_uuid = g_hash_table_new(g_str_hash, g_str_equal);
    g_array_set_clear_func(forest->nodes, clear_node);
    for (guint i = 0; i < snapshots->len; i++) {
        Node node = {.snapshot = snapshots->pdata[i]};

        g_array_append_val(forest->nodes, node);
    }
    g_array_sort(forest->nodes, compare_age);
    for (guint i = 0; i < forest->nodes->len; i++) {
        Node *node = &g_array_index(forest->nodes, Node, i);

        g_hash_table_insert(forest->by_uuid, node->snapshot->uuid, node);
    }
    for (guint i = 0; i < forest->nodes->len; i++)
        adopt(forest, &g_array_index(forest->nodes, Node, i));
}

static void
clear_forest(Forest *forest)
{
    g_clear_pointer(&forest->by_uuid, g_hash_table_unref);
    g_clear_pointer(&forest->nodes, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Forest, clear_forest)

/* Appends @top and all its descendants, parents first. Uses a stack of its own, because a chain may
 * be as long as the table. */
static void
walk(Node *top, GPtrArray *order)
{
    g_autoptr(GPtrArray) stack = g_ptr_array_new();

    g_ptr_array_add(stack, top);
    while (stack->len > 0) {
        Node *node = g_ptr_array_steal_index(stack, stack->len - 1);

        if (node->is_visited)
            continue;
        node->is_visited = TRUE;
        g_ptr_array_add(order, firn_snapshot_ref(node->snapshot));
        for (guint i = node->children == NULL ? 0 : node->children->len; i > 0; i--)
            g_ptr_array_add(stack, node->children->pdata[i - 1]);
    }
}

GPtrArray *
firn_snapshot_tree_order(GPtrArray *snapshots)
{
    GPtrArray *order = g_ptr_array_new_full(snapshots->len, (GDestroyNotify)firn_snapshot_unref);
    g_auto(Forest) forest = {0};

    plant(&forest, snapshots);
    for (guint i = 0; i < forest.nodes->len; i++) {
        Node *node = &g_array_index(forest.nodes, Node, i);

        if (find_parent(&forest, node) == NULL)
            walk(node, order);
    }
    for (guint i = 0; i < forest.nodes->len; i++)
        walk(&g_array_index(forest.nodes, Node, i), order);
    return order;
}

static void
reverse(GPtrArray *array)
{
    for (guint i = 0; i < array->len / 2; i++) {
        gpointer other = array->pdata[array->len - 1 - i];

        array->pdata[array->len - 1 - i] = array->pdata[i];
        array->pdata[i] = other;
    }
}

GPtrArray *
firn_snapshot_tree_descendants(GPtrArray *snapshots, const char *uuid)
{
    GPtrArray *descendants = g_ptr_array_new_with_free_func((GDestroyNotify)firn_snapshot_unref);
    g_auto(Forest) forest = {0};
    Node *top;

    plant(&forest, snapshots);
    top = g_hash_table_lookup(forest.by_uuid, uuid);
    if (top == NULL)
        return descendants;
    walk(top, descendants);
    g_ptr_array_remove_index(descendants, 0);
    reverse(descendants);
    return descendants;
}
