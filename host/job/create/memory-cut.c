/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-cut.h"

#include "crash-point.h"
#include "cut.h"
#include "file-descriptor.h"
#include "guest-pause.h"
#include "host-error.h"
#include "internal-snapshot.h"
#include "memory-check.h"
#include "memory-stream.h"
#include "qmp-error.h"
#include "save-image.h"

#define LOOK_MS 2 /* how often to check while the guest is paused */

typedef struct {
    FirnCheck *check;         /* (unowned) */
    FirnJob *job;             /* (unowned) */
    FirnMemoryRecord *memory; /* (unowned) of the record */
    FirnFileDescriptor file;  /* (owned) of a save image; -1: none */
    FirnMemoryStream *stream; /* (owned) (nullable) NULL: QEMU saves RAM into an image */
    gboolean *out_is_begun;   /* (unowned) set once a disk may have been touched */
    gboolean is_whole;
} MemoryCut;

static gboolean
begin_file(MemoryCut *self, GError **error)
{
    g_autofree char *xml = firn_vm_dup_save_xml(self->check->params->vm, error);

    if (xml == NULL)
        return FALSE;
    FIRN_CRASH_POINT("memory: before the save image");
    self->file = firn_save_image_begin(firn_vm_get_memory(self->check->params->vm),
                                       self->check->snapshot->uuid,
                                       xml,
                                       firn_memory_check_get_room(self->check->guest->monitor),
                                       error);
    FIRN_CRASH_POINT("memory: after the save image");
    return self->file >= 0;
}

static gboolean
prepare_stream(MemoryCut *self, FirnMemoryKind kind, GError **error)
{
    self->memory->kind = kind;
    self->stream = firn_memory_stream_new(self->check->params->vm,
                                          self->check->guest->monitor,
                                          self->check->snapshot->uuid,
                                          self->memory->qemu_version,
                                          kind == FIRN_MEMORY_KIND_LIVE,
                                          firn_job_get_cancellable(self->job),
                                          error);
    FIRN_CRASH_POINT("memory: QEMU has the pipe");
    return self->stream != NULL;
}

/* Checked here once more: QEMU may have considered live possible during the check. */
static gboolean
accept_pause(MemoryCut *self, const GError *why_not_live, GError **error)
{
    const FirnCreateParams *params = self->check->params;
    g_autofree char *pause = NULL;
    g_autofree char *remedy = NULL;

    if (firn_memory_plan_may_pause(self->check->memory_plan, params))
        return TRUE;
    pause = firn_memory_plan_describe_pause(self->check->memory_plan, why_not_live->message);
    remedy = firn_memory_plan_describe_remedy(params);
    return firn_host_error_set(error, FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED, "%s; %s", pause, remedy);
}

