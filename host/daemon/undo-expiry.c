/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "undo-expiry.h"

#include <unistd.h>

#include "forget-job.h"

/* If deleting fails, it is tried again, but not at once: the failure changes the VM, too. */
#define AGAIN_S 3600
/* The time that was not saved when firnd is killed is counted once more. */
#define SAVE_S  600
#define SAVE_US (SAVE_S * G_TIME_SPAN_SECOND)

/* One VM. */
typedef struct {
    FirnJobs *jobs;       /* (unowned) outlives the source */
    FirnBackend *backend; /* (owned) */
    FirnVm *vm;           /* (unowned) owns the watch */
    FirnRunCount count;
    guint timer; /* source id; 0: none */
} Watch;

static void
free_watch(gpointer data, GClosure *closure)
{
    Watch *watch = data;

    g_clear_handle_id(&watch->timer, g_source_remove);
    g_object_unref(watch->backend);
    g_free(watch->count.undo);
    g_free(watch);
}

static void
restart_count(FirnRunCount *self, const char *undo)
{
    g_free(self->undo);
    *self = (FirnRunCount){.undo = g_strdup(undo)};
}

gint64
firn_run_count_look(FirnRunCount *self, FirnVm *vm, gint64 now_us)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));
    gboolean is_running = firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING;

    if (undo == NULL) {
        restart_count(self, NULL);
        return -1;
    }
    if (g_strcmp0(self->undo, undo->snapshot->uuid) != 0)
        restart_count(self, undo->snapshot->uuid);
    if (self->counted_us != 0)
        self->unsaved_us += now_us - self->counted_us;
    self->counted_us = is_running ? now_us : 0;
    return is_running ? MAX(FIRN_UNDO_EXPIRY_US - undo->ran_us - self->unsaved_us, 0) : -1;
}

typedef struct {
    FirnCatalogue *catalogue; /* (owned) */
    char *undo;               /* (owned) */
    gint64 us;
} Save;

static void
free_save(gpointer data)
{
    Save *save = data;

    g_object_unref(save->catalogue);
    g_free(save->undo);
    g_free(save);
}

static void
save_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Save *save = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(save->catalogue, &error);

    if (change != NULL)
        firn_catalogue_transaction_add_undo_run(change, save->undo, save->us);
    if (change == NULL || !firn_catalogue_commit(save->catalogue, change, &error))
        g_info("cannot save for how long the VM was seen running: %s", error->message);
    g_task_return_boolean(task, TRUE);
}

static void
save(Watch *watch)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, NULL, NULL);
    Save *save = g_new0(Save, 1);

    *save = (Save){g_object_ref(firn_vm_get_catalogue(watch->vm)),
                   g_strdup(watch->count.undo),
                   watch->count.unsaved_us};
    watch->count.unsaved_us = 0;
    g_task_set_task_data(task, save, free_save);
    g_task_run_in_thread(task, save_in_thread);
}

static void
forget(Watch *watch)
{
    g_autoptr(GError) error = NULL;

    if (firn_forget_job_start(watch->jobs, watch->vm, watch->backend, geteuid(), &error) == NULL)
        g_info("%s: %s", firn_vm_get_name(watch->vm), error->message);
}

static gboolean on_timer(gpointer user_data);

static void
look(Watch *watch)
{
    gint64 left_us = firn_run_count_look(&watch->count, watch->vm, g_get_monotonic_time());
    guint left_s = (guint)(left_us / G_USEC_PER_SEC + 1);

    if (watch->count.unsaved_us >= SAVE_US || (left_us < 0 && watch->count.unsaved_us > 0))
        save(watch);
    if (left_us < 0 || watch->timer != 0)
        return;
    watch->timer =
        g_timeout_add_seconds(left_us == 0 ? AGAIN_S : MIN(left_s, SAVE_S), on_timer, watch);
    if (left_us == 0 && firn_vm_get_job(watch->vm) == 0)
        forget(watch);
}

static gboolean
on_timer(gpointer user_data)
{
    Watch *watch = user_data;

    watch->timer = 0;
    look(watch);
    return G_SOURCE_REMOVE;
}

static void
on_changed(FirnVm *vm, gpointer user_data)
{
    look(user_data);
}

static void
on_vm_added(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    const Watch *pattern = user_data;
    Watch *watch = g_new0(Watch, 1);

    watch->jobs = pattern->jobs;
    watch->backend = g_object_ref(pattern->backend);
    watch->vm = vm;
    /* The signal is emitted after every job, so also after a restore. */
    g_signal_connect_data(vm, "changed", G_CALLBACK(on_changed), watch, free_watch, 0);
    look(watch);
}

void
firn_undo_expiry_watch(FirnVmSource *source, FirnJobs *jobs, FirnBackend *backend)
{
    Watch *pattern = g_new0(Watch, 1);

    pattern->jobs = jobs;
    pattern->backend = g_object_ref(backend);
    g_signal_connect_data(source, "vm-added", G_CALLBACK(on_vm_added), pattern, free_watch, 0);
}
