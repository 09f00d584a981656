/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "retry.h"

#include "engine-error.h"
#include "host-error.h"
#include "qmp-error.h"

#define END_US   (5 * G_USEC_PER_SEC)
#define AGAIN_US (G_USEC_PER_SEC / 10)

void
firn_retry_init(FirnRetry *self)
{
    self->end_us = g_get_monotonic_time() + END_US;
}

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
    static GCond nobody_signals_it;

    g_mutex_lock(&mutex);
    g_cond_wait_until(&nobody_signals_it, &mutex, g_get_monotonic_time() + AGAIN_US);
    g_mutex_unlock(&mutex);
}

gboolean
firn_retry_waits(FirnRetry *self, const GError *failure, gboolean is_off)
{
    if (!may_pass(failure, is_off) || g_get_monotonic_time() >= self->end_us)
        return FALSE;
    wait_a_while();
    return TRUE;
}
