/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree-drawing.h"

typedef struct {
    const char *beside; /* an ancestor has more children below */
    const char *empty;
    const char *branch; /* to a child that has siblings below */
    const char *last;
    const char *deep; /* the depth follows */
} Lines;

static const Lines unicode_lines = {"│  ", "   ", "├─ ", "└─ ", "… "};
static const Lines ascii_lines = {"|  ", "   ", "+- ", "\\- ", "... "};

typedef struct {
    guint depth;
    int last_child; /* -1: none */
    char *stem;     /* (owned) prefix of its children's lines */
} Node;

static void
clear_node(gpointer data)
{
    g_free(((Node *)data)->stem);
}

/* Also finds each node's last child. */
static GArray *
measure(const int *parents, guint n)
{
    GArray *nodes = g_array_sized_new(FALSE, TRUE, sizeof(Node), n);

    g_array_set_clear_func(nodes, clear_node);
    g_array_set_size(nodes, n);
    for (guint i = 0; i < n; i++) {
        Node *node = &g_array_index(nodes, Node, i);

        node->last_child = -1;
        if (parents[i] < 0)
            continue;
        node->depth = g_array_index(nodes, Node, parents[i]).depth + 1;
        g_array_index(nodes, Node, parents[i]).last_child = (int)i;
    }
    return nodes;
}

static char *
draw_node(GArray *nodes, guint index, int parent, const Lines *lines)
{
    Node *node = &g_array_index(nodes, Node, index);
    const char *stem;
    gboolean is_last;

    if (parent < 0) {
        node->stem = g_strdup("");
        return g_strdup("");
    }
    stem = g_array_index(nodes, Node, parent).stem;
    if (node->depth > FIRN_TREE_DEPTH_MAX) {
        node->stem = g_strdup(stem);
        return g_strdup_printf("%s%s%u: ", stem, lines->deep, node->depth);
    }
    is_last = g_array_index(nodes, Node, parent).last_child == (int)index;
    node->stem = g_strconcat(stem, is_last ? lines->empty : lines->beside, NULL);
    return g_strconcat(stem, is_last ? lines->last : lines->branch, NULL);
}

GPtrArray *
firn_tree_drawing_new(const int *parents, guint n, gboolean is_ascii)
{
    g_autoptr(GArray) nodes = measure(parents, n);
    GPtrArray *drawing = g_ptr_array_new_full(n, g_free);

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(drawing,
                        draw_node(nodes, i, parents[i], is_ascii ? &ascii_lines : &unicode_lines));
    return drawing;
}
