/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-wait.h"

#include "await.h"

/* Interval for conditions that no signal announces. */
#define TICK_US (200 * G_TIME_SPAN_MILLISECOND)

typedef struct {
    FirnVm *vm; /* (unowned) */
    GMutex mutex;
    GCond cond;
    gboolean has_changed; /* since the condition was last checked */
    gulong handler;
} Wait;

static void
on_changed(FirnVm *vm, gpointer user_data)
{
    Wait *wait = user_data;

    g_mutex_lock(&wait->mutex);
    wait->has_changed = TRUE;
    g_cond_signal(&wait->cond);
    g_mutex_unlock(&wait->mutex);
}

static void
begin(gpointer data, gpointer more_data)
{
    Wait *wait = data;

    wait->handler = g_signal_connect(wait->vm, "changed", G_CALLBACK(on_changed), wait);
}

static void
end(gpointer data, gpointer more_data)
{
    Wait *wait = data;

    g_signal_handler_disconnect(wait->vm, wait->handler);
}

/* Checks the condition without the lock: it may call into the main loop, which may be about to
 * signal a change. */
static void
wait_for_change(Wait *wait, gint64 end_us)
{
    end_us = MIN(end_us, g_get_monotonic_time() + TICK_US);
    g_mutex_lock(&wait->mutex);
    while (!wait->has_changed && g_cond_wait_until(&wait->cond, &wait->mutex, end_us))
        continue;
    wait->has_changed = FALSE;
    g_mutex_unlock(&wait->mutex);
}

gboolean
firn_vm_wait(FirnVm *vm, FirnVmCondition is_met, gpointer data, guint ms)
{
    gint64 end_us = g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;
    Wait wait = {.vm = vm};
    gboolean ok;

    g_mutex_init(&wait.mutex);
    g_cond_init(&wait.cond);
    firn_await_call(begin, &wait, NULL);
    while (!(ok = is_met != NULL && is_met(vm, data)) && g_get_monotonic_time() < end_us)
        wait_for_change(&wait, end_us);
    firn_await_call(end, &wait, NULL);
    g_mutex_clear(&wait.mutex);
    g_cond_clear(&wait.cond);
    return ok;
}

static gboolean
is_off(FirnVm *vm, gpointer data)
{
    return firn_vm_is_off(vm);
}

gboolean
firn_vm_wait_off(FirnVm *vm, guint ms)
{
    return firn_vm_wait(vm, is_off, NULL, ms);
}
