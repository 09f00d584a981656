/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-stream.h"

#include <poll.h>

#include "crash-point.h"
#include "engine-error.h"
#include "qmp-error.h"
#include "stream-pipe.h"

#define GATED_MAJOR 8     /* the last version of QEMU that can be stopped at the gate */
#define LOOK_MS     1     /* at the gate; waiting there costs the guest nothing */
#define ASK_EVERY   1000  /* looks between two queries */
#define LOOKS_MAX   60000 /* then the guest is paused without the gate, for longer */

struct _FirnMemoryStream {
    GCancellable *cancellable;      /* (owned) */
    FirnStreamPipe *pipe;           /* (owned) */
    FirnMemoryMigration *migration; /* (owned) (nullable) until QEMU has the pipe */
    gboolean is_gated;
};

FirnMemoryStream *
firn_memory_stream_new(FirnVm *vm,
                       FirnChannel *monitor,
                       const char *uuid,
                       const char *qemu_version,
                       gboolean is_background,
                       GCancellable *cancellable,
                       GError **error)
{
    g_autoptr(FirnMemoryStream) self = g_new0(FirnMemoryStream, 1);
    g_autofree char *path = firn_vm_dup_stream_path(vm, uuid);
    gint64 major = g_ascii_strtoll(qemu_version, NULL, 10);

    self->cancellable = g_object_ref(cancellable);
    self->is_gated = is_background && major > 0 && major <= GATED_MAJOR;
    self->pipe = firn_stream_pipe_new(path, self->is_gated, error);
    if (self->pipe == NULL)
        return NULL;
    FIRN_CRASH_POINT("memory: the pipe is there");
    self->migration = firn_memory_migration_new(monitor,
                                                firn_stream_pipe_get_end(self->pipe),
                                                is_background,
                                                error);
    return self->migration == NULL ? NULL : g_steal_pointer(&self);
}

/* Fails only if QEMU's migration has ended or the job is cancelled. */
static gboolean
wait_at_gate(FirnMemoryStream *self, GError **error)
{
    guint64 bytes;

    if (!firn_stream_pipe_find_writer(self->pipe))
        return TRUE;
    for (guint looks = 1; looks < LOOKS_MAX; looks++) {
        if (firn_stream_pipe_has_waiting(self->pipe))
            return TRUE;
        if (g_cancellable_set_error_if_cancelled(self->cancellable, error))
            return FALSE;
        if (looks % ASK_EVERY == 0 && firn_memory_migration_has_ended(self->migration))
            return firn_memory_migration_wait(self->migration, NULL, NULL, &bytes, error);
        poll(NULL, 0, LOOK_MS);
    }
    return TRUE;
}

gboolean
firn_memory_stream_approach(FirnMemoryStream *self, GError **error)
{
    if (!self->is_gated)
        return TRUE;
    if (!firn_memory_migration_begin(self->migration, error))
        return FALSE;
    FIRN_CRASH_POINT("memory: QEMU comes to the gate");
    if (!wait_at_gate(self, error))
        return FALSE;
    FIRN_CRASH_POINT("memory: QEMU stands at the gate");
    return TRUE;
}

gboolean
firn_memory_stream_begin(FirnMemoryStream *self, int file, GError **error)
{
    if (!self->is_gated && !firn_memory_migration_begin(self->migration, error))
        return FALSE;
    firn_stream_pipe_open(self->pipe, file);
    return TRUE;
}

gboolean
firn_memory_stream_wait_for_pages(FirnMemoryStream *self, GError **error)
{
    return firn_memory_migration_wait_for_pages(self->migration, error);
}

gboolean
firn_memory_stream_look_for_pages(FirnMemoryStream *self, gboolean *out_has_pages, GError **error)
{
    return firn_memory_migration_look_for_pages(self->migration, out_has_pages, error);
}

typedef struct {
    FirnMemoryStream *stream;       /* (unowned) */
    FirnMigrationProgress progress; /* (nullable) */
    gpointer user_data;
    gboolean is_given_up;
} Follow;

static void
give_up(Follow *follow)
{
    if (follow->is_given_up)
        return;
    follow->is_given_up = TRUE;
    firn_stream_pipe_discard(follow->stream->pipe);
    firn_memory_migration_cancel(follow->stream->migration);
}

/* A paused guest must not wait for a stream that fails or was cancelled, so a plain migration is
 * cancelled then. A background stream has to run to its end. */
static void
on_progress(guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
    Follow *follow = user_data;

    if (firn_stream_pipe_has_failed(follow->stream->pipe) ||
        g_cancellable_is_cancelled(follow->stream->cancellable))
        give_up(follow);
    else if (follow->progress != NULL)
        follow->progress(done_bytes, total_bytes, follow->user_data);
}

static gboolean
finish(FirnMemoryStream *self, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (firn_stream_pipe_finish(self->pipe, &failure))
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                    ? FIRN_ENGINE_ERROR_NO_SPACE
                    : FIRN_ENGINE_ERROR_FAILED,
                "%s",
                failure->message);
    return FALSE;
}

gboolean
firn_memory_stream_wait(FirnMemoryStream *self,
                        FirnMigrationProgress progress,
                        gpointer user_data,
                        GError **error)
{
    Follow follow = {self, progress, user_data, FALSE};
    g_autoptr(GError) failure = NULL;
    guint64 bytes;
    gboolean is_complete =
        firn_memory_migration_wait(self->migration, on_progress, &follow, &bytes, &failure);

    if (g_cancellable_set_error_if_cancelled(self->cancellable, error))
        return FALSE;
    /* The reason for the cancellation is the better error. */
    if (is_complete || (g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED) &&
                        firn_stream_pipe_has_failed(self->pipe)))
        return finish(self, error);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

void
firn_memory_stream_free(FirnMemoryStream *self)
{
    if (self == NULL)
        return;
    /* A stream that has not begun is discarded: QEMU may be waiting at the gate. */
    if (self->pipe != NULL)
        firn_stream_pipe_open(self->pipe, -1);
    firn_memory_migration_free(self->migration);
    firn_stream_pipe_free(self->pipe);
    g_object_unref(self->cancellable);
    g_free(self);
}
