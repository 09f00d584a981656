/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job-call.h"

#define ABSENT_TRIES 10
#define ABSENT_MS    50

typedef struct {
    GVariant *reply; /* (owned) (nullable) */
    GError *error;   /* (owned) (nullable) */
} Answer;

static void
on_answered(GObject *proxy, GAsyncResult *result, gpointer user_data)
{
    Answer *answer = user_data;

    answer->reply = g_dbus_proxy_call_finish(G_DBUS_PROXY(proxy), result, &answer->error);
}

/* A client may block in its own main context; only firnd must not. */
static void
wait_for_answer(FirnCli *cli, GCancellable *cancellable, const Answer *answer)
{
    guint n_heeded = 0;

    while (answer->reply == NULL && answer->error == NULL) {
        g_main_context_iteration(NULL, TRUE);
        if (n_heeded == firn_interrupts_get_count(cli->interrupts))
            continue;
        n_heeded = firn_interrupts_get_count(cli->interrupts);
        if (n_heeded > 1)
            g_cancellable_cancel(cancellable);
        else
            firn_report_warning("waiting for firnd's answer to cancel the job; press ^C again to "
                                "stop waiting");
    }
}

static char *
take_path(Answer *answer, GError **error)
{
    g_autoptr(GVariant) reply = answer->reply;
    char *path = NULL;

    if (g_error_matches(answer->error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_clear_error(&answer->error);
        answer->error =
            g_error_new_literal(G_IO_ERROR,
                                G_IO_ERROR_CANCELLED,
                                "interrupted before firnd answered; if it started a "
                                "job, that continues in the background, see: firn jobs");
    }
    if (reply == NULL)
        g_propagate_error(error, answer->error);
    else
        g_variant_get(reply, "(o)", &path);
    return path;
}

static void
call_once(FirnCli *cli, gpointer proxy, const char *method, GVariant *arguments, Answer *answer)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();

    *answer = (Answer){NULL, NULL};
    g_dbus_proxy_call(proxy,
                      method,
                      arguments,
                      FIRN_CALL_FLAGS,
                      FIRN_CALL_TIMEOUT_MS,
                      cancellable,
                      on_answered,
                      answer);
    wait_for_answer(cli, cancellable, answer);
}

static gboolean
on_pause_over(gpointer is_over)
{
    *(gboolean *)is_over = TRUE;
    return G_SOURCE_REMOVE;
}

/* ^C is noticed meanwhile. */
static void
pause_before_next(void)
{
    gboolean is_over = FALSE;

    g_timeout_add(ABSENT_MS, on_pause_over, &is_over);
    while (!is_over)
        g_main_context_iteration(NULL, TRUE);
}

/* The object of a VM is absent for a moment when its machine file has changed. */
char *
firn_job_call(FirnCli *cli, gpointer proxy, const char *method, GVariant *arguments, GError **error)
{
    g_autoptr(GVariant) held = g_variant_ref_sink(arguments);
    guint left = ABSENT_TRIES;
    Answer answer;

    if (cli->interrupts == NULL)
        cli->interrupts = firn_interrupts_new();
    call_once(cli, proxy, method, held, &answer);
    while (firn_client_is_absent(answer.error) && left-- > 0 &&
           firn_interrupts_get_count(cli->interrupts) == 0) {
        g_clear_error(&answer.error);
        pause_before_next();
        call_once(cli, proxy, method, held, &answer);
    }
    if (firn_interrupts_get_count(cli->interrupts) > 0)
        cli->is_no_block = FALSE;
    return take_path(&answer, error);
}
