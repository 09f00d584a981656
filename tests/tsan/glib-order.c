/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Preloaded into programs that ThreadSanitizer watches: it tells ThreadSanitizer what GLib's own
 * functions put in order. GLib itself is not built for that, and its locks are futexes, so that
 * everything that they protect would look like a race. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <stdarg.h>

#undef g_once_init_enter
#undef g_once_init_leave
#undef g_task_new

void __tsan_acquire(void *address);
void __tsan_release(void *address);

/* What is attached to a main context and what is dispatched there. */
static char main_loop;

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

#define LOCK(name, Type)                                                                           \
    void name(Type *lock)                                                                          \
    {                                                                                              \
        static typeof(&name) real;                                                                 \
        if (real == NULL)                                                                          \
            real = REAL(name);                                                                     \
        real(lock);                                                                                \
        __tsan_acquire(lock);                                                                      \
    }

#define TRY_LOCK(name, Type)                                                                       \
    gboolean name(Type *lock)                                                                      \
    {                                                                                              \
        static typeof(&name) real;                                                                 \
        if (real == NULL)                                                                          \
            real = REAL(name);                                                                     \
        if (!real(lock))                                                                           \
            return FALSE;                                                                          \
        __tsan_acquire(lock);                                                                      \
        return TRUE;                                                                               \
    }

#define UNLOCK(name, Type)                                                                         \
    void name(Type *lock)                                                                          \
    {                                                                                              \
        static typeof(&name) real;                                                                 \
        if (real == NULL)                                                                          \
            real = REAL(name);                                                                     \
        __tsan_release(lock);                                                                      \
        real(lock);                                                                                \
    }

/* The last owner sees everything that the others have done with the object. */
#define UNREF(name, Type)                                                                          \
    void name(Type *object)                                                                        \
    {                                                                                              \
        static typeof(&name) real;                                                                 \
        if (real == NULL)                                                                          \
            real = REAL(name);                                                                     \
        if (object != NULL) {                                                                      \
            __tsan_release((void *)object);                                                        \
            __tsan_acquire((void *)object);                                                        \
        }                                                                                          \
        real(object);                                                                              \
    }

#define POP(name, ...)                                                                             \
    {                                                                                              \
        static typeof(&name) real;                                                                 \
        gpointer found;                                                                            \
        if (real == NULL)                                                                          \
            real = REAL(name);                                                                     \
        found = real(__VA_ARGS__);                                                                 \
        __tsan_acquire(queue);                                                                     \
        return found;                                                                              \
    }

LOCK(g_mutex_lock, GMutex)
TRY_LOCK(g_mutex_trylock, GMutex)
UNLOCK(g_mutex_unlock, GMutex)
LOCK(g_rec_mutex_lock, GRecMutex)
TRY_LOCK(g_rec_mutex_trylock, GRecMutex)
UNLOCK(g_rec_mutex_unlock, GRecMutex)
LOCK(g_rw_lock_reader_lock, GRWLock)
UNLOCK(g_rw_lock_reader_unlock, GRWLock)
LOCK(g_rw_lock_writer_lock, GRWLock)
UNLOCK(g_rw_lock_writer_unlock, GRWLock)

UNREF(g_object_unref, void)
UNREF(g_ptr_array_unref, GPtrArray)
UNREF(g_bytes_unref, GBytes)
UNREF(g_variant_unref, GVariant)
UNREF(g_hash_table_unref, GHashTable)
UNREF(g_source_unref, GSource)
UNREF(g_main_context_unref, GMainContext)
UNREF(g_main_loop_unref, GMainLoop)
UNREF(g_thread_unref, GThread)
UNREF(g_date_time_unref, GDateTime)
UNREF(json_node_unref, JsonNode)
UNREF(json_object_unref, JsonObject)
UNREF(json_array_unref, JsonArray)

void
g_atomic_rc_box_release_full(gpointer box, GDestroyNotify clear)
{
    __tsan_release(box);
    __tsan_acquire(box);
    REAL(g_atomic_rc_box_release_full)(box, clear);
}