/* A failure that is not a refusal, a full disk for example, would also fail the paused way. */
static gboolean
prepare_any_stream(MemoryCut *self, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (prepare_stream(self, FIRN_MEMORY_KIND_LIVE, &failure))
        return TRUE;
    if (!g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (!accept_pause(self, failure, error))
        return FALSE;
    firn_job_set_result(self->job, "memory-note", g_variant_new_string(failure->message));
    return prepare_stream(self, FIRN_MEMORY_KIND_PAUSED, error);
}

static void
drop_file(MemoryCut *self)
{
    g_autofree char *name = firn_save_image_file_name(self->check->snapshot->uuid);

    if (self->file < 0)
        return;
    firn_file_descriptor_clear(&self->file);
    firn_state_dir_remove(firn_vm_get_memory(self->check->params->vm), name, NULL);
}

/* Only savevm leaves a paused guest paused: a background snapshot resumes it once RAM is protected,
 * and a plain migration leaves it without its disks. savevm writes into the first image. */
static gboolean
prepare_image(MemoryCut *self, GError **error)
{
    const FirnDisk *first = self->check->disks->pdata[0];

    if (self->check->params->memory == FIRN_MEMORY_WISH_LIVE)
        return firn_host_error_set(
            error,
            FIRN_HOST_ERROR_NOT_SUPPORTED,
            "the guest is paused, and saving its RAM live would resume it; save RAM with "
            "--memory=paused");
    self->memory->kind = FIRN_MEMORY_KIND_PAUSED;
    self->memory->disk = g_strdup(first->target);
    self->check->snapshot->has_vm_state = TRUE;
    return TRUE;
}

static gboolean
prepare(MemoryCut *self, GError **error)
{
    if (firn_vm_get_state(self->check->params->vm) != FIRN_VM_STATE_RUNNING)
        return prepare_image(self, error);
    if (!begin_file(self, error))
        return FALSE;
    switch (self->check->params->memory) {
    case FIRN_MEMORY_WISH_LIVE:
        return prepare_stream(self, FIRN_MEMORY_KIND_LIVE, error);
    case FIRN_MEMORY_WISH_PAUSED:
        return prepare_stream(self, FIRN_MEMORY_KIND_PAUSED, error);
    default:
        return prepare_any_stream(self, error);
    }
}

/* Only this runs while the guest is paused. */
static gboolean
cut_paused(MemoryCut *self, FirnGuestPause *pause, GError **error)
{
    FIRN_CRASH_POINT("memory: the guest is paused");
    return firn_cut_take_now(self->check, self->out_is_begun, error) &&
           firn_nvram_capture_still(self->check->nvram, error) &&
           firn_guest_pause_check(pause, error) &&
           firn_memory_stream_begin(self->stream, self->file, error);
}

/* The guest is resumed once its RAM is protected, which QEMU's first page indicates. QEMU before 9
 * then resumes the guest itself; later versions leave that to the client that stopped it. If RAM
 * cannot be protected the guest is resumed too, and the reader of the stream gets the error. */
static gboolean
resume_guest(MemoryCut *self, FirnGuestPause *pause, GError **error)
{
    gint64 *out_us = &self->memory->stopped_us;
    g_autoptr(GError) failure = NULL;
    gboolean has_pages = FALSE;

    FIRN_CRASH_POINT("memory: RAM is being protected");
    while (!firn_guest_pause_wait_end(pause, LOOK_MS, out_us, &failure)) {
        if (!g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        g_clear_error(&failure);
        if (!firn_memory_stream_look_for_pages(self->stream, &has_pages, error))
            return FALSE;
        if (has_pages)
            return firn_guest_pause_end(pause, out_us, error);
    }
    return TRUE;
}

static void
tell_progress(guint64 done_bytes, guint64 total_bytes, gpointer job)
{
    double part = total_bytes == 0 ? 0 : CLAMP((double)done_bytes / (double)total_bytes, 0, 1);

    firn_job_enter(job, "memory", 0.3 + 0.5 * part);
    firn_job_tell_bytes(job, done_bytes, total_bytes);
}

static gboolean
begin(MemoryCut *self, FirnGuestPause **out_pause, GError **error)
{
    firn_job_enter(self->job, "prepare", 0.1);
    if (!firn_memory_stream_approach(self->stream, error))
        return FALSE;
    firn_job_enter(self->job, "pause", 0.2);
    if (!firn_cut_check(self->check, error) ||
        g_cancellable_set_error_if_cancelled(firn_job_get_cancellable(self->job), error))
        return FALSE;
    *out_pause =
        firn_guest_pause_begin(self->check->params->vm, self->check->guest->monitor, error);
    return *out_pause != NULL && cut_paused(self, *out_pause, error);
}

static gboolean
follow(MemoryCut *self, GError **error)
{
    firn_job_enter(self->job, "memory", 0.3);
    return firn_memory_stream_wait(self->stream, tell_progress, self->job, error);
}

static gboolean
take_live(MemoryCut *self, GError **error)
{
    g_autoptr(FirnGuestPause) pause = NULL;

    if (!begin(self, &pause, error) || !resume_guest(self, pause, error))
        return FALSE;
    FIRN_CRASH_POINT("memory: the guest is resumed");
    return firn_memory_stream_wait_for_pages(self->stream, error) &&
           firn_guest_pause_check_alone(pause, error) && follow(self, error);
}

/* If another client has resumed the guest in between, its RAM no longer matches its disks. */
static gboolean
take_while_paused(MemoryCut *self, FirnGuestPause **out_pause, GError **error)
{
    if (!begin(self, out_pause, error))
        return FALSE;
    FIRN_CRASH_POINT("memory: is streamed");
    if (!follow(self, error))
        return FALSE;
    FIRN_CRASH_POINT("memory: was streamed");
    return firn_guest_pause_check(*out_pause, error) &&
           firn_guest_pause_end(*out_pause, &self->memory->stopped_us, error);
}

static gboolean
take_paused(MemoryCut *self, GError **error)
{
    g_autoptr(FirnGuestPause) pause = NULL;

    if (take_while_paused(self, &pause, error)) {
        FIRN_CRASH_POINT("memory: the guest is resumed");
        return TRUE;
    }
    /* Before the guest is resumed: QEMU would stop it again at the end of the migration. */
    g_clear_pointer(&self->stream, firn_memory_stream_free);
    return FALSE;
}

/* QEMU's savevm; it leaves the guest paused or running, as before. */
static gboolean
take_into_image(MemoryCut *self, GError **error)
{
    FirnEvidence *evidence = self->check->snapshot->evidence;
    const FirnDisk *first = self->check->disks->pdata[0];
    g_autofree const char **nodes = g_new0(const char *, self->check->disks->len + 1);
    gboolean ok;

    for (guint i = 0; i < self->check->disks->len; i++)
        nodes[i] = ((FirnDisk *)self->check->disks->pdata[i])->node_name;
    firn_job_enter(self->job, "memory", 0.3);
    *self->out_is_begun = TRUE;
    evidence->cut_begin_us = firn_event_clock_now(&self->check->guest->clock);
    FIRN_CRASH_POINT("memory: before savevm");
    ok = firn_internal_snapshot_save(self->check->guest->monitor,
                                     nodes,
                                     first->node_name,
                                     self->check->snapshot->tag,
                                     error);
    FIRN_CRASH_POINT("memory: after savevm");
    evidence->cut_end_us = firn_event_clock_now(&self->check->guest->clock);
    self->memory->stopped_us = evidence->cut_end_us - evidence->cut_begin_us;
    return ok;
}

static gboolean
take(MemoryCut *self, GError **error)
{
    if (self->stream == NULL)
        return take_into_image(self, error);
    return (self->memory->kind == FIRN_MEMORY_KIND_LIVE ? take_live(self, error)
                                                        : take_paused(self, error)) &&
           firn_save_image_finish(self->file, &self->memory->size_bytes, error);
}

static void
clear_memory_cut(MemoryCut *self)
{
    firn_memory_stream_free(self->stream);
    if (!self->is_whole)
        drop_file(self);
    firn_file_descriptor_clear(&self->file);
}

gboolean
firn_memory_cut_run(FirnCheck *check, FirnJob *job, gboolean *out_is_begun, GError **error)
{
    MemoryCut self = {
        .check = check,
        .job = job,
        .memory = check->snapshot->memory,
        .file = -1,
        .out_is_begun = out_is_begun,
    };
    gint64 begin_us;

    if (prepare(&self, error)) {
        begin_us = g_get_monotonic_time();
        self.is_whole = take(&self, error);
        self.memory->total_us = g_get_monotonic_time() - begin_us;
    }
    clear_memory_cut(&self);
    return self.is_whole;
}
