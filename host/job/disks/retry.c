/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "retry.h"

#include "engine-error.h"
#include "host-error.h"
#include "qmp-error.h"

#define END_US   (5 * G_USEC_PER_SEC)
#define AGAIN_US (G_USEC_PER_SEC / 10)

static gboolean
may_pass(const GError *failure, gboolean is_off)
{
    return g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED) ||
           g_error_matches(failure, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_IN_USE) ||
           g_error_matches(failure, FIRN_HOST_ERROR, FIRN_HOST_ERROR_VM_UNREACHABLE) ||
           (is_off && g_error_matches(failure, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_PARTIAL));
}

static void
wait_a_while(void)
{
    static GMutex mutex;
    static GCond never_signalled;

    g_mutex_lock(&mutex);
    g_cond_wait_until(&never_signalled, &mutex, g_get_monotonic_time() + AGAIN_US);
    g_mutex_unlock(&mutex);
}

gboolean
firn_retry_run(FirnRetryFunc attempt, gpointer data, GError **error)
{
    gint64 end_us = g_get_monotonic_time() + END_US;
    g_autoptr(GError) failure = NULL;
    gboolean is_off = FALSE;

    while (!attempt(data, &is_off, &failure)) {
        if (!may_pass(failure, is_off) || g_get_monotonic_time() >= end_us) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        g_clear_error(&failure);
        is_off = FALSE;
        wait_a_while();
    }
    return TRUE;
}

typedef struct {
    FirnRetryStep step;
    FirnBackend *backend; /* (unowned) */
    const FirnCut *cut;   /* (unowned) */
} Step;

static gboolean
make_step(gpointer data, gboolean *out_is_off, GError **error)
{
    const Step *step = data;

    return step->step(step->backend, step->cut, error);
}

gboolean
firn_retry_step(FirnRetryStep step, FirnBackend *backend, const FirnCut *cut, GError **error)
{
    Step data = {step, backend, cut};

    return firn_retry_run(make_step, &data, error);
}
