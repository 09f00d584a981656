/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze.h"

#include "agent-lack.h"
#include "block-device.h"
#include "crash-point.h"
#include "freeze-hint.h"
#include "fsfreeze.h"
#include "guest-hooks.h"
#include "host-error.h"
#include "indication.h"
#include "printable.h"
#include "qmp-error.h"
#include "thaw.h"
#include "vm-lease.h"
#include "vm-orders.h"
#include "vss-guest.h"

#define QUERY_MS 10000
/* QEMU emits no event when a migration begins. */
#define LOOK_EVERY_MS 1000
#define LOOK_MS       2000

struct _FirnFreeze {
    FirnVm *vm;                  /* (owned) */
    FirnEvidence *evidence;      /* (unowned) */
    const FirnEventClock *clock; /* (unowned) */
    FirnChannel *monitor;        /* (owned) (nullable) */
    FirnFreezeWindow *window;    /* (owned) */
    FirnThaw *thaw;              /* (owned) (nullable) %NULL: no freeze was sent */
    FirnGuestHooks *hooks;       /* (owned) (nullable) %NULL: the guest has no firn-guard */
    FirnVssGuest *vss;           /* (owned) (nullable) %NULL: the guest is not Windows */
    FirnFreezeHint hint;         /* of the failure */
    GError *failure;             /* (owned) (nullable) */
};

/* What firn-guard says is wrong; %NULL if the guest has none, or if it says nothing. */
static char *
describe_hook(const char *complaint, const FirnGuestReport *report)
{
    g_autoptr(FirnGuestFailure) found =
        report == NULL ? firn_guest_report_find_failure(complaint) : NULL;
    const FirnGuestFailure *failure = report == NULL ? found : report->failure;

    return failure == NULL ? NULL : firn_guest_failure_describe(failure);
}

static GError *
refusal(const char *complaint, const char *printable, const FirnGuestReport *report)
{
    FirnFreezeHint hint = firn_freeze_hint_of(complaint);
    g_autofree char *of_hook =
        hint == FIRN_FREEZE_HINT_HOOK ? describe_hook(complaint, report) : NULL;

    if (of_hook != NULL)
        return g_error_new(FIRN_HOST_ERROR,
                           FIRN_HOST_ERROR_FREEZE_FAILED,
                           "%s (%s: run \"firn-hook check\" in the guest, and try its hooks with "
                           "\"firn-hook prepare\")",
                           of_hook,
                           firn_freeze_hint_word(hint));
    if (hint == FIRN_FREEZE_HINT_NONE)
        return g_error_new(FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED, "%s", printable);
    return g_error_new(FIRN_HOST_ERROR,
                       FIRN_HOST_ERROR_FREEZE_FAILED,
                       "%s (%s: %s)",
                       printable,
                       firn_freeze_hint_word(hint),
                       firn_freeze_hint_remedy(hint));
}

/* %NULL: the VM runs, or its state is unknown. */
static GError *
find_departure(FirnVm *vm, const GError *error)
{
    g_autofree char *departure = NULL;

    if (!g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED))
        return NULL;
    departure = firn_agent_lack_dup_departure(vm);
    return departure == NULL ? NULL
                             : g_error_new(FIRN_HOST_ERROR,
                                           FIRN_HOST_ERROR_FREEZE_FAILED,
                                           "%s, before it was frozen; try again",
                                           departure);
}

static GError *
describe(const GError *error, gboolean is_foreign, FirnEvidence *evidence, guint wait_ms)
{
    g_autofree char *text = firn_printable(error->message);

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return g_error_copy(error);
    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_DEADLINE)) {
        firn_evidence_indicate(evidence, FIRN_INDICATION_QUIESCE_TIMEOUT);
        return g_error_new(FIRN_HOST_ERROR,
                           FIRN_HOST_ERROR_FREEZE_TIMEOUT,
                           "the guest did not answer the freeze within %u ms; check the guest for "
                           "slow hooks or much unwritten data, or raise --freeze-wait",
                           wait_ms);
    }
    firn_evidence_indicate(evidence, FIRN_INDICATION_QUIESCE_FAILED);
    if (is_foreign)
        return g_error_new(
            FIRN_HOST_ERROR,
            FIRN_HOST_ERROR_GUEST_FROZEN,
            "another user or program froze the guest in the meantime and has to thaw it: %s",
            text);
    return refusal(error->message, text, evidence->guest_report);
}

static void
fail(FirnFreeze *self, GError *failure)
{
    self->failure = failure;
    g_free(self->evidence->freeze_error);
    self->evidence->freeze_error = g_strdup(failure->message);
}

