/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-note-sweep.h"

#include <gio/gio.h>
#include <string.h>

#include "run-note.h"

#define SUFFIX ".json"

/* Shared by the source and the thread. */
typedef struct {
    FirnStateDir *notes;     /* (owned) */
    FirnStateDir *documents; /* (owned) */
    GMutex mutex;            /* guards shown; held while a note is removed, so that its VM is not
                              * added meanwhile */
    GHashTable *shown;       /* (owned) (element-type utf8) UUIDs */
} Sweep;

static void
clear_sweep(gpointer data)
{
    Sweep *self = data;

    firn_state_dir_unref(self->notes);
    firn_state_dir_unref(self->documents);
    g_hash_table_unref(self->shown);
    g_mutex_clear(&self->mutex);
}

static void
release(gpointer sweep)
{
    g_atomic_rc_box_release_full(sweep, clear_sweep);
}

static void
release_closure(gpointer sweep, GClosure *closure)
{
    release(sweep);
}

static void
on_vm_added(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    Sweep *self = user_data;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    g_hash_table_add(self->shown, g_strdup(firn_vm_get_uuid(vm)));
}

static gboolean
is_of_this_boot(Sweep *self, const char *name)
{
    g_autofree char *path = g_build_filename(firn_state_dir_get_path(self->notes), name, NULL);
    const char *const paths[] = {path, NULL};

    return firn_run_note_are_of_this_boot(paths);
}

static void
remove_unless_shown(Sweep *self, const char *name, const char *uuid)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    g_autoptr(GError) error = NULL;

    if (g_hash_table_contains(self->shown, uuid))
        return;
    if (firn_state_dir_remove(self->notes, name, &error))
        g_info("%s: no definition is left, so firn removes the note of its last run", uuid);
    else
        g_info("%s: cannot be removed; firnd tries again at its next start", error->message);
}

static void
sweep_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Sweep *self = data;
    g_autoptr(GPtrArray) names = firn_state_dir_list(self->notes, SUFFIX, NULL);

    for (guint i = 0; names != NULL && i < names->len; i++) {
        const char *name = names->pdata[i];
        g_autofree char *uuid = g_strndup(name, strlen(name) - strlen(SUFFIX));

        if (g_uuid_string_is_valid(uuid) && !firn_state_dir_has(self->documents, name) &&
            !is_of_this_boot(self, name))
            remove_unless_shown(self, name, uuid);
    }
    g_task_return_boolean(task, TRUE);
}

/* A definition that cannot be read may belong to any UUID, so no note is removed. */
static void
on_complete(FirnVmSource *source, gpointer user_data)
{
    g_autoptr(GTask) task = NULL;

    if (firn_vm_source_get_problems(source)->len > 0)
        return;
    task = g_task_new(NULL, NULL, NULL, NULL);
    g_task_set_task_data(task, g_atomic_rc_box_acquire(user_data), release);
    g_task_run_in_thread(task, sweep_in_thread);
}

void
firn_run_note_sweep_watch(FirnVmSource *source, FirnStateDir *notes, FirnStateDir *documents)
{
    Sweep *self = g_atomic_rc_box_new0(Sweep);

    self->notes = firn_state_dir_ref(notes);
    self->documents = firn_state_dir_ref(documents);
    self->shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_mutex_init(&self->mutex);
    g_signal_connect_data(source, "vm-added", G_CALLBACK(on_vm_added), self, release_closure, 0);
    g_signal_connect(source, "complete", G_CALLBACK(on_complete), self);
}