gboolean
g_atomic_ref_count_dec(gatomicrefcount *references)
{
    gboolean is_last;

    __tsan_release(references);
    is_last = REAL(g_atomic_ref_count_dec)(references);
    if (is_last)
        __tsan_acquire(references);
    return is_last;
}

void
g_cond_wait(GCond *cond, GMutex *mutex)
{
    __tsan_release(mutex);
    REAL(g_cond_wait)(cond, mutex);
    __tsan_acquire(mutex);
}

gboolean
g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_us)
{
    gboolean ok;

    __tsan_release(mutex);
    ok = REAL(g_cond_wait_until)(cond, mutex, end_us);
    __tsan_acquire(mutex);
    return ok;
}

gboolean
g_once_init_enter(volatile void *location)
{
    gboolean is_first = REAL(g_once_init_enter)(location);

    if (!is_first)
        __tsan_acquire((void *)location);
    return is_first;
}

void
g_once_init_leave(volatile void *location, gsize result)
{
    __tsan_release((void *)location);
    REAL(g_once_init_leave)(location, result);
}

void
g_async_queue_push(GAsyncQueue *queue, gpointer data)
{
    __tsan_release(queue);
    REAL(g_async_queue_push)(queue, data);
}

void
g_async_queue_push_front(GAsyncQueue *queue, gpointer data)
{
    __tsan_release(queue);
    REAL(g_async_queue_push_front)(queue, data);
}

gpointer
g_async_queue_pop(GAsyncQueue *queue) POP(g_async_queue_pop, queue)

    gpointer g_async_queue_try_pop(GAsyncQueue *queue) POP(g_async_queue_try_pop, queue)

        gpointer g_async_queue_timeout_pop(GAsyncQueue *queue, guint64 wait_us)
            POP(g_async_queue_timeout_pop, queue, wait_us)

                void g_cancellable_cancel(GCancellable *cancellable)
{
    if (cancellable != NULL)
        __tsan_release(cancellable);
    REAL(g_cancellable_cancel)(cancellable);
}

gboolean
g_cancellable_is_cancelled(GCancellable *cancellable)
{
    gboolean is_cancelled = REAL(g_cancellable_is_cancelled)(cancellable);

    if (is_cancelled)
        __tsan_acquire(cancellable);
    return is_cancelled;
}

/* Main contexts. */

guint
g_source_attach(GSource *source, GMainContext *context)
{
    __tsan_release(&main_loop);
    return REAL(g_source_attach)(source, context);
}

typedef struct {
    GSourceFunc function;
    gpointer data;
    GDestroyNotify notify;
} Callback;

static gboolean
call(gpointer data)
{
    Callback *callback = data;

    __tsan_acquire(&main_loop);
    return callback->function(callback->data);
}

static void
free_callback(gpointer data)
{
    Callback *callback = data;

    if (callback->notify != NULL)
        callback->notify(callback->data);
    g_free(callback);
}

/* Those of other sources take other arguments. */
void
g_source_set_callback(GSource *source, GSourceFunc function, gpointer data, GDestroyNotify notify)
{
    Callback *callback;

    __tsan_release(&main_loop);
    if (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs) {
        REAL(g_source_set_callback)(source, function, data, notify);
        return;
    }
    callback = g_new(Callback, 1);
    *callback = (Callback){function, data, notify};
    REAL(g_source_set_callback)(source, call, callback, free_callback);
}

static guint
add(GSource *source, int priority, GSourceFunc function, gpointer data, GDestroyNotify notify)
{
    guint id;

    g_source_set_priority(source, priority);
    g_source_set_callback(source, function, data, notify);
    id = g_source_attach(source, NULL);
    g_source_unref(source);
    return id;
}

guint
g_idle_add_full(int priority, GSourceFunc function, gpointer data, GDestroyNotify notify)
{
    return add(g_idle_source_new(), priority, function, data, notify);
}

