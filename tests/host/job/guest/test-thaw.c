/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "thaw.h"

#include <string.h>

#include "vm-lease.h"
#include "vm-orders.h"
#include "vm-rig.h"

#define PATIENCE_MS 20000

/* A frozen guest, and its thaw. */
typedef struct {
    FirnTestVmRig rig;
    FirnFreezeWindow *window;
    FirnThaw *thaw;
    FirnEvidence *evidence;
    FirnEventClock clock;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnChannel) monitor = NULL;
    g_autoptr(GError) error = NULL;
    FirnChannel *agent;

    firn_test_vm_rig_set_up(&fixture->rig);
    firn_event_clock_init(&fixture->clock);
    fixture->evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    monitor = firn_vm_dup_monitor(fixture->rig.vm);
    agent = firn_vm_open_agent(fixture->rig.vm, NULL, &error);
    g_assert_no_error(error);
    fixture->window = firn_freeze_window_open(monitor);
    g_assert_true(firn_vm_lease_take(fixture->rig.vm, firn_event_clock_now(&fixture->clock), NULL));
    fixture->thaw = firn_thaw_arm(fixture->rig.vm, agent, fixture->window, &fixture->clock);
    firn_test_fake_agent_set_frozen(fixture->rig.agent, TRUE);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_thaw_report(fixture->thaw, fixture->evidence);
    firn_thaw_free(fixture->thaw);
    firn_freeze_window_close(fixture->window, fixture->evidence->interruptions);
    firn_evidence_free(fixture->evidence);
    firn_test_vm_rig_tear_down(&fixture->rig);
}

static void
assert_paid(Fixture *fixture, guint thaws)
{
    g_assert_cmpuint(firn_test_peer_count(fixture->rig.agent_peer, "guest-fsfreeze-thaw"),
                     ==,
                     thaws);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->rig.vm), ==, 0);
    if (thaws > 0)
        g_assert_false(firn_test_fake_agent_is_frozen(fixture->rig.agent));
    firn_thaw_report(fixture->thaw, fixture->evidence);
}

static void
test_pays(Fixture *fixture, gconstpointer data)
{
    gint64 since_us = firn_vm_get_frozen_since(fixture->rig.vm);

    g_assert_cmpint(since_us, >, 0);
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 1);
    g_assert_cmpuint(fixture->evidence->thawed, ==, 2);
    g_assert_cmpint(fixture->evidence->thaw_sent_us, >=, since_us);
    g_assert_cmpint(fixture->evidence->thawed_us, >=, fixture->evidence->thaw_sent_us);
    g_assert_null(fixture->evidence->thaw_error);
}

static void
test_pays_once(Fixture *fixture, gconstpointer data)
{
    firn_thaw_run(fixture->thaw);
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 1);
}

static void
test_refused_but_thawed(Fixture *fixture, gconstpointer data)
{
    firn_test_fake_agent_set_frozen(fixture->rig.agent, FALSE);
    firn_test_peer_fail(fixture->rig.agent_peer, "guest-fsfreeze-thaw", 1, "hook \\u001b[31m");
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 1);
    g_assert_nonnull(fixture->evidence->thaw_error);
    g_assert_null(strchr(fixture->evidence->thaw_error, '\x1b'));
}

static void
test_refused_and_frozen(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_fail(fixture->rig.agent_peer, "guest-fsfreeze-thaw", 1, "hook has failed");
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 2);
}

static void
test_agent_restarts(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_when(fixture->rig.agent_peer,
                        "guest-fsfreeze-thaw",
                        1,
                        (FirnTestStep[]){{.hang_up = TRUE}, {0}});
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 2);
}

static void
test_silent_at_first(Fixture *fixture, gconstpointer data)
{
    firn_thaw_expect_late_freeze(fixture->thaw);
    firn_test_peer_when(fixture->rig.agent_peer, "guest-sync-delimited", 1, NULL);
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 1);
}

static void
test_impossible_count(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_when(fixture->rig.agent_peer,
                        "guest-fsfreeze-thaw",
                        1,
                        (FirnTestStep[]){{.text = "{\"return\": -1}\n"}, {0}});
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 2);
}

static void
reset(Fixture *fixture)
{
    firn_test_fake_monitor_emit(fixture->rig.monitor, "RESET", "{\"guest\": true}");
    firn_test_vm_rig_see_events(&fixture->rig);
}

static void
test_reset(Fixture *fixture, gconstpointer data)
{
    reset(fixture);
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 0);
}

/* The freeze may have reached the kernel that was booted after the reset. */
static void
test_reset_before_late_freeze(Fixture *fixture, gconstpointer data)
{
    firn_thaw_expect_late_freeze(fixture->thaw);
    reset(fixture);
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 1);
}

static void
test_reset_and_no_late_freeze(Fixture *fixture, gconstpointer data)
{
    firn_thaw_expect_late_freeze(fixture->thaw);
    firn_test_fake_agent_set_frozen(fixture->rig.agent, FALSE);
    reset(fixture);
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 0);
}

static gpointer
pay(gpointer thaw)
{
    firn_thaw_run(thaw);
    return NULL;
}

