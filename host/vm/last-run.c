/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "last-run.h"

#include "run-note.h"

typedef struct {
    FirnVm *vm;              /* (unowned) owns this */
    GMutex mutex;            /* guards the fields below, up to the next mutex */
    FirnStateDir *directory; /* (owned) (nullable) set once */
    gboolean is_on;
    gboolean is_lost; /* the VM was on when its state became unknown */
    FirnRunEnd heard; /* from QEMU's events, in this run */
    FirnRunEnd reported;
    FirnRunEnd pending; /* not written to the note yet; NONE: nothing */
    GMutex note_mutex;  /* guards the fields below; held while files are read and written */
    gboolean is_read;
    gboolean is_held;
    FirnRunNote *note; /* (owned) (nullable) */
} LastRun;

static G_DEFINE_QUARK(firn_last_run, last_run)

static void
free_last_run(gpointer data)
{
    LastRun *self = data;

    firn_state_dir_unref(self->directory);
    firn_run_note_free(self->note);
    g_mutex_clear(&self->mutex);
    g_mutex_clear(&self->note_mutex);
    g_free(self);
}

static LastRun *
get(FirnVm *vm)
{
    return g_object_get_qdata(G_OBJECT(vm), last_run_quark());
}

void
firn_last_run_attach(FirnVm *vm)
{
    LastRun *self = g_new0(LastRun, 1);

    self->vm = vm;
    self->heard = FIRN_RUN_END_RUNNING;
    g_mutex_init(&self->mutex);
    g_mutex_init(&self->note_mutex);
    g_object_set_qdata_full(G_OBJECT(vm), last_run_quark(), self, free_last_run);
}

static FirnStateDir *
get_directory(LastRun *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->directory;
}

static FirnRunEnd
steal_pending(LastRun *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    FirnRunEnd pending = self->pending;

    self->pending = FIRN_RUN_END_NONE;
    return pending;
}

/* If the note cannot be written, this firnd still knows the end of the run; the next firnd does
 * not. */
static void
write_note(LastRun *self)
{
    FirnStateDir *directory = get_directory(self);
    g_autoptr(GError) error = NULL;

    if (directory != NULL &&
        !firn_run_note_write(self->note, directory, firn_vm_get_uuid(self->vm), &error))
        g_warning("%s: cannot record how its last run ended: %s",
                  firn_vm_get_name(self->vm),
                  error->message);
}

static void
stamp(LastRun *self)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self->vm);
    g_auto(GStrv) paths = klass->list_images == NULL ? NULL : klass->list_images(self->vm);

    firn_run_note_stamp(self->note, (const char *const *)paths);
}

static void
take_end(LastRun *self, FirnRunEnd end)
{
    firn_run_note_free(self->note);
    self->note = firn_run_note_new(end);
    if (end != FIRN_RUN_END_RUNNING)
        stamp(self);
    write_note(self);
}

/* The caller holds note_mutex. */
static void
settle(LastRun *self)
{
    FirnStateDir *directory = get_directory(self);
    FirnRunEnd pending = steal_pending(self);

    if (!self->is_read && directory != NULL) {
        if (self->note == NULL)
            self->note = firn_run_note_read(directory, firn_vm_get_uuid(self->vm));
        self->is_read = TRUE;
    }
    if (pending != FIRN_RUN_END_NONE)
        take_end(self, pending);
}

static gboolean
unref_vm(gpointer vm)
{
    return G_SOURCE_REMOVE;
}

/* Drops the reference on the main loop: a VM must be finalized there, and this may be the last
 * one. */
static void
settle_in_thread(GTask *task, gpointer source, gpointer vm, GCancellable *cancellable)
{
    LastRun *self = get(vm);

    g_mutex_lock(&self->note_mutex);
    settle(self);
    g_mutex_unlock(&self->note_mutex);
    g_idle_add_full(G_PRIORITY_DEFAULT, unref_vm, vm, g_object_unref);
    g_task_return_boolean(task, TRUE);
}

static void
settle_later(LastRun *self)
{
    g_autoptr(GTask) task = NULL;

    if (get_directory(self) == NULL)
        return;
    task = g_task_new(NULL, NULL, NULL, NULL);
    g_task_set_task_data(task, g_object_ref(self->vm), NULL);
    g_task_run_in_thread(task, settle_in_thread);
}

void
firn_last_run_keep(FirnVm *vm, FirnStateDir *directory)
{
    LastRun *self = get(vm);

    g_mutex_lock(&self->mutex);
    self->directory = firn_state_dir_ref(directory);
    g_mutex_unlock(&self->mutex);
    settle_later(self);
}

/* QEMU's event is stronger evidence than that QEMU is gone, or than a source that does not know the
 * end. Of two statements the worse one counts. */
static FirnRunEnd
judge_end(const LastRun *self)
{
    if (self->heard == FIRN_RUN_END_UNCLEAN || self->heard == FIRN_RUN_END_UNKNOWN)
        return self->heard;
    if (self->reported == FIRN_RUN_END_UNCLEAN)
        return self->reported;
    if (self->heard == FIRN_RUN_END_SHUT_DOWN)
        return self->heard;
    if (self->reported != FIRN_RUN_END_NONE)
        return self->reported;
    return self->is_lost ? FIRN_RUN_END_UNKNOWN : FIRN_RUN_END_UNCLEAN;
}