/* The remedy goes into the error; the record keeps the guest's own words. */
static void
note_complaint(FirnFreeze *self, const char *complaint)
{
    if (firn_freeze_hint_of(complaint) == FIRN_FREEZE_HINT_NONE)
        return;
    g_free(self->evidence->freeze_error);
    self->evidence->freeze_error = firn_printable(complaint);
}

static void
judge_count(FirnFreeze *self)
{
    FirnEvidence *evidence = self->evidence;

    if (evidence->frozen > 0 && evidence->frozen >= evidence->expected)
        return;
    firn_evidence_indicate(evidence, FIRN_INDICATION_QUIESCE_FAILED);
    fail(self,
         g_error_new(FIRN_HOST_ERROR,
                     FIRN_HOST_ERROR_FREEZE_FAILED,
                     "the guest froze %u of %u file systems; the others may have been frozen "
                     "inside the guest already, or be of a type that cannot be frozen",
                     evidence->frozen,
                     evidence->expected));
}

/* An agent that refuses a freeze thaws what it had frozen, so a guest that is frozen afterwards was
 * frozen by another program. If libvirt carries the call, the refusal is not enough: libvirt
 * reports its own time-out as a refusal too, and the freeze may still arrive. */
static gboolean
is_foreign(FirnFreeze *self, FirnVm *vm, FirnChannel *agent, const GError *error)
{
    gboolean is_frozen = FALSE;

    return g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED) &&
           firn_vm_get_orders(vm)->agent == NULL &&
           firn_fsfreeze_query(agent, QUERY_MS, NULL, &is_frozen, NULL) && is_frozen &&
           !firn_freeze_window_is_broken(self->window);
}

/* A frozen agent answers a freeze with "command not found", although the check has just found the
 * command. */
static void
take_failure(FirnFreeze *self, FirnGuestCheck *check, FirnChannel *agent, const GError *error)
{
    gboolean is_not_ours =
        firn_qmp_error_is_unavailable(error) || is_foreign(self, check->vm, agent, error);
    GError *departure = find_departure(check->vm, error);

    if (departure != NULL)
        firn_evidence_indicate(self->evidence, FIRN_INDICATION_QUIESCE_FAILED);
    /* The agent itself says that it has frozen nothing. */
    else if (firn_freeze_hint_of(error->message) == FIRN_FREEZE_HINT_HOOK)
        firn_guest_hooks_collect(self->hooks, agent, self->evidence);
    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED) && !is_not_ours)
        self->hint = firn_freeze_hint_of(error->message);
    fail(self,
         departure != NULL ? departure
                           : describe(error,
                                      is_not_ours,
                                      self->evidence,
                                      firn_guest_check_get_freeze_wait_ms(check)));
    note_complaint(self, error->message);
    if (is_not_ours)
        firn_thaw_disarm(self->thaw);
    else if (!g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED))
        firn_thaw_expect_late_freeze(self->thaw);
}

static void
send_freeze(FirnFreeze *self, FirnGuestCheck *check, GCancellable *cancellable)
{
    g_autoptr(FirnChannel) agent = g_object_ref(check->agent);
    g_autoptr(GError) error = NULL;

    self->thaw =
        firn_thaw_arm(check->vm, g_steal_pointer(&check->agent), self->window, self->clock);
    self->evidence->freeze_sent_us = firn_event_clock_now(self->clock);
    FIRN_CRASH_POINT("freeze: before");
    if (!firn_fsfreeze_freeze(agent,
                              firn_guest_check_get_freeze_wait_ms(check),
                              cancellable,
                              &self->evidence->frozen,
                              &error)) {
        take_failure(self, check, agent, error);
        return;
    }
    self->evidence->frozen_us = firn_event_clock_now(self->clock);
    FIRN_CRASH_POINT("freeze: after");
    /* The guest rebooted while the freeze waited in the port, so the new kernel was frozen. */
    if (firn_freeze_window_has_rebooted(self->window))
        firn_thaw_expect_late_freeze(self->thaw);
    firn_thaw_set_limit(self->thaw, firn_guest_check_get_frozen_max_ms(check));
    judge_count(self);
}

