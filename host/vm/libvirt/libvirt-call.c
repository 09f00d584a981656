/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-call.h"

#include "await.h"
#include "host-error.h"
#include "vm-follow.h"

#define VISIT_MS 45000
#define TELL_S   60
#define LOOK_MS  1000

/* One call that a thread makes. */
typedef struct {
    FirnLibvirtConnection *link; /* (owned) */
    char *uuid;                  /* (owned) */
    FirnLibvirtCallFunc run;
    gpointer data; /* (owned) */
    GDestroyNotify clear;
    const char *what;       /* (unowned) (nullable) a constant */
    FirnVm *vm;             /* (owned) (nullable) */
    guint n_looks;          /* seconds after the limit */
    FirnSendPermit *permit; /* (owned) */
    guint limit_ms;
    gint64 begin_us;  /* monotonic */
    GError *error;    /* (owned) (nullable) set by the thread */
    GTask *task;      /* (owned) (nullable) main loop only, like all below; NULL: the caller no
                       * longer waits */
    guint timeout;    /* source id; 0: none */
    gulong on_closed; /* handler of the link; 0: none */
} Trip;

static void
free_trip(gpointer data)
{
    Trip *trip = data;

    g_object_unref(trip->link);
    g_clear_object(&trip->vm);
    g_free(trip->uuid);
    g_atomic_rc_box_release_full(trip->data, trip->clear);
    firn_send_permit_free(trip->permit);
    g_clear_error(&trip->error);
    g_free(trip);
}

static void
end(Trip *trip, GError *error)
{
    g_autoptr(GTask) task = g_steal_pointer(&trip->task);

    g_clear_handle_id(&trip->timeout, g_source_remove);
    g_clear_signal_handler(&trip->on_closed, trip->link);
    if (trip->vm != NULL)
        firn_vm_follow_end(trip->vm);
    if (error == NULL)
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

/* Its thread may not have sent the command yet: without the permit it never will. */
static void
give_up(Trip *trip, const char *why)
{
    firn_send_permit_withdraw(trip->permit);
    end(trip,
        g_error_new(FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_VM_UNREACHABLE,
                    "libvirt (%s) %s",
                    firn_libvirt_connection_get_uri(trip->link),
                    why));
}

static gboolean
on_at_work(gpointer user_data)
{
    Trip *trip = user_data;
    gint64 past_us = g_get_monotonic_time() - trip->begin_us;

    if (trip->vm != NULL && firn_vm_follow_is_given_up(trip->vm)) {
        trip->timeout = 0;
        firn_vm_follow_abandon(trip->vm);
        give_up(trip, "does not respond, and the wait for it was abandoned");
        return G_SOURCE_REMOVE;
    }
    if (++trip->n_looks % TELL_S != 0)
        return G_SOURCE_CONTINUE;
    g_message("libvirt (%s) has been %s for %" G_GINT64_FORMAT " s: domain %s",
              firn_libvirt_connection_get_uri(trip->link),
              trip->what,
              past_us / G_USEC_PER_SEC,
              trip->uuid);
    return G_SOURCE_CONTINUE;
}

/* Once sent, a change is waited for without limit: recovery cannot handle a VM that is only half
 * started. */
static gboolean
on_too_long(gpointer user_data)
{
    Trip *trip = user_data;

    trip->timeout = 0;
    if (trip->what == NULL || firn_send_permit_recall(trip->permit)) {
        give_up(trip, "does not respond");
        return G_SOURCE_REMOVE;
    }
    if (trip->vm != NULL)
        firn_vm_follow_begin(trip->vm);
    trip->timeout = g_timeout_add(LOOK_MS, on_at_work, trip);
    return G_SOURCE_REMOVE;
}

static void
on_closed(FirnLibvirtConnection *link, gpointer user_data)
{
    give_up(user_data, "disconnected during the call");
}

static gboolean
on_back(gpointer data)
{
    Trip *trip = data;

    if (trip->task != NULL)
        end(trip, g_steal_pointer(&trip->error));
    return G_SOURCE_REMOVE;
}

static void
travel(Trip *trip)
{
    g_autoptr(FirnLibvirtLoan) loan = firn_libvirt_connection_acquire(trip->link, &trip->error);
    g_autoptr(virDomain) domain =
        loan == NULL ? NULL : firn_libvirt_loan_dup_domain(loan, trip->uuid, &trip->error);

    if (domain != NULL)
        trip->run(domain, trip->permit, trip->data, &trip->error);
}

/* Also drops the libvirt objects in the thread, since that may call libvirt. Not
 * g_main_context_invoke(): if the loop has ended, it would call on_back() in this thread, in
 * parallel with the cleanup. */
static gpointer
run_trip(gpointer data)
{
    g_autoptr(GSource) way_home = g_idle_source_new();

    travel(data);
    g_source_set_priority(way_home, G_PRIORITY_DEFAULT);
    g_source_set_callback(way_home, on_back, data, free_trip);
    g_source_attach(way_home, NULL);
    return NULL;
}

static void
start(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    Trip *trip = user_data;
    g_autoptr(GThread) thread = NULL;
    GError *error = NULL;

    trip->task = g_task_new(NULL, NULL, callback, callback_data);
    thread = g_thread_try_new("libvirt-visit", run_trip, trip, &error);
    if (thread == NULL) {
        end(trip, error);
        free_trip(trip);
        return;
    }
    /* Set before the thread can finish: its result is handled on this main loop. */
    trip->timeout = g_timeout_add(trip->limit_ms, on_too_long, trip);
    trip->on_closed = g_signal_connect(trip->link, "closed", G_CALLBACK(on_closed), trip);
}

static FirnSendPermit *
new_permit(const FirnLibvirtCall *visit)
{
    g_autoptr(FirnSendOrder) order =
        visit->order == NULL ? firn_send_order_new(0) : firn_send_order_ref(visit->order);
    FirnSendPermit *permit = firn_send_permit_new(order, TRUE, 0);

    if (visit->overtakes)
        firn_send_permit_overtake(permit);
    return permit;
}

gboolean
firn_libvirt_call(FirnLibvirtConnection *link, const FirnLibvirtCall *visit, GError **error)
{
    g_autoptr(GAsyncResult) result = NULL;
    Trip *trip = g_new0(Trip, 1);

    trip->link = g_object_ref(link);
    trip->uuid = g_strdup(visit->uuid);
    trip->run = visit->run;
    trip->data = g_atomic_rc_box_acquire(visit->data);
    trip->clear = visit->clear;
    trip->what = visit->what;
    trip->vm = visit->vm == NULL ? NULL : g_object_ref(visit->vm);
    trip->permit = new_permit(visit);
    trip->limit_ms = visit->limit_ms == 0 ? VISIT_MS : visit->limit_ms;
    trip->begin_us = g_get_monotonic_time();
    result = firn_await(start, trip);
    return g_task_propagate_boolean(G_TASK(result), error);
}
