/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-row.h"

#include "printable.h"
#include "report-error.h"

/* The result of GetTree: the columns of its snapshots, then its other members. */
enum {
    UUIDS,
    PARENTS,
    NAMES,
    VERDICTS,
    CREATED,
    COMMENTS,
    TAGS,
    FROZEN_FOR,
    INDICATIONS,
    N_COLUMNS,
    CURRENT = N_COLUMNS,
    UNAVAILABLE,
    FOREIGN,
};

typedef struct {
    GVariant *whole;               /* (owned) the variant that owns the texts */
    GVariant *columns[N_COLUMNS];  /* (owned) */
    const char **texts[N_COLUMNS]; /* (owned) (nullable) the array, not the texts; %NULL: numbers */
    const char *current;
    const char **unavailable; /* (owned) as @texts */
    GVariant *foreign;        /* (owned) */
} Answer;

/* Not "&s" in a format string, nor g_variant_get_strv(): both serialise the variant around the
 * text, which takes 60 ms for ten thousand snapshots, and moves the texts. */
static const char *
get_text(GVariant *container, gsize index)
{
    g_autoptr(GVariant) text = g_variant_get_child_value(container, index);

    return g_variant_get_string(text, NULL);
}

static const char **
get_texts(GVariant *column)
{
    gsize n = g_variant_n_children(column);
    const char **texts = g_new0(const char *, n + 1);

    for (gsize i = 0; i < n; i++)
        texts[i] = get_text(column, i);
    return texts;
}

static void
answer_open(Answer *self, GVariant *whole)
{
    g_autoptr(GVariant) unavailable = g_variant_get_child_value(whole, UNAVAILABLE);

    self->whole = whole;
    for (gsize i = 0; i < N_COLUMNS; i++) {
        self->columns[i] = g_variant_get_child_value(whole, i);
        self->texts[i] = g_variant_is_of_type(self->columns[i], G_VARIANT_TYPE_STRING_ARRAY)
                             ? get_texts(self->columns[i])
                             : NULL;
    }
    self->current = get_text(whole, CURRENT);
    self->unavailable = get_texts(unavailable);
    self->foreign = g_variant_get_child_value(whole, FOREIGN);
}

static void
answer_clear(Answer *self)
{
    for (gsize i = 0; i < N_COLUMNS; i++) {
        g_variant_unref(self->columns[i]);
        g_free(self->texts[i]);
    }
    g_free(self->unavailable);
    g_variant_unref(self->foreign);
    g_variant_unref(self->whole);
}

/* All columns have the same length; otherwise the other end is not firnd. */
static gsize
answer_count(const Answer *self)
{
    gsize n = G_MAXSIZE;

    for (gsize i = 0; i < N_COLUMNS; i++)
        n = MIN(n, g_variant_n_children(self->columns[i]));
    return n;
}

static gconstpointer
get_numbers(const Answer *self, gsize column, gsize size)
{
    gsize n;

    return g_variant_get_fixed_array(self->columns[column], &n, size);
}

static void
row_free(FirnSnapshotRow *row)
{
    g_clear_pointer(&row->foreign_disks, g_variant_unref);
    g_variant_unref(row->answer);
    g_free(row);
}

static FirnSnapshotRow *
row_new(const Answer *answer, gsize index)
{
    FirnSnapshotRow *row = g_new0(FirnSnapshotRow, 1);
    const gint32 *parents = get_numbers(answer, PARENTS, sizeof(gint32));
    const guint64 *created = get_numbers(answer, CREATED, sizeof(guint64));
    const guint64 *frozen_for = get_numbers(answer, FROZEN_FOR, sizeof(guint64));
    gboolean has_parent = parents[index] >= 0 && (gsize)parents[index] < index;

    row->answer = g_variant_ref(answer->whole);
    row->uuid = answer->texts[UUIDS][index];
    row->parent = has_parent ? parents[index] : -1;
    row->parent_uuid = has_parent ? answer->texts[UUIDS][row->parent] : "";
    row->name = answer->texts[NAMES][index];
    row->verdict = answer->texts[VERDICTS][index];
    row->created_us = created[index];
    row->phase = "ready";
    row->comment = answer->texts[COMMENTS][index];
    row->tag = answer->texts[TAGS][index];
    row->frozen_for_us = frozen_for[index];
    row->indications = answer->texts[INDICATIONS][index];
    row->is_current = g_str_equal(row->uuid, answer->current);
    return row;
}

static FirnSnapshotRow *
row_new_foreign(const Answer *answer, gsize index)
{
    FirnSnapshotRow *row = g_new0(FirnSnapshotRow, 1);

    row->answer = g_variant_ref(answer->whole);
    g_variant_get_child(answer->foreign,
                        index,
                        "(&st&s@as&s)",
                        &row->tag,
                        &row->created_us,
                        &row->foreign_id,
                        &row->foreign_disks,
                        &row->kind);
    row->name = row->tag;
    row->parent = -1;
    row->phase = "foreign";
    row->uuid = row->parent_uuid = row->verdict = row->comment = row->indications = "";
    return row;
}

