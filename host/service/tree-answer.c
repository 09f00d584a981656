/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree-answer.h"

#include "disk-look.h"
#include "snapshot-facts.h"

typedef struct {
    FirnVm *vm;             /* (owned) */
    GPtrArray *records;     /* (owned) (element-type FirnSnapshot) */
    FirnDiskTables *tables; /* (owned) (nullable) */
    FirnTreeAnswer *answer; /* (owned) (nullable) %NULL once it was returned */
    guint n_pending;        /* parts in progress */
} Work;

void
firn_tree_answer_free(FirnTreeAnswer *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < FIRN_TREE_N_COLUMNS; i++)
        g_clear_pointer(&self->columns[i], g_variant_unref);
    g_clear_pointer(&self->unavailable, g_hash_table_unref);
    g_clear_pointer(&self->foreign, g_variant_unref);
    g_free(self->current);
    g_free(self);
}

static void
work_free(Work *work)
{
    g_ptr_array_unref(work->records);
    firn_disk_tables_free(work->tables);
    firn_tree_answer_free(work->answer);
    g_object_unref(work->vm);
    g_free(work);
}

static GVariant *
get_verdict(const FirnSnapshot *record)
{
    return g_variant_new_string(firn_snapshot_verdict_word(record));
}

static GVariant *
get_indications(const FirnSnapshot *record)
{
    g_auto(GStrv) words = firn_snapshot_dup_indications(record);

    return g_variant_new_take_string(g_strjoinv(" ", words));
}

static GVariant *
make_texts(GPtrArray *records, GVariant *(*get)(const FirnSnapshot *record))
{
    g_autofree GVariant **texts = g_new(GVariant *, records->len);

    for (guint i = 0; i < records->len; i++)
        texts[i] = get(records->pdata[i]);
    return g_variant_ref_sink(g_variant_new_array(G_VARIANT_TYPE_STRING, texts, records->len));
}

/* @offset: of a string in a #FirnSnapshot. */
static GVariant *
copy_texts(GPtrArray *records, glong offset)
{
    g_autofree const char **texts = g_new(const char *, records->len);

    for (guint i = 0; i < records->len; i++)
        texts[i] = G_STRUCT_MEMBER(const char *, records->pdata[i], offset);
    return g_variant_ref_sink(g_variant_new_strv(texts, records->len));
}

static guint64
get_created(const FirnSnapshot *record)
{
    return (guint64)record->created_us;
}

static GVariant *
make_times(GPtrArray *records, guint64 (*get)(const FirnSnapshot *record))
{
    g_autofree guint64 *times = g_new(guint64, records->len);

    for (guint i = 0; i < records->len; i++)
        times[i] = get(records->pdata[i]);
    return g_variant_ref_sink(
        g_variant_new_fixed_array(G_VARIANT_TYPE_UINT64, times, records->len, sizeof(guint64)));
}

static GVariant *
make_parents(GPtrArray *records)
{
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree gint32 *parents = g_new(gint32, records->len);

    for (guint i = 0; i < records->len; i++) {
        const FirnSnapshot *record = records->pdata[i];
        gpointer place;

        parents[i] = -1;
        if (record->parent != NULL &&
            g_hash_table_lookup_extended(places, record->parent, NULL, &place))
            parents[i] = GPOINTER_TO_INT(place);
        g_hash_table_insert(places, record->uuid, GINT_TO_POINTER(i));
    }
    return g_variant_ref_sink(
        g_variant_new_fixed_array(G_VARIANT_TYPE_INT32, parents, records->len, sizeof(gint32)));
}

static void
make_columns_in_thread(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    Work *work = task_data;
    GPtrArray *records = work->records;
    GVariant **columns = work->answer->columns;

    columns[FIRN_TREE_UUIDS] = copy_texts(records, G_STRUCT_OFFSET(FirnSnapshot, uuid));
    columns[FIRN_TREE_PARENTS] = make_parents(records);
    columns[FIRN_TREE_NAMES] = copy_texts(records, G_STRUCT_OFFSET(FirnSnapshot, name));
    columns[FIRN_TREE_VERDICTS] = make_texts(records, get_verdict);
    columns[FIRN_TREE_CREATED] = make_times(records, get_created);
    columns[FIRN_TREE_COMMENTS] = copy_texts(records, G_STRUCT_OFFSET(FirnSnapshot, comment));
    columns[FIRN_TREE_TAGS] = copy_texts(records, G_STRUCT_OFFSET(FirnSnapshot, tag));
    columns[FIRN_TREE_FROZEN_FOR] = make_times(records, firn_snapshot_get_frozen_for_us);
    columns[FIRN_TREE_INDICATIONS] = make_texts(records, get_indications);
    g_task_return_boolean(task, TRUE);
}