/* The caller holds the mutex. Returns whether there is an end to record. */
static gboolean
follow(LastRun *self, FirnVmState state)
{
    gboolean is_on = state == FIRN_VM_STATE_RUNNING || state == FIRN_VM_STATE_PAUSED;

    if (state == FIRN_VM_STATE_UNKNOWN || state == FIRN_VM_STATE_ORPHANED) {
        self->is_lost = self->is_on;
        return FALSE;
    }
    if (is_on == self->is_on) {
        self->is_lost = FALSE;
        return FALSE;
    }
    if (is_on)
        self->heard = FIRN_RUN_END_RUNNING;
    self->pending = is_on ? FIRN_RUN_END_RUNNING : judge_end(self);
    self->is_on = is_on;
    self->is_lost = FALSE;
    return TRUE;
}

void
firn_last_run_set_state(FirnVm *vm, FirnVmState state)
{
    LastRun *self = get(vm);
    gboolean is_news;

    g_mutex_lock(&self->mutex);
    is_news = follow(self, state);
    g_mutex_unlock(&self->mutex);
    if (is_news)
        settle_later(self);
}

void
firn_last_run_hear(FirnVm *vm, const char *event, JsonObject *data)
{
    LastRun *self = get(vm);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    self->heard = firn_run_end_hear(self->heard, event, data);
}

void
firn_last_run_report(FirnVm *vm, FirnRunEnd end)
{
    LastRun *self = get(vm);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    self->reported = end;
}

static FirnRunEnd
get_reported(LastRun *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->reported;
}

static gboolean
has_left_traces(FirnVm *vm)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(vm);

    return klass->has_left_traces != NULL && klass->has_left_traces(vm);
}

/* No run of this VM was seen. Images made since this host booted, of a VM without traces of a run,
 * are new. Older images prove nothing: they may be from before a crash of this host, or from before
 * firn was installed. */
static FirnRunEnd
judge_unseen(FirnVm *vm)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(vm);
    g_auto(GStrv) paths = klass->list_images == NULL ? NULL : klass->list_images(vm);

    if (has_left_traces(vm))
        return FIRN_RUN_END_UNCLEAN;
    return firn_run_note_are_of_this_boot((const char *const *)paths) ? FIRN_RUN_END_SHUT_DOWN
                                                                      : FIRN_RUN_END_UNKNOWN;
}

/* Either the images were written to since the note was made, or the note is from another firnd and
 * a run may have been missed. The source would know of a run in between. */
static FirnRunEnd
judge_old_note(LastRun *self, FirnRunEnd reported)
{
    const FirnRunNote *note = self->note;

    if (note->is_own && has_left_traces(self->vm))
        return FIRN_RUN_END_UNCLEAN;
    return reported == FIRN_RUN_END_NONE || note->has_gone_back ? FIRN_RUN_END_UNKNOWN : reported;
}

/* A bad end that this firnd has seen itself remains valid when another program writes to the
 * images. */
static gboolean
is_true(const FirnRunNote *note)
{
    gboolean is_bad = note->end == FIRN_RUN_END_UNCLEAN || note->end == FIRN_RUN_END_UNKNOWN;

    return note->end != FIRN_RUN_END_RUNNING &&
           ((note->is_own && is_bad) || firn_run_note_holds(note));
}

static FirnRunEnd
judge_note(LastRun *self)
{
    const FirnRunNote *note = self->note;
    FirnRunEnd reported = get_reported(self);

    if (note == NULL)
        return reported == FIRN_RUN_END_NONE ? judge_unseen(self->vm) : reported;
    return is_true(note) ? note->end : judge_old_note(self, reported);
}

FirnRunEnd
firn_last_run_judge(FirnVm *vm)
{
    LastRun *self = get(vm);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->note_mutex);

    settle(self);
    return judge_note(self);
}

void
firn_last_run_hold(FirnVm *vm)
{
    LastRun *self = get(vm);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->note_mutex);

    settle(self);
    self->is_held = self->note != NULL && is_true(self->note);
}

void
firn_last_run_release(FirnVm *vm)
{
    LastRun *self = get(vm);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->note_mutex);
    const FirnRunNote *before = self->note;

    settle(self);
    /* A VM that has run since then has a new note. */
    if (self->is_held && self->note == before && before->end != FIRN_RUN_END_RUNNING) {
        stamp(self);
        write_note(self);
    }
    self->is_held = FALSE;
}

void
firn_last_run_note_revert(FirnVm *vm, FirnRunEnd end)
{
    LastRun *self = get(vm);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->note_mutex);

    settle(self);
    firn_run_note_free(self->note);
    self->note = firn_run_note_new(end);
    self->note->has_gone_back = TRUE;
    self->is_held = TRUE;
    stamp(self);
    write_note(self);
}
