/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "thaw.h"

#include "crash-point.h"
#include "fsfreeze.h"
#include "printable.h"
#include "qmp-error.h"
#include "vm-lease.h"
#include "vm-orders.h"

#define THAW_MS      30000
#define STATUS_MS    10000
#define RETRY_MS     1000
#define RETRY_MAX_MS 10000
#define ALARM_US     (10 * G_USEC_PER_SEC)

typedef enum { THAW_NEEDED, THAW_RUNNING, THAW_DONE } ThawPhase;

struct _FirnThaw {
    gatomicrefcount references; /* of the job, and of the timer while it is armed or thaws */
    FirnVm *vm;                 /* (owned) */
    FirnFreezeWindow *window;   /* (unowned) outlives the thaw */
    FirnEventClock clock;
    GMutex mutex; /* guards the state of the thaw */
    GCond cond;
    ThawPhase phase;
    GSource *timer; /* (owned) (nullable) on the main loop */
    /* Used only by the thread that thaws. */
    FirnChannel *agent; /* (owned) (nullable) */
    gboolean is_freeze_late;
    gint64 thaw_sent_us;
    gint64 thawed_us; /* 0: not thawed, but gone or rebooted */
    guint thawed;
    char *complaint; /* (owned) (nullable) */
};

static void
unref(gpointer data)
{
    FirnThaw *self = data;

    if (!g_atomic_ref_count_dec(&self->references))
        return;
    g_clear_pointer(&self->timer, g_source_unref);
    g_object_unref(self->vm);
    g_mutex_clear(&self->mutex);
    g_cond_clear(&self->cond);
    g_free(self->complaint);
    g_free(self);
}

static void
drop_agent(FirnThaw *self)
{
    if (self->agent != NULL)
        firn_vm_close_agent(self->vm, self->agent);
    self->agent = NULL;
}

FirnThaw *
firn_thaw_arm(FirnVm *vm, FirnChannel *agent, FirnFreezeWindow *window, const FirnEventClock *clock)
{
    FirnThaw *self = g_new0(FirnThaw, 1);

    g_atomic_ref_count_init(&self->references);
    self->vm = g_object_ref(vm);
    self->agent = agent;
    self->window = window;
    self->clock = *clock;
    g_mutex_init(&self->mutex);
    g_cond_init(&self->cond);
    return self;
}

static void
note_complaint(FirnThaw *self, const GError *error)
{
    g_free(self->complaint);
    self->complaint = firn_printable(error->message);
}

/* The guest is gone when QEMU is. A closed or silent monitor connection alone does not prove that:
 * QEMU is gone if no process listens on the agent's socket either. */
static gboolean
is_gone(FirnThaw *self, const GError *agent_error)
{
    return g_error_matches(agent_error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED) &&
           firn_freeze_window_has_lost_monitor(self->window) &&
           firn_vm_look(self->vm, NULL, NULL) && firn_vm_is_off(self->vm);
}

/* Whether no freeze that was sent earlier can still reach the guest. A socket keeps the order. */
static gboolean
is_sure(FirnThaw *self)
{
    FirnSendOrder *order = firn_vm_get_orders(self->vm)->agent;

    return order == NULL || firn_send_order_is_sure(order);
}

/* The guest's status says nothing while a freeze that libvirt has lost may still arrive. */
static gboolean
says_thawed(FirnThaw *self, GCancellable *cancellable)
{
    gboolean is_frozen = TRUE;

    return is_sure(self) &&
           firn_fsfreeze_query(self->agent, STATUS_MS, cancellable, &is_frozen, NULL) && !is_frozen;
}

static gboolean
confirm(FirnThaw *self)
{
    self->thawed_us = firn_event_clock_now(&self->clock);
    return TRUE;
}

/* The answer counts only if no freeze can follow: if none was on its way when the thaw was sent, or
 * if the guest was frozen, so that the freeze has arrived. */
static gboolean
take_answer(FirnThaw *self, gboolean was_sure)
{
    FirnSendOrder *order = firn_vm_get_orders(self->vm)->agent;

    if (order != NULL && self->thawed > 0)
        firn_send_order_settle(order);
    if (was_sure || self->thawed > 0)
        return confirm(self);
    g_free(self->complaint);
    self->complaint =
        g_strdup("the guest is thawed, but a freeze that was passed to libvirt may still reach it");
    return FALSE;
}

