/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "journal.h"

#include <string.h>

#include "engine-error.h"
#include "printable.h"
#include "state-dir.h"

#define SUFFIX    ".json"
#define BYTES_MAX FIRN_INTENT_BYTES_MAX

struct _FirnJournal {
    GObject parent;
    FirnStateDir *directory; /* (owned) */
    GMutex writer;           /* held by one change from its beginning to its fsync */
    GMutex mutex;            /* guards intents */
    GHashTable *intents;     /* (owned) (element-type utf8 FirnIntent) by id */
};

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(FirnJournal, firn_journal, G_TYPE_OBJECT)

static void
firn_journal_finalize(GObject *object)
{
    FirnJournal *self = FIRN_JOURNAL(object);

    firn_state_dir_unref(self->directory);
    g_hash_table_unref(self->intents);
    g_mutex_clear(&self->writer);
    g_mutex_clear(&self->mutex);
    G_OBJECT_CLASS(firn_journal_parent_class)->finalize(object);
}

static void
firn_journal_class_init(FirnJournalClass *class)
{
    G_OBJECT_CLASS(class)->finalize = firn_journal_finalize;
    signals[SIGNAL_CHANGED] = g_signal_new("changed",
                                           FIRN_TYPE_JOURNAL,
                                           G_SIGNAL_RUN_LAST,
                                           0,
                                           NULL,
                                           NULL,
                                           NULL,
                                           G_TYPE_NONE,
                                           0);
}

static void
firn_journal_init(FirnJournal *self)
{
    g_mutex_init(&self->writer);
    g_mutex_init(&self->mutex);
    self->intents =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)firn_intent_free);
}

static char *
file_name(const char *id)
{
    return g_strconcat(id, SUFFIX, NULL);
}

static void
set_aside(FirnJournal *self, const char *name, const GError *cause)
{
    g_autofree char *printable = firn_printable(name);
    g_autoptr(GError) error = NULL;
    g_autofree char *aside =
        firn_state_dir_set_aside(self->directory, name, FIRN_JOURNAL_UNREADABLE, &error);

    g_warning("%s/%s is not a valid journal entry (%s); %s; look for foreign snapshots with: "
              "firn verify",
              firn_state_dir_get_path(self->directory),
              printable,
              cause->message,
              aside == NULL ? error->message : "it was renamed and is ignored");
}

/* Whether the file itself is damaged; else the failure may be temporary. */
static gboolean
is_damage(const GError *error)
{
    return !g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_FAILED);
}

static FirnIntent *
parse(const char *name, const char *text, gsize length, GError **error)
{
    g_autofree char *id = g_strndup(name, strlen(name) - strlen(SUFFIX));

    if (g_uuid_string_is_valid(id) && strpbrk(id, "ABCDEF") == NULL)
        return firn_intent_parse(text, length, id, error);
    g_set_error_literal(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_CORRUPT,
                        "its name is not a UUID in lower case");
    return NULL;
}

static void
load(FirnJournal *self, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    FirnIntent *intent = NULL;
    gsize length;

    if (firn_state_dir_read(self->directory, name, BYTES_MAX, &text, &length, &error) &&
        text != NULL)
        intent = parse(name, text, length, &error);
    if (intent != NULL)
        g_hash_table_replace(self->intents, intent->id, intent);
    else if (error != NULL && is_damage(error))
        set_aside(self, name, error);
    else if (error != NULL)
        g_warning("%s; this journal entry is ignored until firnd is restarted", error->message);
}

FirnJournal *
firn_journal_open(const char *directory)
{
    FirnJournal *self = g_object_new(FIRN_TYPE_JOURNAL, NULL);
    g_autoptr(GPtrArray) names = NULL;
    g_autoptr(GError) error = NULL;

    self->directory = firn_state_dir_new(directory, FIRN_DURABILITY_FLUSHED);
    firn_state_dir_use_reserve(self->directory);
    names = firn_state_dir_list(self->directory, SUFFIX, &error);
    if (names == NULL)
        g_warning("%s; firn does not know whether jobs were interrupted until firnd is restarted",
                  error->message);
    for (guint i = 0; names != NULL && i < names->len; i++)
        load(self, names->pdata[i]);
    return self;
}

