/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "undo-grace.h"

#include <unistd.h>

#include "forget-job.h"

/* One that could not be dropped is tried again, but not at once: its failure is a change, too. */
#define AGAIN_S 3600

/* One VM. */
typedef struct {
    FirnJobs *jobs;       /* (unowned) outlives the source */
    FirnBackend *backend; /* (owned) */
    FirnVm *vm;           /* (unowned) owns the watch */
    char *undo;           /* (owned) (nullable) UUID of what is kept */
    gboolean is_awaited;  /* it has been off ever since */
    gint64 seen_us;       /* when that ended; 0: it has not been off */
    guint timer;          /* source id; 0: none */
} Watch;

static void
free_watch(gpointer data, GClosure *closure)
{
    Watch *watch = data;

    g_clear_handle_id(&watch->timer, g_source_remove);
    g_object_unref(watch->backend);
    g_free(watch->undo);
    g_free(watch);
}

gint64
firn_undo_grace_get_left_us(FirnVm *vm, gint64 seen_us, gint64 now_us)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(vm));

    if (undo == NULL || firn_vm_get_state(vm) != FIRN_VM_STATE_RUNNING)
        return -1;
    return MAX(MAX(undo->snapshot->created_us, seen_us) + FIRN_UNDO_GRACE_US - now_us, 0);
}

/* One that went back to be off may have been so for long before anybody has seen its guest. */
static void
note_run(Watch *watch, gint64 now_us)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(firn_vm_get_catalogue(watch->vm));

    if (undo == NULL)
        return;
    if (g_strcmp0(watch->undo, undo->snapshot->uuid) != 0) {
        g_free(watch->undo);
        watch->undo = g_strdup(undo->snapshot->uuid);
        watch->is_awaited = firn_vm_is_off(watch->vm);
        watch->seen_us = 0;
    }
    if (watch->is_awaited && firn_vm_get_state(watch->vm) == FIRN_VM_STATE_RUNNING) {
        watch->is_awaited = FALSE;
        watch->seen_us = now_us;
    }
}

static gboolean on_timer(gpointer user_data);

static void
look(Watch *watch)
{
    gint64 now_us = g_get_real_time();
    gint64 left_us;
    guint left_s;
    g_autoptr(GError) error = NULL;

    note_run(watch, now_us);
    left_us = firn_undo_grace_get_left_us(watch->vm, watch->seen_us, now_us);
    left_s = (guint)(left_us / G_USEC_PER_SEC + 1);
    if (left_us < 0 || watch->timer != 0)
        return;
    watch->timer = g_timeout_add_seconds(left_us == 0 ? AGAIN_S : left_s, on_timer, watch);
    if (left_us > 0 || firn_vm_get_job(watch->vm) != 0)
        return;
    if (firn_forget_job_start(watch->jobs, watch->vm, watch->backend, geteuid(), &error) == NULL)
        g_info("%s: %s", firn_vm_get_name(watch->vm), error->message);
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
    /* It changes with every job, so also when it has gone back. */
    g_signal_connect_data(vm, "changed", G_CALLBACK(on_changed), watch, free_watch, 0);
    look(watch);
}

void
firn_undo_grace_watch(FirnVmSource *source, FirnJobs *jobs, FirnBackend *backend)
{
    Watch *pattern = g_new0(Watch, 1);

    pattern->jobs = jobs;
    pattern->backend = g_object_ref(backend);
    g_signal_connect_data(source, "vm-added", G_CALLBACK(on_vm_added), pattern, free_watch, 0);
}