/* Returns whether the guest is known to be thawed. */
static gboolean
send_thaw(FirnThaw *self, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = NULL;
    gboolean was_sure = is_sure(self);
    gboolean is_refused;

    if (self->thaw_sent_us == 0)
        self->thaw_sent_us = firn_event_clock_now(&self->clock);
    FIRN_CRASH_POINT("thaw: before");
    reply =
        firn_channel_call(self->agent, "guest-fsfreeze-thaw", NULL, THAW_MS, cancellable, &error);
    FIRN_CRASH_POINT("thaw: after");
    if (reply != NULL && firn_fsfreeze_read_count(reply, &self->thawed, &error))
        return take_answer(self, was_sure);
    note_complaint(self, error);
    /* If a hook failed after everything was thawed, the agent's status decides. */
    is_refused = g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
    if (is_refused && says_thawed(self, cancellable))
        return confirm(self);
    drop_agent(self);
    return FALSE;
}

static gboolean
try_once(FirnThaw *self, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;

    /* A kernel that was booted later is not frozen, unless the freeze is still on its way to it. */
    if (firn_freeze_window_has_rebooted(self->window) && !self->is_freeze_late)
        return TRUE;
    if (self->agent == NULL)
        self->agent = firn_vm_open_agent(self->vm, cancellable, &error);
    if (self->agent == NULL) {
        note_complaint(self, error);
        return is_gone(self, error);
    }
    if (firn_freeze_window_has_rebooted(self->window) && says_thawed(self, cancellable))
        return TRUE;
    return send_thaw(self, cancellable);
}

typedef struct {
    FirnVm *vm; /* (owned) */
    char *why;  /* (owned) */
} Alarm;

static gpointer
send_alarm(gpointer data)
{
    Alarm *alarm = data;

    firn_event_still_frozen(firn_vm_event_about(alarm->vm, NULL), alarm->why);
    g_object_unref(alarm->vm);
    g_free(alarm->why);
    g_free(alarm);
    return NULL;
}

/* In a thread of its own: the log may be stored on the very guest that is frozen. */
static void
report_still_frozen(FirnThaw *self, gint64 begin_us, gboolean *is_reported)
{
    Alarm *alarm;
    GThread *thread;

    if (*is_reported || firn_event_clock_now(&self->clock) - begin_us < ALARM_US)
        return;
    *is_reported = TRUE;
    alarm = g_new(Alarm, 1);
    alarm->vm = g_object_ref(self->vm);
    alarm->why = g_strdup_printf(
        "%s; firn keeps trying. %s",
        self->complaint == NULL ? "no answer" : self->complaint,
        firn_vm_get_state(self->vm) == FIRN_VM_STATE_PAUSED
            ? "The VM is paused: resume it"
            : "If its agent does not come back, restart it in the guest, or reset the VM");
    thread = g_thread_try_new("firn-alarm", send_alarm, alarm, NULL);
    g_clear_pointer(&thread, g_thread_unref);
}

static void
thaw_guest(FirnThaw *self)
{
    gint64 begin_us = firn_event_clock_now(&self->clock);
    gboolean is_reported = FALSE;

    for (guint wait_ms = RETRY_MS; !try_once(self, NULL);
         wait_ms = MIN(2 * wait_ms, RETRY_MAX_MS)) {
        report_still_frozen(self, begin_us, &is_reported);
        firn_freeze_window_sleep(self->window, wait_ms);
    }
    drop_agent(self);
    firn_vm_lease_end(self->vm);
    g_mutex_lock(&self->mutex);
    self->phase = THAW_DONE;
    g_cond_broadcast(&self->cond);
    g_mutex_unlock(&self->mutex);
}

/* Returns whether the caller has to thaw. */
static gboolean
take_over(FirnThaw *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);
    gboolean is_mine = self->phase == THAW_NEEDED;

    if (is_mine)
        self->phase = THAW_RUNNING;
    return is_mine;
}

static gpointer
thaw_late(gpointer data)
{
    FirnThaw *self = data;

    thaw_guest(self);
    firn_event_thawed_by_timer(firn_vm_event_about(self->vm, NULL));
    unref(self);
    return NULL;
}

static void
give_back(FirnThaw *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    self->phase = THAW_NEEDED;
    g_cond_broadcast(&self->cond);
}

static gboolean
on_limit(gpointer user_data)
{
    FirnThaw *self = user_data;
    GThread *thread;

    if (!take_over(self))
        return G_SOURCE_REMOVE;
    /* A job that keeps the guest frozen must learn that the window is over. */
    firn_freeze_window_notify(self->window);
    g_atomic_ref_count_inc(&self->references);
    thread = g_thread_try_new("firn-thaw", thaw_late, self, NULL);
    if (thread == NULL) {
        /* If no thread can be created the job may still thaw; otherwise the timer fires again. */
        give_back(self);
        unref(self);
        return G_SOURCE_CONTINUE;
    }
    g_thread_unref(thread);
    return G_SOURCE_REMOVE;
}

