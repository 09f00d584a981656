/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_tree_drawing_new:
 * @parents: (array length=n): for each node the index of its parent, smaller than its own; -1: none
 * @n: how many nodes there are
 * @is_ascii: draw with "|", "+-" and "\-"
 *
 * Draws what stands before the label of each node. Nodes come in tree order: parents first, and
 * each subtree in one piece. Deeper than FIRN_TREE_DEPTH_MAX the lines stay where they are and the
 * depth is written.
 *
 * Returns: (transfer full) (element-type utf8): a text for each node
 */
GPtrArray *firn_tree_drawing_new(const int *parents, guint n, gboolean is_ascii);

#define FIRN_TREE_DEPTH_MAX 24