static gboolean
on_idle_changed(gpointer user_data)
{
    g_signal_emit(user_data, signals[SIGNAL_CHANGED], 0);
    return G_SOURCE_REMOVE;
}

static void
put(FirnJournal *self, FirnIntent *intent)
{
    g_mutex_lock(&self->mutex);
    g_hash_table_replace(self->intents, intent->id, intent);
    g_mutex_unlock(&self->mutex);
    g_idle_add_full(G_PRIORITY_DEFAULT, on_idle_changed, g_object_ref(self), g_object_unref);
}

static gboolean
save(FirnJournal *self, const FirnIntent *intent, GError **error)
{
    g_autofree char *name = file_name(intent->id);
    g_autofree char *text = firn_intent_to_text(intent);
    g_autoptr(FirnIntent) check = firn_intent_parse(text, strlen(text), intent->id, error);

    /* Refuses to write what could not be read back. */
    return check != NULL &&
           firn_state_dir_replace_for_sure(self->directory, name, text, strlen(text), error);
}

gboolean
firn_journal_begin(FirnJournal *self, const FirnIntent *intent, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->writer);
    g_autofree char *name = file_name(intent->id);

    if (!save(self, intent, error)) {
        /* The file may exist although the write failed; the caller will not begin the job. */
        firn_state_dir_remove(self->directory, name, NULL);
        return FALSE;
    }
    put(self, firn_intent_copy(intent));
    return TRUE;
}

static FirnIntent *
get(FirnJournal *self, const char *id, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    const FirnIntent *intent = g_hash_table_lookup(self->intents, id);

    if (intent != NULL)
        return firn_intent_copy(intent);
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_NOT_FOUND,
                "%s: no such interrupted job",
                id);
    return NULL;
}

gboolean
firn_journal_amend(FirnJournal *self, const char *id, const char *why, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->writer);
    g_autoptr(FirnIntent) intent = get(self, id, error);
    gboolean is_saved;

    if (intent == NULL)
        return FALSE;
    g_free(intent->why);
    intent->why = firn_printable_clip(why, 1024);
    is_saved = save(self, intent, error);
    put(self, g_steal_pointer(&intent));
    return is_saved;
}

gboolean
firn_journal_keep_definition(FirnJournal *self,
                             const char *id,
                             const char *definition,
                             GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->writer);
    g_autoptr(FirnIntent) intent = get(self, id, error);

    if (intent == NULL)
        return FALSE;
    firn_intent_set_definition(intent, definition);
    if (!save(self, intent, error))
        return FALSE;
    put(self, g_steal_pointer(&intent));
    return TRUE;
}

gboolean
firn_journal_end(FirnJournal *self, const char *id, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->writer);
    g_autofree char *name = file_name(id);
    gboolean is_removed;

    is_removed = firn_state_dir_remove(self->directory, name, error);
    g_mutex_lock(&self->mutex);
    g_hash_table_remove(self->intents, id);
    g_mutex_unlock(&self->mutex);
    g_idle_add_full(G_PRIORITY_DEFAULT, on_idle_changed, g_object_ref(self), g_object_unref);
    return is_removed;
}

static int
compare_begin(gconstpointer a, gconstpointer b)
{
    const FirnIntent *left = *(const FirnIntent *const *)a;
    const FirnIntent *right = *(const FirnIntent *const *)b;

    return left->begun_us == right->begun_us  ? strcmp(left->id, right->id)
           : left->begun_us < right->begun_us ? -1
                                              : 1;
}

GPtrArray *
firn_journal_list(FirnJournal *self, const char *vm_uuid)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)firn_intent_free);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->intents);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const FirnIntent *intent = value;

        if (g_str_equal(intent->vm_uuid, vm_uuid))
            g_ptr_array_add(list, firn_intent_copy(intent));
    }
    g_ptr_array_sort(list, compare_begin);
    return list;
}

GPtrArray *
firn_journal_list_unreadable(FirnJournal *self)
{
    g_autoptr(GPtrArray) names =
        firn_state_dir_list(self->directory, FIRN_JOURNAL_UNREADABLE, NULL);
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; names != NULL && i < names->len; i++)
        g_ptr_array_add(
            paths,
            g_build_filename(firn_state_dir_get_path(self->directory), names->pdata[i], NULL));
    return paths;
}