void
firn_thaw_set_limit(FirnThaw *self, guint frozen_max_ms)
{
    g_atomic_ref_count_inc(&self->references);
    self->timer = g_timeout_source_new(frozen_max_ms);
    g_source_set_priority(self->timer, G_PRIORITY_HIGH);
    g_source_set_callback(self->timer, on_limit, self, unref);
    g_source_attach(self->timer, NULL);
}

void
firn_thaw_expect_late_freeze(FirnThaw *self)
{
    self->is_freeze_late = TRUE;
    drop_agent(self);
}

/* An earlier firnd may have sent a freeze, and libvirt may still have it. */
static void
expect_lost_freeze(FirnThaw *self)
{
    FirnSendOrder *order = firn_vm_get_orders(self->vm)->agent;

    if (order != NULL)
        firn_send_order_doubt(order);
    firn_thaw_expect_late_freeze(self);
}

void
firn_thaw_disarm(FirnThaw *self)
{
    drop_agent(self);
    firn_vm_lease_end(self->vm);
    self->phase = THAW_DONE;
}

gboolean
firn_thaw_is_under_way(FirnThaw *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->phase != THAW_NEEDED;
}

void
firn_thaw_run(FirnThaw *self)
{
    gboolean is_mine;

    g_mutex_lock(&self->mutex);
    while (self->phase == THAW_RUNNING)
        g_cond_wait(&self->cond, &self->mutex);
    is_mine = self->phase == THAW_NEEDED;
    if (is_mine)
        self->phase = THAW_RUNNING;
    g_mutex_unlock(&self->mutex);
    if (is_mine)
        thaw_guest(self);
}

static void
on_cancelled(GCancellable *cancellable, gpointer window)
{
    firn_freeze_window_notify(window);
}

gboolean
firn_thaw_attempt(FirnThaw *self, GCancellable *cancellable, GError **error)
{
    gulong id = g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled), self->window, NULL);
    gboolean is_thawed;

    for (guint wait_ms = RETRY_MS;
         !(is_thawed = try_once(self, cancellable)) && !g_cancellable_is_cancelled(cancellable);
         wait_ms = MIN(2 * wait_ms, RETRY_MAX_MS))
        firn_freeze_window_sleep(self->window, wait_ms);
    g_cancellable_disconnect(cancellable, id);
    drop_agent(self);
    self->phase = THAW_DONE;
    if (!is_thawed)
        g_set_error(error,
                    G_IO_ERROR,
                    G_IO_ERROR_CANCELLED,
                    "%s",
                    self->complaint == NULL ? "no answer" : self->complaint);
    return is_thawed;
}

void
firn_thaw_report(FirnThaw *self, FirnEvidence *evidence)
{
    evidence->thaw_sent_us = self->thaw_sent_us;
    evidence->thawed_us = self->thawed_us;
    evidence->thawed = self->thawed;
    g_free(evidence->thaw_error);
    evidence->thaw_error = g_strdup(self->complaint);
}

void
firn_thaw_free(FirnThaw *self)
{
    if (self == NULL)
        return;
    if (self->timer != NULL)
        g_source_destroy(self->timer);
    unref(self);
}

void
firn_thaw_leftover(FirnVm *vm, gint64 since_us, gboolean is_sent)
{
    g_autoptr(GPtrArray) interruptions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(FirnChannel) monitor = NULL;
    FirnEventClock clock;
    FirnFreezeWindow *window;
    FirnThaw *thaw;

    firn_event_clock_init(&clock);
    if (!firn_vm_lease_take(vm, since_us, NULL))
        g_warning("%s: cannot write the lease for a guest that may be frozen",
                  firn_vm_get_name(vm));
    if (firn_vm_look(vm, NULL, NULL))
        monitor = firn_vm_dup_monitor(vm);
    window = firn_freeze_window_open(monitor);
    thaw = firn_thaw_arm(vm, NULL, window, &clock);
    /* It is unknown how far the freeze had come. */
    if (is_sent)
        expect_lost_freeze(thaw);
    else
        firn_thaw_expect_late_freeze(thaw);
    firn_thaw_run(thaw);
    firn_thaw_free(thaw);
    firn_freeze_window_close(window, interruptions);
}
