/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "table.h"

#include "printable.h"

typedef struct {
    const char *text; /* (unowned) */
    guint width;      /* in terminal columns */
} Cell;

typedef struct {
    FirnColor paint;
    guint painted;
    Cell cells[]; /* one for each column */
} Row;

struct _FirnTable {
    GStrv titles; /* (owned) */
    guint n_columns;
    guint *widths;       /* (owned) of the widest cell of each column */
    GPtrArray *rows;     /* (owned) (element-type Row) */
    GStringChunk *texts; /* (owned) what the cells hold */
};

FirnTable *
firn_table_new(const char *const *titles)
{
    FirnTable *self = g_new0(FirnTable, 1);

    self->titles = g_strdupv((char **)titles);
    self->n_columns = g_strv_length(self->titles);
    self->widths = g_new0(guint, self->n_columns);
    self->rows = g_ptr_array_new_with_free_func(g_free);
    self->texts = g_string_chunk_new(64 * 1024);
    return self;
}

void
firn_table_free(FirnTable *self)
{
    if (self == NULL)
        return;
    g_strfreev(self->titles);
    g_free(self->widths);
    g_ptr_array_unref(self->rows);
    g_string_chunk_free(self->texts);
    g_free(self);
}

/* Nearly every cell is ASCII; this halves the time for ten thousand rows. */
static gboolean
is_plain(const char *text, guint *out_length)
{
    const char *at = text;

    while (*at >= ' ' && *at <= '~')
        at++;
    *out_length = (guint)(at - text);
    return *at == '\0' && at - text < 256;
}

guint
firn_text_width(const char *text)
{
    guint width = 0;

    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (c < 0x80)
            width++;
        else if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

static Cell
make_cell(FirnTable *self, const char *text)
{
    Cell cell = {"-", 1};
    g_autofree char *printable = NULL;

    if (text == NULL)
        return cell;
    if (!is_plain(text, &cell.width)) {
        printable = firn_printable(text);
        text = printable;
        cell.width = firn_text_width(text);
    }
    cell.text = g_string_chunk_insert(self->texts, text);
    return cell;
}

void
firn_table_add(FirnTable *self, FirnColor paint, guint painted, ...)
{
    Row *row = g_malloc(sizeof(Row) + self->n_columns * sizeof(Cell));
    va_list texts;

    row->paint = paint;
    row->painted = painted;
    va_start(texts, painted);
    for (guint i = 0; i < self->n_columns; i++) {
        row->cells[i] = make_cell(self, va_arg(texts, const char *));
        self->widths[i] = MAX(self->widths[i], row->cells[i].width);
    }
    va_end(texts);
    g_ptr_array_add(self->rows, row);
}

static void
append_cell(const Row *row, guint column, gboolean is_coloured, GString *out)
{
    g_autofree char *painted = NULL;

    if (is_coloured && column == row->painted)
        painted = firn_color(row->paint, TRUE, row->cells[column].text);
    g_string_append(out, painted == NULL ? row->cells[column].text : painted);
}

static void
render_row(FirnTable *self, const Row *row, gboolean is_coloured, GString *out)
{
    guint last = self->n_columns;
    guint n_blanks = 0;

    while (last > 0 && row->cells[last - 1].width == 0)
        last--;
    for (guint i = 0; i < last; i++) {
        for (; n_blanks > 0; n_blanks--)
            g_string_append_c(out, ' ');
        append_cell(row, i, is_coloured, out);
        n_blanks = self->widths[i] - row->cells[i].width + 2;
    }
    g_string_append_c(out, '\n');
}

static void
render_legend(FirnTable *self, GString *out)
{
    g_autofree Row *legend = g_malloc(sizeof(Row) + self->n_columns * sizeof(Cell));

    legend->painted = G_MAXUINT;
    for (guint i = 0; i < self->n_columns; i++) {
        legend->cells[i] = (Cell){self->titles[i], firn_text_width(self->titles[i])};
        self->widths[i] = MAX(self->widths[i], legend->cells[i].width);
    }
    render_row(self, legend, FALSE, out);
}

char *
firn_table_render(FirnTable *self, gboolean has_legend, gboolean is_coloured)
{
    GString *out = g_string_new(NULL);

    if (has_legend && self->rows->len > 0)
        render_legend(self, out);
    for (guint i = 0; i < self->rows->len; i++)
        render_row(self, self->rows->pdata[i], is_coloured, out);
    return g_string_free(out, FALSE);
}
