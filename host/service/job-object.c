/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job-object.h"

#include "bus-error.h"
#include "bus-path.h"
#include "firn-bus.h"
#include "host-error.h"
#include "methods.h"
#include "options.h"
#include "printable.h"

struct _FirnJobObject {
    GObject parent_instance;
    const FirnServiceParts *parts;    /* (unowned) */
    FirnJob *job;                     /* (owned) */
    FirnDBusObjectSkeleton *skeleton; /* (owned) (nullable) while it is on the bus */
    FirnDBusJob *iface;               /* (owned) */
};

G_DEFINE_FINAL_TYPE(FirnJobObject, firn_job_object, G_TYPE_OBJECT)

static const char *const state_words[] = {
    [FIRN_JOB_STATE_PENDING] = "pending",
    [FIRN_JOB_STATE_IN_PROGRESS] = "in-progress",
    [FIRN_JOB_STATE_COMPLETED] = "completed",
    [FIRN_JOB_STATE_FAILED] = "failed",
    [FIRN_JOB_STATE_CANCELLED] = "cancelled",
};
G_STATIC_ASSERT(G_N_ELEMENTS(state_words) == FIRN_JOB_STATE_CANCELLED + 1);

const char *
firn_job_state_word(FirnJobState state)
{
    return state_words[state];
}

static GVariant *
cancel(gpointer object, const FirnCall *call, GError **error)
{
    FirnJob *job = FIRN_JOB_OBJECT(object)->job;

    if (!firn_options_finish(call->options, error))
        return NULL;
    if (firn_job_cancel(job))
        return g_variant_new("()");
    if (firn_job_get_state(job) != FIRN_JOB_STATE_IN_PROGRESS)
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_BUSY,
                    "job %u has ended already",
                    firn_job_get_id(job));
    else
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_BUSY,
                    "job %u cannot be cancelled in its phase %s",
                    firn_job_get_id(job),
                    firn_job_get_phase(job));
    return NULL;
}

/* Users need no permission to cancel their own jobs. */
static const FirnMethod job_methods[] = {
    {"handle-cancel", FIRN_ACTION_MAINTAIN, cancel},
};

static void
describe_question(gpointer object, FirnQuestion *question)
{
    FirnJob *job = FIRN_JOB_OBJECT(object)->job;

    question->vm = firn_job_get_vm(job);
    question->free_for_uid = firn_job_get_started_by(job);
    question->may_be_gone = TRUE;
}

/* The bus shows wall clock time. */
static void
show_transfer(FirnJobObject *self)
{
    gint64 offset_us = g_get_real_time() - g_get_monotonic_time();
    FirnTransfer transfer;

    firn_job_get_transfer(self->job, &transfer);
    firn_dbus_job_set_bytes_done(self->iface, transfer.done_bytes);
    firn_dbus_job_set_bytes_total(self->iface, transfer.total_bytes);
    firn_dbus_job_set_bytes_expected_end(
        self->iface,
        transfer.expected_end_us == 0 ? 0 : (guint64)(transfer.expected_end_us + offset_us));
}

static void
show_progress(FirnJobObject *self)
{
    g_autofree char *holders = firn_job_dup_holders(self->job);

    firn_dbus_job_set_holders(self->iface, holders);
    firn_dbus_job_set_state(self->iface, state_words[firn_job_get_state(self->job)]);
    firn_dbus_job_set_phase(self->iface, firn_job_get_phase(self->job));
    firn_dbus_job_set_progress(self->iface, firn_job_get_progress(self->job));
    show_transfer(self);
    firn_dbus_job_set_cancelable(self->iface, firn_job_is_cancelable(self->job));
}

static void
show_end(FirnJobObject *self)
{
    const GError *error = firn_job_get_error(self->job);
    g_autofree char *message =
        firn_printable_clip(error == NULL ? NULL : error->message, FIRN_PRINTABLE_SENTENCES);
    g_autoptr(GVariant) result = firn_job_dup_result(self->job);

    show_progress(self);
    firn_dbus_job_set_finished(self->iface, (guint64)firn_job_get_finished_us(self->job));
    firn_dbus_job_set_error_name(self->iface, error == NULL ? "" : firn_bus_error_name(error));
    firn_dbus_job_set_error_message(self->iface, message);
    firn_dbus_job_set_result(self->iface, result);
}

static void
on_job_changed(FirnJob *job, gpointer user_data)
{
    show_progress(user_data);
}

static void
on_job_completed(FirnJob *job, gpointer user_data)
{
    FirnJobObject *self = user_data;

    show_end(self);
    /* GDBus emits property changes with a delay: flush them, so that a client that handles
     * Completed reads final values. */
    g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(self->iface));
    firn_dbus_job_emit_completed(self->iface,
                                 firn_dbus_job_get_state(self->iface),
                                 firn_dbus_job_get_error_name(self->iface),
                                 firn_dbus_job_get_error_message(self->iface),
                                 firn_dbus_job_get_result(self->iface));
}

static void
firn_job_object_dispose(GObject *object)
{
    FirnJobObject *self = FIRN_JOB_OBJECT(object);

    if (self->skeleton != NULL)
        g_dbus_object_manager_server_unexport(
            self->parts->server,
            g_dbus_object_get_object_path(G_DBUS_OBJECT(self->skeleton)));
    g_clear_object(&self->skeleton);
    G_OBJECT_CLASS(firn_job_object_parent_class)->dispose(object);
}

static void
firn_job_object_finalize(GObject *object)
{
    FirnJobObject *self = FIRN_JOB_OBJECT(object);

    g_clear_object(&self->iface);
    g_clear_object(&self->job);
    G_OBJECT_CLASS(firn_job_object_parent_class)->finalize(object);
}

static void
firn_job_object_class_init(FirnJobObjectClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_job_object_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_job_object_finalize;
}

static void
firn_job_object_init(FirnJobObject *self)
{
    self->iface = firn_dbus_job_skeleton_new();
}

static void
show_facts(FirnJobObject *self)
{
    FirnJob *job = self->job;
    g_autofree char *vm = firn_bus_path("vm", firn_job_get_vm_uuid(job));

    firn_dbus_job_set_id(self->iface, firn_job_get_id(job));
    firn_dbus_job_set_operation(self->iface, firn_job_get_operation(job));
    firn_dbus_job_set_vm(self->iface, vm);
    firn_dbus_job_set_started(self->iface, (guint64)firn_job_get_started_us(job));
    firn_dbus_job_set_started_by_uid(self->iface, firn_job_get_started_by(job));
}

FirnJobObject *
firn_job_object_new(const FirnServiceParts *parts, FirnJob *job)
{
    FirnJobObject *self = g_object_new(FIRN_TYPE_JOB_OBJECT, NULL);
    g_autofree char *path = firn_bus_path_of_job(firn_job_get_id(job));

    self->parts = parts;
    self->job = g_object_ref(job);
    firn_methods_connect(self->iface,
                         job_methods,
                         G_N_ELEMENTS(job_methods),
                         parts->authority,
                         describe_question,
                         self);
    show_facts(self);
    show_end(self);
    g_signal_connect_object(job, "changed", G_CALLBACK(on_job_changed), self, 0);
    g_signal_connect_object(job, "completed", G_CALLBACK(on_job_completed), self, 0);
    self->skeleton = firn_dbus_object_skeleton_new(path);
    firn_dbus_object_skeleton_set_job(self->skeleton, self->iface);
    g_dbus_object_manager_server_export(parts->server, G_DBUS_OBJECT_SKELETON(self->skeleton));
    return self;
}