/* Before the freeze is sent: the guest must run, and the lease must be written. */
static gboolean
may_freeze(FirnFreeze *self, FirnGuestCheck *check)
{
    FirnVm *vm = check->vm;
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) work = NULL;

    /* On the connection of a QEMU that has exited the freeze window receives no events. */
    if (monitor != NULL && monitor == check->monitor)
        work = firn_block_jobs_query(monitor, QUERY_MS, NULL, NULL);
    /* A paused guest would freeze when it is resumed, and a migrating guest on the destination
     * host. */
    if (work == NULL || firn_vm_get_state(vm) != FIRN_VM_STATE_RUNNING)
        error = g_error_new(FIRN_HOST_ERROR,
                            FIRN_HOST_ERROR_FREEZE_FAILED,
                            "the VM was stopped or restarted in the meantime");
    else if (work[0] != NULL)
        error = g_error_new(FIRN_HOST_ERROR,
                            FIRN_HOST_ERROR_FREEZE_FAILED,
                            "%s has begun in the meantime",
                            work[0]);
    else if (check->agent == NULL)
        error = g_error_new(FIRN_HOST_ERROR,
                            FIRN_HOST_ERROR_FREEZE_FAILED,
                            "the guest agent no longer answers");
    else if (firn_vm_lease_take(vm, firn_event_clock_now(self->clock), &error))
        return TRUE;
    firn_evidence_indicate(self->evidence, FIRN_INDICATION_QUIESCE_FAILED);
    fail(self, g_error_new(FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED, "%s", error->message));
    return FALSE;
}

FirnFreeze *
firn_freeze_begin(FirnGuestCheck *check, GCancellable *cancellable)
{
    FirnFreeze *self = g_new0(FirnFreeze, 1);

    self->vm = g_object_ref(check->vm);
    self->evidence = check->evidence;
    self->clock = &check->clock;
    self->monitor = check->monitor == NULL ? NULL : g_object_ref(check->monitor);
    self->window = firn_freeze_window_open(self->monitor);
    self->vss = firn_vss_guest_ask(check, cancellable);
    if (self->vss == NULL)
        self->hooks = firn_guest_hooks_request(check, cancellable);
    if (may_freeze(self, check))
        send_freeze(self, check, cancellable);
    return self;
}

gboolean
firn_freeze_may_pass(FirnFreeze *self)
{
    return self->failure != NULL && firn_freeze_hint_may_pass(self->hint);
}

gboolean
firn_freeze_is_whole(FirnFreeze *self, GError **error)
{
    if (self->failure == NULL)
        return TRUE;
    g_propagate_error(error, g_error_copy(self->failure));
    return FALSE;
}

/* A guest frozen during a migration stays frozen on the destination host, and a block job that runs
 * meanwhile makes its own cut. */
static void
look_for_other_work(FirnFreeze *self, guint deadline_ms, GCancellable *cancellable)
{
    g_auto(GStrv) work = NULL;

    if (self->monitor != NULL && !firn_freeze_window_has_lost_monitor(self->window))
        work = firn_block_jobs_query(self->monitor, deadline_ms, cancellable, NULL);
    for (GStrv word = work; word != NULL && *word != NULL; word++) {
        g_autofree char *printable = firn_printable(*word);

        firn_freeze_window_note(self->window, printable);
    }
}

static void
on_enough(GCancellable *until, gpointer window)
{
    firn_freeze_window_notify(window);
}

void
firn_freeze_keep(FirnFreeze *self, GCancellable *until)
{
    gulong id = g_cancellable_connect(until, G_CALLBACK(on_enough), self->window, NULL);

    while (!g_cancellable_is_cancelled(until) && !firn_thaw_is_under_way(self->thaw)) {
        look_for_other_work(self, LOOK_MS, until);
        if (firn_freeze_window_is_broken(self->window))
            break;
        firn_freeze_window_sleep(self->window, LOOK_EVERY_MS);
    }
    g_cancellable_disconnect(until, id);
}

/* A guest that is gone, or another since, has nothing to say of this freeze. */
static void
collect_report(FirnFreeze *self)
{
    if (self->evidence->freeze_sent_us == 0 || self->evidence->interruptions->len > 0 ||
        firn_vm_get_state(self->vm) != FIRN_VM_STATE_RUNNING)
        return;
    firn_guest_hooks_collect_thawed(self->hooks, self->vm, self->evidence);
    firn_vss_guest_collect(self->vss, self->vm, self->evidence);
}

static void
thaw(FirnFreeze *self)
{
    if (self->thaw == NULL)
        return;
    firn_thaw_run(self->thaw);
    look_for_other_work(self, QUERY_MS, NULL);
    firn_thaw_report(self->thaw, self->evidence);
    g_clear_pointer(&self->thaw, firn_thaw_free);
}

void
firn_freeze_give_up(FirnFreeze *self)
{
    thaw(self);
    g_clear_pointer(&self->vss, firn_vss_guest_free);
}

void
firn_freeze_end(FirnFreeze *self)
{
    if (self == NULL)
        return;
    thaw(self);
    firn_freeze_window_close(self->window, self->evidence->interruptions);
    collect_report(self);
    firn_guest_hooks_free(self->hooks);
    firn_vss_guest_free(self->vss);
    g_object_unref(self->vm);
    g_clear_object(&self->monitor);
    g_clear_error(&self->failure);
    g_free(self);
}