static void
mark_unavailable(GPtrArray *rows, const Answer *answer)
{
    g_autoptr(GHashTable) lost = g_hash_table_new(g_str_hash, g_str_equal);

    for (const char **uuid = answer->unavailable; *uuid != NULL; uuid++)
        g_hash_table_add(lost, (gpointer)*uuid);
    for (guint i = 0; g_hash_table_size(lost) > 0 && i < rows->len; i++) {
        FirnSnapshotRow *row = rows->pdata[i];

        if (g_hash_table_contains(lost, row->uuid))
            row->phase = "unavailable";
    }
}

static GPtrArray *
read_rows(const Answer *answer)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    gsize n = answer_count(answer);

    for (gsize i = 0; i < n; i++)
        g_ptr_array_add(rows, row_new(answer, i));
    mark_unavailable(rows, answer);
    for (gsize i = 0; i < g_variant_n_children(answer->foreign); i++)
        g_ptr_array_add(rows, row_new_foreign(answer, i));
    return rows;
}

GPtrArray *
firn_snapshot_rows_fetch(FirnDBusVM *vm, GError **error)
{
    Answer answer;
    GPtrArray *rows;
    GVariant *whole = g_dbus_proxy_call_sync(G_DBUS_PROXY(vm),
                                             "GetTree",
                                             NULL,
                                             FIRN_CALL_FLAGS,
                                             FIRN_CALL_TIMEOUT_MS,
                                             NULL,
                                             error);

    if (whole == NULL)
        return NULL;
    answer_open(&answer, whole);
    rows = read_rows(&answer);
    answer_clear(&answer);
    return rows;
}

gboolean
firn_snapshot_rows_are_hidden(FirnDBusVM *vm)
{
    const char *damage = firn_dbus_vm_get_damage(vm);
    g_autofree char *text = firn_printable(damage);

    if (damage == NULL || *damage == '\0')
        return FALSE;
    firn_report_warning("%s: %s", firn_dbus_vm_get_name(vm), text);
    return TRUE;
}

gboolean
firn_snapshot_row_is_foreign(const FirnSnapshotRow *self)
{
    return g_str_equal(self->phase, "foreign");
}

const char *
firn_snapshot_row_word(const FirnSnapshotRow *self)
{
    if (g_strcmp0(self->kind, "external") == 0)
        return "foreign (external)";
    if (g_strcmp0(self->kind, "covered") == 0)
        return "foreign (covered)";
    if (g_strcmp0(self->kind, "empty") == 0)
        return "foreign (empty)";
    return g_str_equal(self->phase, "ready") ? self->verdict : self->phase;
}

static gboolean
is_consistent(const FirnSnapshotRow *self)
{
    return g_str_equal(self->phase, "ready") && !g_str_equal(self->verdict, "crash");
}

static GVariant *
split_indications(const FirnSnapshotRow *self)
{
    g_auto(GStrv) words = g_strsplit(self->indications, " ", -1);

    return g_variant_new_strv((const char *const *)words, -1);
}

GVariant *
firn_snapshot_row_to_json(const FirnSnapshotRow *self, const char *vm_name)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "vm", "s", vm_name);
    g_variant_dict_insert(&dict, "uuid", "s", self->uuid);
    g_variant_dict_insert(&dict, "name", "s", self->name);
    g_variant_dict_insert(&dict, "parent", "s", self->parent_uuid);
    g_variant_dict_insert(&dict, "verdict", "s", self->verdict);
    g_variant_dict_insert(&dict, "consistent", "b", is_consistent(self));
    g_variant_dict_insert(&dict, "created", "t", self->created_us);
    g_variant_dict_insert(&dict, "phase", "s", self->phase);
    g_variant_dict_insert(&dict, "comment", "s", self->comment);
    g_variant_dict_insert(&dict, "tag", "s", self->tag);
    g_variant_dict_insert(&dict, "current", "b", self->is_current);
    g_variant_dict_insert(&dict, "frozen-for", "t", self->frozen_for_us);
    g_variant_dict_insert_value(&dict, "indications", split_indications(self));
    if (self->foreign_id != NULL)
        g_variant_dict_insert(&dict, "id", "s", self->foreign_id);
    if (self->kind != NULL)
        g_variant_dict_insert(&dict, "kind", "s", self->kind);
    if (self->foreign_disks != NULL)
        g_variant_dict_insert_value(&dict, "disks", self->foreign_disks);
    return g_variant_dict_end(&dict);
}
