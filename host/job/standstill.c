/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "standstill.h"

#include "event-watch.h"
#include "host-error.h"
#include "run-state.h"

#define CALL_MS 30000

struct _FirnStandstill {
    FirnVm *vm;            /* (owned) has a lease for it */
    FirnChannel *monitor;  /* (owned) */
    FirnEventWatch *watch; /* (owned) for its end */
    gint64 stop_us;        /* monotonic; main loop writes */
    gint64 resume_us;
    gboolean is_over;
};

/* Runs on the main loop. */
static gboolean
note(const char *name, JsonObject *data, gpointer user_data)
{
    FirnStandstill *self = user_data;

    if (g_str_equal(name, "STOP"))
        self->stop_us = g_get_monotonic_time();
    if (!g_str_equal(name, "RESUME"))
        return FALSE;
    self->resume_us = g_get_monotonic_time();
    return TRUE;
}

static gboolean
call(FirnChannel *monitor, const char *command, GError **error)
{
    g_autoptr(JsonNode) reply = firn_channel_call(monitor, command, NULL, CALL_MS, NULL, error);

    return reply != NULL;
}

/* Whoever has stopped it meanwhile would not like to see it go on. */
static gboolean
check_runs(FirnChannel *monitor, GError **error)
{
    gboolean is_running = FALSE;
    g_autofree char *state = firn_run_state_query(monitor, CALL_MS, NULL, &is_running, error);

    if (state == NULL || is_running)
        return state != NULL;
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_BUSY,
                "somebody else has stopped the guest just now; try again");
    return FALSE;
}

FirnStandstill *
firn_standstill_begin(FirnVm *vm, FirnChannel *monitor, GError **error)
{
    g_autoptr(FirnStandstill) self = NULL;

    if (!check_runs(monitor, error) || !firn_vm_take_stop_lease(vm, error))
        return NULL;
    self = g_new0(FirnStandstill, 1);
    self->vm = g_object_ref(vm);
    self->monitor = g_object_ref(monitor);
    self->watch = firn_event_watch_new(monitor, note, self);
    /* Dropped: also one that was perhaps not heard is followed by a resume. */
    return call(monitor, "stop", error) ? g_steal_pointer(&self) : NULL;
}

/* Events come before the answers to what was asked after them. */
gboolean
firn_standstill_check(FirnStandstill *self, GError **error)
{
    gboolean is_running = FALSE;
    g_autofree char *state = firn_run_state_query(self->monitor, CALL_MS, NULL, &is_running, error);

    if (state == NULL)
        return FALSE;
    if (!is_running && !firn_event_watch_wait_for(self->watch, 0, NULL))
        return TRUE;
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_BUSY,
                "somebody else has let the guest go on while its disks were being cut; try again");
    return FALSE;
}

gboolean
firn_standstill_wait_end(FirnStandstill *self, guint ms, gint64 *out_us, GError **error)
{
    if (!firn_event_watch_wait_for(self->watch, ms, error))
        return FALSE;
    self->is_over = TRUE;
    *out_us = self->stop_us == 0 ? 0 : self->resume_us - self->stop_us;
    return TRUE;
}

gboolean
firn_standstill_end(FirnStandstill *self, gint64 *out_us, GError **error)
{
    return call(self->monitor, "cont", error) &&
           firn_standstill_wait_end(self, CALL_MS, out_us, error);
}

void
firn_standstill_free(FirnStandstill *self)
{
    if (self == NULL)
        return;
    /* Without an answer the lease stays: it may stand still for whoever comes next. */
    if (self->is_over || call(self->monitor, "cont", NULL))
        firn_vm_end_stop_lease(self->vm);
    firn_event_watch_free(self->watch);
    g_object_unref(self->monitor);
    g_object_unref(self->vm);
    g_free(self);
}
