/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log-queue.h"

#include <glib.h>
#include <string.h>

#include "printable.h"

#define QUEUE_LENGTH       1024
#define MESSAGE_CHARACTERS (1 << 16) /* debug messages contain whole replies */
#define FLUSH_US           G_USEC_PER_SEC

typedef struct {
    GLogLevelFlags level;
    GLogField *fields; /* (owned) keys and values are copies, values end with a NUL */
    gsize n_fields;
} Entry;

static GMutex mutex;
static GCond cond;    /* signalled when the queue changes */
static GQueue *queue; /* (owned) (element-type Entry) */
static guint n_lost;  /* since the last message that was written */
static gboolean is_writing;
static gboolean is_debugged; /* a critical ends the process, so it must be written first */

static void
free_entry(Entry *entry)
{
    for (gsize i = 0; i < entry->n_fields; i++) {
        g_free((char *)entry->fields[i].key);
        g_free((gpointer)entry->fields[i].value);
    }
    g_free(entry->fields);
    g_free(entry);
}

/* Messages quote guests, QEMU, libvirt and files; a line of the log must be what firnd wrote. */
static char *
copy_value(const GLogField *field)
{
    gsize length = field->length < 0 ? strlen(field->value) : (gsize)field->length;
    g_autofree char *value = g_strndup(field->value, length);

    return g_str_equal(field->key, "MESSAGE") ? firn_printable_clip(value, MESSAGE_CHARACTERS)
                                              : g_steal_pointer(&value);
}

static Entry *
copy_entry(GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
    Entry *entry = g_new0(Entry, 1);

    entry->level = level;
    entry->n_fields = n_fields;
    entry->fields = g_new0(GLogField, n_fields);
    for (gsize i = 0; i < n_fields; i++) {
        entry->fields[i].key = g_strdup(fields[i].key);
        entry->fields[i].value = copy_value(&fields[i]);
        entry->fields[i].length = g_str_equal(fields[i].key, "MESSAGE") ? -1 : fields[i].length;
    }
    return entry;
}

/* Whether the message must be written now, because it ends the process. */
static gboolean
is_last(GLogLevelFlags level)
{
    return level <= G_LOG_LEVEL_ERROR || (is_debugged && level <= G_LOG_LEVEL_WARNING);
}

static GLogWriterOutput
put(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
    if (g_log_writer_default_would_drop(level, NULL) && level >= G_LOG_LEVEL_INFO)
        return G_LOG_WRITER_HANDLED;
    g_mutex_lock(&mutex);
    if (queue->length < QUEUE_LENGTH)
        g_queue_push_tail(queue, copy_entry(level, fields, n_fields));
    else
        n_lost++;
    g_cond_broadcast(&cond);
    g_mutex_unlock(&mutex);
    if (is_last(level))
        firn_log_queue_flush();
    return G_LOG_WRITER_HANDLED;
}

static void
tell_lost(guint n)
{
    g_autofree char *text =
        g_strdup_printf("%u messages were lost because the log was too slow", n);
    const GLogField fields[] = {
        {"MESSAGE",     text,    -1},
        {"PRIORITY",    "4",     -1},
        {"GLIB_DOMAIN", "firnd", -1},
    };

    g_log_writer_default(G_LOG_LEVEL_WARNING, fields, G_N_ELEMENTS(fields), NULL);
}

static gpointer
write_entries(gpointer data)
{
    for (;;) {
        Entry *entry;
        guint n;

        g_mutex_lock(&mutex);
        is_writing = FALSE;
        g_cond_broadcast(&cond);
        while (g_queue_is_empty(queue))
            g_cond_wait(&cond, &mutex);
        entry = g_queue_pop_head(queue);
        is_writing = TRUE;
        n = n_lost;
        n_lost = 0;
        g_mutex_unlock(&mutex);
        g_log_writer_default(entry->level, entry->fields, entry->n_fields, NULL);
        free_entry(entry);
        if (n > 0)
            tell_lost(n);
    }
    return NULL;
}

/* In firn's own domain only CRITICAL means a bug; in the libraries' domains WARNING does, too. */
static void
heed_libraries(void)
{
    static const char *const domains[] = {"GLib", "GLib-GObject", "GLib-GIO", "GThread", "Json"};

    for (gsize i = 0; i < G_N_ELEMENTS(domains); i++)
        g_log_set_fatal_mask(domains[i],
                             G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
}

void
firn_log_queue_install(void)
{
    const char *debug = g_getenv("G_DEBUG");
    g_autoptr(GError) error = NULL;
    GThread *thread;

    is_debugged = debug != NULL && strstr(debug, "fatal-criticals") != NULL;
    if (is_debugged)
        heed_libraries();
    queue = g_queue_new();
    thread = g_thread_try_new("firn-log", write_entries, NULL, &error);
    if (thread == NULL) {
        g_warning("messages are logged without a queue: %s", error->message);
        return;
    }
    g_thread_unref(thread);
    g_log_set_writer_func(put, NULL, NULL);
}

void
firn_log_queue_flush(void)
{
    gint64 end_us = g_get_monotonic_time() + FLUSH_US;

    g_mutex_lock(&mutex);
    while ((is_writing || !g_queue_is_empty(queue)) && g_cond_wait_until(&cond, &mutex, end_us))
        continue;
    g_mutex_unlock(&mutex);
}