guint
g_idle_add(GSourceFunc function, gpointer data)
{
    return g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, function, data, NULL);
}

guint
g_timeout_add_full(int priority,
                   guint ms,
                   GSourceFunc function,
                   gpointer data,
                   GDestroyNotify notify)
{
    return add(g_timeout_source_new(ms), priority, function, data, notify);
}

guint
g_timeout_add(guint ms, GSourceFunc function, gpointer data)
{
    return g_timeout_add_full(G_PRIORITY_DEFAULT, ms, function, data, NULL);
}

void
g_main_context_invoke_full(GMainContext *context,
                           int priority,
                           GSourceFunc function,
                           gpointer data,
                           GDestroyNotify notify)
{
    __tsan_release(&main_loop);
    REAL(g_main_context_invoke_full)(context, priority, function, data, notify);
}

void
g_main_context_invoke(GMainContext *context, GSourceFunc function, gpointer data)
{
    g_main_context_invoke_full(context, G_PRIORITY_DEFAULT, function, data, NULL);
}

/* Between what was attached before it and what is dispatched after it. */
static int
poll_in_order(GPollFD *fds, guint count, int timeout_ms)
{
    int found = g_poll(fds, count, timeout_ms);

    __tsan_acquire(&main_loop);
    return found;
}

GMainContext *
g_main_context_new(void)
{
    GMainContext *context = REAL(g_main_context_new)();

    g_main_context_set_poll_func(context, poll_in_order);
    return context;
}

static void __attribute__((constructor)) begin(void)
{
    g_main_context_set_poll_func(NULL, poll_in_order);
}

/* Tasks. */

typedef struct {
    GAsyncReadyCallback function;
    gpointer data;
} Ready;

static void
call_ready(GObject *source, GAsyncResult *result, gpointer data)
{
    Ready *ready = data;

    __tsan_acquire(&main_loop);
    ready->function(source, result, ready->data);
    g_free(ready);
}

GTask *
g_task_new(gpointer source, GCancellable *cancellable, GAsyncReadyCallback function, gpointer data)
{
    Ready *ready = function == NULL ? NULL : g_new(Ready, 1);

    if (ready == NULL)
        return REAL(g_task_new)(source, cancellable, NULL, data);
    *ready = (Ready){function, data};
    return REAL(g_task_new)(source, cancellable, call_ready, ready);
}

#define TASK_RETURN(name, Type)                                                                    \
    void name(GTask *task, Type value)                                                             \
    {                                                                                              \
        __tsan_release(&main_loop);                                                                \
        REAL(name)(task, value);                                                                   \
    }

TASK_RETURN(g_task_return_boolean, gboolean)
TASK_RETURN(g_task_return_int, gssize)
TASK_RETURN(g_task_return_error, GError *)

void
g_task_return_pointer(GTask *task, gpointer result, GDestroyNotify free_result)
{
    __tsan_release(&main_loop);
    REAL(g_task_return_pointer)(task, result, free_result);
}

gboolean
g_task_return_error_if_cancelled(GTask *task)
{
    __tsan_release(&main_loop);
    return REAL(g_task_return_error_if_cancelled)(task);
}

void
g_task_return_new_error(GTask *task, GQuark domain, int code, const char *format, ...)
{
    va_list words;

    va_start(words, format);
    g_task_return_error(task, g_error_new_valist(domain, code, format, words));
    va_end(words);
}

static void
run_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    GTaskThreadFunc run;

    __tsan_acquire(task);
    run = (GTaskThreadFunc)g_object_get_data(G_OBJECT(task), "firn-tsan-run");
    run(task, source, data, cancellable);
    __tsan_release(&main_loop);
}

void
g_task_run_in_thread(GTask *task, GTaskThreadFunc run)
{
    g_object_set_data(G_OBJECT(task), "firn-tsan-run", (gpointer)run);
    __tsan_release(task);
    REAL(g_task_run_in_thread)(task, run_in_thread);
}
