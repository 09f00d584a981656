/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "auto-settle.h"

#include "settle-job.h"
#include "snapshot-registry.h"

/* One VM, and what is still to be settled. */
typedef struct {
    FirnJobs *jobs; /* (unowned) outlives the source */
    FirnVm *vm;     /* (unowned) owns the watch */
    FirnSettleNeed needs;
} Watch;

static void
free_watch(gpointer watch, GClosure *closure)
{
    g_free(watch);
}

/* A paused guest cannot be thawed, and need not be yet. */
static FirnSettleNeed
get_due(const Watch *watch)
{
    if (firn_vm_get_state(watch->vm) == FIRN_VM_STATE_RUNNING)
        return watch->needs;
    return watch->needs & ~FIRN_SETTLE_THAW;
}

static void
settle(Watch *watch)
{
    FirnSettleNeed due = get_due(watch);
    g_autoptr(GError) error = NULL;

    if (due == 0 || firn_vm_get_job(watch->vm) != 0)
        return;
    watch->needs &= ~due;
    if (firn_settle_job_start(watch->jobs, watch->vm, due, &error) == NULL)
        g_warning("%s: %s", firn_vm_get_name(watch->vm), error->message);
}

static void
on_changed(FirnVm *vm, gpointer user_data)
{
    settle(user_data);
}

/* A job that restores the VM settles the guest itself. */
static gboolean
is_own_doing(const Watch *watch)
{
    FirnJob *job = firn_jobs_find(watch->jobs, firn_vm_get_job(watch->vm));
    const char *operation = job == NULL ? "" : firn_job_get_operation(job);

    return g_str_equal(operation, "restore") || g_str_equal(operation, "undo");
}

static void
on_woken(FirnVm *vm, gpointer user_data)
{
    Watch *watch = user_data;

    if (is_own_doing(watch))
        return;
    watch->needs |= FIRN_SETTLE_THAW;
    settle(watch);
}

static void
ask_in_thread(GTask *task, gpointer vm, gpointer data, GCancellable *cancellable)
{
    g_task_return_boolean(task, firn_settle_is_list_lacking(vm));
}

static void
on_asked(GObject *vm, GAsyncResult *result, gpointer user_data)
{
    Watch *watch = user_data;

    if (!g_task_propagate_boolean(G_TASK(result), NULL))
        return;
    watch->needs |= FIRN_SETTLE_LIST;
    settle(watch);
}

/* The task holds a reference to the VM, which owns the watch. */
static void
ask(Watch *watch)
{
    g_autoptr(GTask) task = NULL;

    if (!firn_snapshot_registry_is_there(watch->vm))
        return;
    /* Created only now, because GLib warns about a task that never returned. */
    task = g_task_new(watch->vm, NULL, on_asked, watch);
    g_task_run_in_thread(task, ask_in_thread);
}

static void
on_redefined(FirnVm *vm, gpointer user_data)
{
    ask(user_data);
}

static void
on_vm_added(FirnVmSource *source, FirnVm *vm, gpointer jobs)
{
    Watch *watch = g_new0(Watch, 1);

    watch->jobs = jobs;
    watch->vm = vm;
    g_signal_connect_data(vm, "changed", G_CALLBACK(on_changed), watch, free_watch, 0);
    g_signal_connect(vm, "resumed-from-ram", G_CALLBACK(on_woken), watch);
    g_signal_connect(vm, "redefined", G_CALLBACK(on_redefined), watch);
    ask(watch);
}

void
firn_auto_settle_watch(FirnVmSource *source, FirnJobs *jobs)
{
    g_signal_connect(source, "vm-added", G_CALLBACK(on_vm_added), jobs);
}
