/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "color.h"

/**
 * FirnTable:
 *
 * Left-aligned columns, two spaces apart, as wide as their widest cell in characters of a terminal;
 * no spaces at the end of a line. Cells may hold text of guests and images: it is made printable.
 */
typedef struct _FirnTable FirnTable;

/**
 * firn_table_new:
 * @titles: (array zero-terminated=1): a title for each column
 *
 * Returns: (transfer full): an empty table
 */
FirnTable *firn_table_new(const char *const *titles);

void firn_table_free(FirnTable *self);

/**
 * firn_table_add:
 * @paint: colour of the painted column's cell
 * @painted: which column is painted; G_MAXUINT: none
 * @...: a text for each column; %NULL is "-"
 *
 * Adds a row.
 */
void firn_table_add(FirnTable *self, FirnColor paint, guint painted, ...);

/**
 * firn_table_render:
 * @has_legend: whether the titles come first; never above an empty table
 * @is_coloured: whether cells are painted
 *
 * Returns: (transfer full): the lines
 */
char *firn_table_render(FirnTable *self, gboolean has_legend, gboolean is_coloured);

/**
 * firn_text_width:
 * @text: printable text
 *
 * Returns: how many columns of a terminal it takes
 */
guint firn_text_width(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTable, firn_table_free)
