/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job-wait.h"

#include "progress-bar.h"
#include "progress-text.h"

typedef struct {
    FirnDBusJob *job; /* (owned) */
    guint id;
    FirnProgressBar *bar; /* (owned) */
    gboolean is_verbose;
    char *told_phase; /* (owned) (nullable) the last phase that --verbose printed */
    guint n_heeded;   /* interrupts seen so far; some may have come before the job */
    gboolean is_over; /* the wait, not the job */
    FirnExit status;  /* status if the wait ended before the job */
    guint timeout;    /* source id; 0: none */
} Waiting;

static void
waiting_clear(Waiting *self)
{
    if (self->job != NULL)
        g_signal_handlers_disconnect_by_data(self->job, self);
    g_clear_object(&self->job);
    g_clear_pointer(&self->bar, firn_progress_bar_free);
    g_clear_pointer(&self->told_phase, g_free);
    g_clear_handle_id(&self->timeout, g_source_remove);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Waiting, waiting_clear)

/* If firnd has gone, the proxy has no properties. */
static gboolean
has_ended(FirnDBusJob *job)
{
    const char *state = firn_dbus_job_get_state(job);

    return state != NULL && !g_str_equal(state, "pending") && !g_str_equal(state, "in-progress");
}

static void
leave(Waiting *self, FirnExit status, const char *why)
{
    firn_progress_bar_wipe(self->bar);
    firn_report_warning(
        "%s; job %u continues in the background; to wait for it: firn job %u --wait",
        why,
        self->id,
        self->id);
    self->status = status;
    self->is_over = TRUE;
}

static void
on_cancel_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GError) error = NULL;

    if (firn_dbus_job_call_cancel_finish(FIRN_DBUS_JOB(source), result, &error))
        return;
    g_dbus_error_strip_remote_error(error);
    firn_report_warning("%s", error->message);
}

static void
heed_interrupt(Waiting *self)
{
    if (self->n_heeded++ > 0) {
        leave(self, FIRN_EXIT_INTERRUPTED, "interrupted");
        return;
    }
    firn_progress_bar_wipe(self->bar);
    firn_report_warning("cancelling job %u; press ^C again to leave it running", self->id);
    firn_dbus_job_call_cancel(self->job,
                              g_variant_new("a{sv}", NULL),
                              FIRN_CALL_FLAGS,
                              FIRN_CALL_TIMEOUT_MS,
                              NULL,
                              on_cancel_answered,
                              NULL);
}

static gboolean
on_timeout(gpointer user_data)
{
    Waiting *self = user_data;

    self->timeout = 0;
    leave(self, FIRN_EXIT_TIMED_OUT, "--wait-timeout is over");
    return G_SOURCE_REMOVE;
}

static void
tell_phase(Waiting *self, const char *phase)
{
    if (g_strcmp0(phase, self->told_phase) == 0)
        return;
    firn_report_warning("job %u: %s", self->id, phase);
    g_free(self->told_phase);
    self->told_phase = g_strdup(phase);
}

static void
draw(Waiting *self)
{
    const char *phase = firn_dbus_job_get_phase(self->job);
    g_autofree char *transfer = firn_progress_text_of_job(self->job);
    g_autofree char *label = g_strjoin(", ", phase == NULL ? "" : phase, transfer, NULL);

    if (self->is_verbose && phase != NULL)
        tell_phase(self, phase);
    firn_progress_bar_draw(self->bar, label, firn_dbus_job_get_progress(self->job));
}

static void
on_properties_changed(GDBusProxy *proxy, GVariant *changed, GStrv gone, gpointer user_data)
{
    draw(user_data);
}

static void
on_completed(FirnDBusJob *job,
             const char *state,
             const char *error_name,
             const char *error_message,
             GVariant *result,
             gpointer user_data)
{
    ((Waiting *)user_data)->is_over = TRUE;
}

static void
on_owner_changed(GObject *proxy, GParamSpec *spec, gpointer user_data)
{
    Waiting *self = user_data;
    g_autofree char *owner = g_dbus_proxy_get_name_owner(G_DBUS_PROXY(proxy));

    if (owner != NULL)
        return;
    firn_progress_bar_wipe(self->bar);
    self->status = firn_report_error_named(
        "org.freedesktop.DBus.Error.ServiceUnknown",
        "lost connection to firnd; the outcome of the job is unknown, see: firn jobs");
    self->is_over = TRUE;
}

static void
listen(Waiting *self, FirnCli *cli)
{
    g_signal_connect(self->job, "g-properties-changed", G_CALLBACK(on_properties_changed), self);
    g_signal_connect(self->job, "completed", G_CALLBACK(on_completed), self);
    g_signal_connect(self->job, "notify::g-name-owner", G_CALLBACK(on_owner_changed), self);
    if (cli->wait_us > 0)
        self->timeout = g_timeout_add((guint)MIN(cli->wait_us / 1000, G_MAXUINT), on_timeout, self);
}

static FirnExit
report(Waiting *self, GVariant **out_result)
{
    if (!has_ended(self->job))
        return self->status;
    firn_progress_bar_wipe(self->bar);
    if (out_result != NULL)
        *out_result = g_variant_ref(firn_dbus_job_get_result(self->job));
    if (g_str_equal(firn_dbus_job_get_state(self->job), "completed"))
        return FIRN_EXIT_DONE;
    return firn_report_error_named(firn_dbus_job_get_error_name(self->job),
                                   firn_dbus_job_get_error_message(self->job));
}

/* A client may block in its own main context; only firnd must not. */
static void
run(Waiting *self, const FirnInterrupts *interrupts)
{
    while (!self->is_over)
        if (self->n_heeded < firn_interrupts_get_count(interrupts))
            heed_interrupt(self);
        else
            g_main_context_iteration(NULL, TRUE);
}

FirnExit
firn_job_wait(FirnCli *cli, const char *path, GVariant **out_result)
{
    g_auto(Waiting) self = {.status = FIRN_EXIT_FAILED};
    g_autoptr(GError) error = NULL;

    if (cli->interrupts == NULL)
        cli->interrupts = firn_interrupts_new();
    self.job = firn_client_job_at(cli, path, FIRN_LOAD_AND_FOLLOW, &error);
    if (self.job == NULL)
        return firn_report_error(error);
    self.id = firn_dbus_job_get_id(self.job);
    self.is_verbose = cli->is_verbose;
    self.bar = firn_progress_bar_new(!cli->is_quiet && !cli->is_json && !cli->is_verbose);
    listen(&self, cli);
    self.is_over = has_ended(self.job);
    draw(&self);
    run(&self, cli->interrupts);
    g_clear_pointer(&cli->interrupts, firn_interrupts_free);
    return report(&self, out_result);
}
