/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-pause.h"

#include "event-watch.h"
#include "host-error.h"
#include "run-state.h"
#include "vm-lease.h"
#include "vm-orders.h"
#include "vm-wait.h"

#define CALL_MS      30000
#define RETRY_MS     1000
#define RETRY_MAX_MS 10000
#define ALARM_US     (10 * G_USEC_PER_SEC)

struct _FirnGuestPause {
    FirnVm *vm;            /* (owned) has a lease for the pause */
    FirnChannel *monitor;  /* (owned) */
    FirnEventWatch *watch; /* (owned) for the resume */
    gint64 stop_us;        /* monotonic; the main loop writes them */
    gint64 resume_us;
    gint n_stops; /* atomic */
    gint n_resumes;
    gboolean is_over;
};

/* Runs on the main loop. */
static gboolean
note(const char *name, JsonObject *data, gpointer user_data)
{
    FirnGuestPause *self = user_data;

    if (g_str_equal(name, "STOP") && g_atomic_int_add(&self->n_stops, 1) == 0)
        self->stop_us = g_get_monotonic_time();
    if (!g_str_equal(name, "RESUME"))
        return FALSE;
    if (g_atomic_int_add(&self->n_resumes, 1) == 0)
        self->resume_us = g_get_monotonic_time();
    return TRUE;
}

static gboolean
call(FirnChannel *monitor, const char *command, GError **error)
{
    g_autoptr(JsonNode) reply = firn_channel_call(monitor, command, NULL, CALL_MS, NULL, error);

    return reply != NULL;
}

/* A guest that another client has paused in the meantime must stay paused. */
static gboolean
check_runs(FirnChannel *monitor, GError **error)
{
    gboolean is_running = FALSE;
    g_autofree char *state = firn_run_state_query(monitor, CALL_MS, NULL, &is_running, error);

    if (state == NULL || is_running)
        return state != NULL;
    return firn_host_error_set(error,
                               FIRN_HOST_ERROR_BUSY,
                               "another client has just paused the guest; try again");
}

FirnGuestPause *
firn_guest_pause_begin(FirnVm *vm, FirnChannel *monitor, GError **error)
{
    g_autoptr(FirnGuestPause) self = NULL;

    if (!check_runs(monitor, error) || !firn_vm_lease_take_stop(vm, error))
        return NULL;
    self = g_new0(FirnGuestPause, 1);
    self->vm = g_object_ref(vm);
    self->monitor = g_object_ref(monitor);
    self->watch = firn_event_watch_new(monitor, note, self);
    /* A failed stop may still have been executed, so dropping @self resumes the guest. */
    return call(monitor, "stop", error) ? g_steal_pointer(&self) : NULL;
}

/* QEMU sends events before the replies to later commands. */
gboolean
firn_guest_pause_check(FirnGuestPause *self, GError **error)
{
    gboolean is_running = FALSE;
    g_autofree char *state = firn_run_state_query(self->monitor, CALL_MS, NULL, &is_running, error);

    if (state == NULL)
        return FALSE;
    if (!is_running && !firn_event_watch_wait_for(self->watch, 0, NULL))
        return TRUE;
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_BUSY,
        "another client resumed the guest while its disks were being cut; try again");
}

gboolean
firn_guest_pause_wait_end(FirnGuestPause *self, guint ms, gint64 *out_us, GError **error)
{
    if (!firn_event_watch_wait_for(self->watch, ms, error))
        return FALSE;
    self->is_over = TRUE;
    *out_us = self->stop_us == 0 ? 0 : self->resume_us - self->stop_us;
    return TRUE;
}

gboolean
firn_guest_pause_check_alone(FirnGuestPause *self, GError **error)
{
    if (g_atomic_int_get(&self->n_stops) <= 1 && g_atomic_int_get(&self->n_resumes) <= 1)
        return TRUE;
    self->is_over = FALSE;
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_BUSY,
        "another client resumed the guest between the cut of its disks and the instant of "
        "its RAM; try again");
}

gboolean
firn_guest_pause_end(FirnGuestPause *self, gint64 *out_us, GError **error)
{
    return call(self->monitor, "cont", error) &&
           firn_guest_pause_wait_end(self, CALL_MS, out_us, error);
}

/* Whether no stop that was sent earlier can still reach QEMU. A socket keeps the order. */
static gboolean
is_sure(FirnVm *vm)
{
    FirnSendOrder *order = firn_vm_get_orders(vm)->monitor;

    return order == NULL || firn_send_order_is_sure(order);
}

/* A paused guest has received the stop. */
static void
note_stop(FirnVm *vm)
{
    FirnSendOrder *order = firn_vm_get_orders(vm)->monitor;

    if (order != NULL && firn_vm_get_state(vm) == FIRN_VM_STATE_PAUSED)
        firn_send_order_settle(order);
}

/* States that "stop" does not cause and "cont" does not end. */
static gboolean
is_beyond_resume(const char *state)
{
    static const char *const beyond[] = {
        "shutdown",
        "internal-error",
        "guest-panicked",
        "suspended",
        NULL,
    };

    return state != NULL && g_strv_contains(beyond, state);
}

/* If the monitor's connection has ended, a new one is opened. */
static gboolean
resume(FirnVm *vm, GError **error)
{
    g_autoptr(FirnChannel) monitor = NULL;
    g_autofree char *state = NULL;
    gboolean is_running = FALSE;
    gboolean was_sure;
    gboolean is_told;

    if (!firn_vm_look(vm, NULL, error))
        return FALSE;
    note_stop(vm);
    was_sure = is_sure(vm);
    monitor = firn_vm_dup_monitor(vm);
    if (monitor == NULL || firn_vm_is_off(vm))
        return firn_vm_is_off(vm);
    is_told = call(monitor, "cont", error);
    state = firn_run_state_query(monitor, CALL_MS, NULL, &is_running, is_told ? error : NULL);
    if (was_sure && is_beyond_resume(state)) {
        g_clear_error(error);
        return TRUE;
    }
    return is_told && was_sure && is_running;
}

/* No other program knows that firn has paused the guest, and no answer does not mean resumed. */
static void
retry_resume(FirnVm *vm)
{
    gint64 begin_us = g_get_monotonic_time();
    gboolean has_warned = FALSE;
    g_autoptr(GError) failure = NULL;

    for (guint wait_ms = RETRY_MS; !resume(vm, &failure);
         wait_ms = MIN(2 * wait_ms, RETRY_MAX_MS)) {
        if (!has_warned && g_get_monotonic_time() - begin_us > ALARM_US) {
            g_warning("%s may still be paused: %s; firn keeps trying to resume it",
                      firn_vm_get_name(vm),
                      failure == NULL ? "a stop may still reach it" : failure->message);
            has_warned = TRUE;
        }
        g_clear_error(&failure);
        firn_vm_wait(vm, NULL, NULL, wait_ms);
    }
}

void
firn_guest_pause_free(FirnGuestPause *self)
{
    if (self == NULL)
        return;
    if (!self->is_over)
        retry_resume(self->vm);
    firn_vm_lease_end_stop(self->vm);
    firn_event_watch_free(self->watch);
    g_object_unref(self->monitor);
    g_object_unref(self->vm);
    g_free(self);
}