static GVariant *
make_foreign(GPtrArray *found)
{
    GVariantBuilder foreign;

    g_variant_builder_init(&foreign, G_VARIANT_TYPE(FIRN_TREE_FOREIGN_TYPE));
    for (guint i = 0; found != NULL && i < found->len; i++) {
        const FirnForeignSnapshot *one = found->pdata[i];
        GPtrArray *disks = one->disks;

        g_variant_builder_add(
            &foreign,
            "(sts@ass)",
            one->tag,
            (guint64)one->created_s * G_USEC_PER_SEC,
            one->id,
            g_variant_new_strv((const char *const *)disks->pdata, (gssize)disks->len),
            one->kind);
    }
    return g_variant_ref_sink(g_variant_builder_end(&foreign));
}

static gboolean
is_available(FirnDiskTables *tables, const FirnSnapshot *record)
{
    return record->phase == FIRN_SNAPSHOT_PHASE_READY &&
           (tables == NULL || firn_disk_tables_have(tables, record));
}

/* Excludes the undo point, which is hidden but not foreign. */
static GPtrArray *
list_foreign(Work *work)
{
    g_autoptr(GPtrArray) own = g_ptr_array_new();
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(work->vm));

    for (guint i = 0; i < work->records->len; i++)
        g_ptr_array_add(own, work->records->pdata[i]);
    if (undo != NULL)
        g_ptr_array_add(own, undo->snapshot);
    return firn_disk_tables_list_foreign(work->tables, own);
}

static void
compare_in_thread(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    Work *work = task_data;
    FirnTreeAnswer *answer = work->answer;
    g_autoptr(GPtrArray) foreign = NULL;

    answer->has_looked = work->tables != NULL;
    answer->unavailable = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < work->records->len; i++) {
        const FirnSnapshot *record = work->records->pdata[i];

        if (!is_available(work->tables, record))
            g_hash_table_add(answer->unavailable, g_strdup(record->uuid));
    }
    if (work->tables != NULL)
        foreign = list_foreign(work);
    answer->foreign = make_foreign(foreign);
    g_task_return_boolean(task, TRUE);
}

static void
on_part_ready(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Work *work = g_task_get_task_data(task);

    if (--work->n_pending == 0)
        g_task_return_pointer(task,
                              g_steal_pointer(&work->answer),
                              (GDestroyNotify)firn_tree_answer_free);
}

static void
make_part(GTask *task, GTaskThreadFunc make)
{
    g_autoptr(GTask) part = g_task_new(NULL, NULL, on_part_ready, g_object_ref(task));

    g_task_set_task_data(part, g_task_get_task_data(task), NULL);
    g_task_run_in_thread(part, make);
}

static gboolean
is_same_list(GPtrArray *a, GPtrArray *b)
{
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->pdata, b->pdata, a->len * sizeof(gpointer)) == 0);
}

static char *
dup_current(FirnVm *vm)
{
    g_autofree char *current = firn_catalogue_dup_current(firn_vm_get_catalogue(vm));

    return g_strdup(current == NULL ? "" : current);
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Work *work = g_task_get_task_data(task);
    g_autoptr(GPtrArray) records = firn_catalogue_list(firn_vm_get_catalogue(work->vm));
    g_autoptr(FirnDiskTables) tables = firn_disk_look_finish(result);

    /* Reading the disks may have revealed a restore by another tool. */
    work->answer->current = dup_current(work->vm);
    /* Only if no job has changed the records meanwhile. */
    if (is_same_list(records, work->records))
        work->tables = g_steal_pointer(&tables);
    make_part(task, compare_in_thread);
}

void
firn_tree_answer_async(FirnVm *vm, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, user_data);
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);
    Work *work = g_new0(Work, 1);

    work->vm = g_object_ref(vm);
    work->records = firn_catalogue_list(catalogue);
    work->answer = g_new0(FirnTreeAnswer, 1);
    work->n_pending = 2;
    g_task_set_task_data(task, work, (GDestroyNotify)work_free);
    firn_disk_look_async(vm, on_looked, g_object_ref(task));
    make_part(task, make_columns_in_thread);
}

FirnTreeAnswer *
firn_tree_answer_finish(GAsyncResult *result)
{
    return g_task_propagate_pointer(G_TASK(result), NULL);
}

GVariant *
firn_tree_answer_to_variant(const FirnTreeAnswer *self)
{
    GVariant *values[FIRN_TREE_N_COLUMNS + 3];
    guint n = 0;
    guint n_uuids;
    g_autofree gpointer *uuids = g_hash_table_get_keys_as_array(self->unavailable, &n_uuids);

    for (; n < FIRN_TREE_N_COLUMNS; n++)
        values[n] = self->columns[n];
    values[n++] = g_variant_new_string(self->current);
    values[n++] = g_variant_new_strv((const char *const *)uuids, (gssize)n_uuids);
    values[n++] = self->foreign;
    return g_variant_new_tuple(values, n);
}
