/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-row.h"

#include "printable.h"
#include "report-error.h"

/* The result of GetTree: the columns of its snapshots, and its other members. */
typedef struct {
    GVariant *whole;    /* (owned) the variant that owns the texts */
    const char **uuids; /* (owned) here and below: the array, not the texts */
    GVariant *parents;  /* (owned) */
    const char **names;
    const char **verdicts;
    GVariant *created; /* (owned) */
    const char **comments;
    const char **tags;
    GVariant *frozen_for; /* (owned) */
    const char **indications;
    const char *current;
    const char **unavailable;
    GVariant *foreign; /* (owned) */
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
get_texts(GVariant *whole, gsize index)
{
    g_autoptr(GVariant) column = g_variant_get_child_value(whole, index);
    gsize n = g_variant_n_children(column);
    const char **texts = g_new0(const char *, n + 1);

    for (gsize i = 0; i < n; i++)
        texts[i] = get_text(column, i);
    return texts;
}

static void
answer_open(Answer *self, GVariant *whole)
{
    gsize n = 0;

    self->whole = whole;
    self->uuids = get_texts(whole, n++);
    self->parents = g_variant_get_child_value(whole, n++);
    self->names = get_texts(whole, n++);
    self->verdicts = get_texts(whole, n++);
    self->created = g_variant_get_child_value(whole, n++);
    self->comments = get_texts(whole, n++);
    self->tags = get_texts(whole, n++);
    self->frozen_for = g_variant_get_child_value(whole, n++);
    self->indications = get_texts(whole, n++);
    self->current = get_text(whole, n++);
    self->unavailable = get_texts(whole, n++);
    self->foreign = g_variant_get_child_value(whole, n++);
}

static void
answer_clear(Answer *self)
{
    g_free(self->uuids);
    g_variant_unref(self->parents);
    g_free(self->names);
    g_free(self->verdicts);
    g_variant_unref(self->created);
    g_free(self->comments);
    g_free(self->tags);
    g_variant_unref(self->frozen_for);
    g_free(self->indications);
    g_free(self->unavailable);
    g_variant_unref(self->foreign);
    g_variant_unref(self->whole);
}

/* All columns have the same length; otherwise the other end is not firnd. */
static gsize
answer_count(const Answer *self)
{
    gsize n = MIN(g_strv_length((GStrv)self->uuids), g_variant_n_children(self->parents));

    n = MIN(n, g_strv_length((GStrv)self->names));
    n = MIN(n, g_strv_length((GStrv)self->verdicts));
    n = MIN(n, g_variant_n_children(self->created));
    n = MIN(n, g_strv_length((GStrv)self->comments));
    n = MIN(n, g_strv_length((GStrv)self->tags));
    n = MIN(n, g_variant_n_children(self->frozen_for));
    return MIN(n, g_strv_length((GStrv)self->indications));
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
    gsize n;
    const gint32 *parents = g_variant_get_fixed_array(answer->parents, &n, sizeof(gint32));
    const guint64 *created = g_variant_get_fixed_array(answer->created, &n, sizeof(guint64));
    const guint64 *frozen_for = g_variant_get_fixed_array(answer->frozen_for, &n, sizeof(guint64));
    gboolean has_parent = parents[index] >= 0 && (gsize)parents[index] < index;

    row->answer = g_variant_ref(answer->whole);
    row->uuid = answer->uuids[index];
    row->parent = has_parent ? parents[index] : -1;
    row->parent_uuid = has_parent ? answer->uuids[row->parent] : "";
    row->name = answer->names[index];
    row->verdict = answer->verdicts[index];
    row->created_us = created[index];
    row->phase = "ready";
    row->comment = answer->comments[index];
    row->tag = answer->tags[index];
    row->frozen_for_us = frozen_for[index];
    row->indications = answer->indications[index];
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