static void
test_vm_gone(Fixture *fixture, gconstpointer data)
{
    GThread *job;

    firn_test_peer_fail(fixture->rig.agent_peer, "guest-fsfreeze-thaw", 0, "never");
    job = g_thread_new("job", pay, fixture->thaw);
    g_assert_true(
        firn_test_peer_wait_count(fixture->rig.agent_peer, "guest-fsfreeze-thaw", 1, PATIENCE_MS));
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->rig.vm), >, 0);
    firn_test_vm_rig_end_qemu(&fixture->rig);
    g_thread_join(job);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->rig.vm), ==, 0);
}

static void
test_frozen_for_too_long(Fixture *fixture, gconstpointer data)
{
    firn_thaw_set_limit(fixture->thaw, 50);
    /* The job is stuck and does not thaw. */
    g_assert_true(
        firn_test_peer_wait_count(fixture->rig.agent_peer, "guest-fsfreeze-thaw", 1, PATIENCE_MS));
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 1);
}

static void
test_within_limit(Fixture *fixture, gconstpointer data)
{
    firn_thaw_set_limit(fixture->thaw, 3600000);
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 1);
}

static void
test_void(Fixture *fixture, gconstpointer data)
{
    firn_thaw_disarm(fixture->thaw);
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 0);
    g_assert_true(firn_test_fake_agent_is_frozen(fixture->rig.agent));
}

/* As if libvirt carried the commands to this guest. */
static FirnVmOrders orders;

static const FirnVmOrders *
get_orders(FirnVm *vm)
{
    return &orders;
}

static void
begin_doubt(Fixture *fixture)
{
    firn_vm_orders_init(&orders, 0);
    firn_send_order_doubt(orders.agent);
    FIRN_VM_GET_CLASS(fixture->rig.vm)->get_orders = get_orders;
}

static void
end_doubt(Fixture *fixture)
{
    FIRN_VM_GET_CLASS(fixture->rig.vm)->get_orders = NULL;
    firn_vm_orders_clear(&orders);
}

/* The thaw was sent first: the guest counts 0, and the freeze comes afterwards. */
static void
test_lost_freeze_comes_later(Fixture *fixture, gconstpointer data)
{
    begin_doubt(fixture);
    firn_test_peer_when(fixture->rig.agent_peer,
                        "guest-fsfreeze-thaw",
                        1,
                        (FirnTestStep[]){{.text = "{\"return\": 0}\n"}, {0}});
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 2);
    g_assert_true(firn_send_order_is_sure(orders.agent));
    end_doubt(fixture);
}

static void
test_lost_freeze_never_comes(Fixture *fixture, gconstpointer data)
{
    GThread *job;

    begin_doubt(fixture);
    firn_test_fake_agent_set_frozen(fixture->rig.agent, FALSE);
    job = g_thread_new("job", pay, fixture->thaw);
    g_assert_true(
        firn_test_peer_wait_count(fixture->rig.agent_peer, "guest-fsfreeze-thaw", 1, PATIENCE_MS));
    firn_send_order_hear(orders.agent);
    g_thread_join(job);
    g_assert_cmpint(firn_vm_get_frozen_since(fixture->rig.vm), ==, 0);
    end_doubt(fixture);
}

static void
test_lost_freeze_has_come(Fixture *fixture, gconstpointer data)
{
    begin_doubt(fixture);
    firn_thaw_run(fixture->thaw);
    assert_paid(fixture, 1);
    end_doubt(fixture);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* The alarm is a warning, which none of these tests waits for. */
    g_log_set_always_fatal(G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/thaw/pay/thaws", test_pays);
    add("/job/thaw/pay/only-once", test_pays_once);
    add("/job/thaw/pay/refused-but-thawed", test_refused_but_thawed);
    add("/job/thaw/pay/refused-and-frozen", test_refused_and_frozen);
    add("/job/thaw/pay/agent-restarts", test_agent_restarts);
    add("/job/thaw/pay/silent-at-first", test_silent_at_first);
    add("/job/thaw/pay/impossible-count", test_impossible_count);
    add("/job/thaw/pay/vm-is-gone", test_vm_gone);
    add("/job/thaw/reset/nothing-is-frozen-any-more", test_reset);
    add("/job/thaw/reset/freeze-came-later", test_reset_before_late_freeze);
    add("/job/thaw/reset/freeze-did-not-come", test_reset_and_no_late_freeze);
    add("/job/thaw/limit/thaws-while-the-job-is-stuck", test_frozen_for_too_long);
    add("/job/thaw/limit/is-not-reached", test_within_limit);
    add("/job/thaw/lost-freeze/a-thaw-before-it-does-not-count", test_lost_freeze_comes_later);
    add("/job/thaw/lost-freeze/is-not-awaited-for-ever", test_lost_freeze_never_comes);
    add("/job/thaw/lost-freeze/the-first-thaw-counts-if-it-has-come", test_lost_freeze_has_come);
    add("/job/thaw/void/somebody-elses-freeze-stays", test_void);
    return g_test_run();
}
