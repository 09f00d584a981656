/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-pause.h"

#include "host-error.h"
#include "vm-orders.h"
#include "vm-rig.h"

#define PATIENCE_MS 20000

/* A running guest. */
typedef struct {
    FirnTestVmRig rig;
    FirnChannel *monitor; /* (owned) */
    FirnGuestPause *standstill;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_set_up(&fixture->rig);
    fixture->monitor = firn_vm_dup_monitor(fixture->rig.vm);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_object_unref(fixture->monitor);
    firn_test_vm_rig_tear_down(&fixture->rig);
}

static void
begin(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    fixture->standstill = firn_guest_pause_begin(fixture->rig.vm, fixture->monitor, &error);
    g_assert_no_error(error);
}

static void
assert_state(Fixture *fixture, const char *expected)
{
    g_autofree char *state = firn_test_fake_monitor_dup_state(fixture->rig.monitor);

    g_assert_cmpstr(state, ==, expected);
}

static void
test_dropped(Fixture *fixture, gconstpointer data)
{
    begin(fixture);
    assert_state(fixture, "paused");
    firn_guest_pause_free(fixture->standstill);
    assert_state(fixture, "running");
}

static void
test_ended(Fixture *fixture, gconstpointer data)
{
    gint64 stopped_us;

    begin(fixture);
    g_assert_true(firn_guest_pause_end(fixture->standstill, &stopped_us, NULL));
    firn_guest_pause_free(fixture->standstill);
    assert_state(fixture, "running");
    g_assert_cmpuint(firn_test_peer_count(fixture->rig.monitor_peer, "cont"), ==, 1);
}

/* The reply to the resume is lost with the connection, and so is the resume. */
static void
test_monitor_hangs_up(Fixture *fixture, gconstpointer data)
{
    begin(fixture);
    firn_test_peer_when(fixture->rig.monitor_peer,
                        "cont",
                        1,
                        (FirnTestStep[]){{.hang_up = TRUE}, {0}});
    firn_guest_pause_free(fixture->standstill);
    assert_state(fixture, "running");
}

static void
test_refused_once(Fixture *fixture, gconstpointer data)
{
    begin(fixture);
    firn_test_peer_fail(fixture->rig.monitor_peer, "cont", 1, "an image is locked");
    firn_guest_pause_free(fixture->standstill);
    assert_state(fixture, "running");
}

static void
say(Fixture *fixture, const char *name)
{
    g_autofree char *line = g_strdup_printf("{\"timestamp\": {}, \"event\": \"%s\"}\n", name);

    firn_test_peer_send(fixture->rig.monitor_peer, line);
}

/* As when QEMU resumes the guest itself, once its RAM is protected. */
static void
test_alone(Fixture *fixture, gconstpointer data)
{
    gint64 stopped_us;

    begin(fixture);
    firn_test_fake_monitor_set_state(fixture->rig.monitor, "running");
    say(fixture, "RESUME");
    g_assert_true(firn_guest_pause_wait_end(fixture->standstill, PATIENCE_MS, &stopped_us, NULL));
    g_assert_true(firn_guest_pause_check_alone(fixture->standstill, NULL));
    firn_guest_pause_free(fixture->standstill);
    g_assert_cmpuint(firn_test_peer_count(fixture->rig.monitor_peer, "cont"), ==, 0);
}

/* Another client's resume comes before QEMU's own stop: it was not QEMU that ended this pause. */
static void
test_not_alone(Fixture *fixture, gconstpointer events)
{
    g_autoptr(GError) error = NULL;
    gint64 stopped_us;

    begin(fixture);
    for (const char *const *event = events; *event != NULL; event++)
        say(fixture, *event);
    g_assert_true(firn_guest_pause_wait_end(fixture->standstill, PATIENCE_MS, &stopped_us, NULL));
    firn_test_vm_rig_see_events(&fixture->rig);
    g_assert_false(firn_guest_pause_check_alone(fixture->standstill, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_BUSY);
    firn_guest_pause_free(fixture->standstill);
    assert_state(fixture, "running");
}

static const char *const resumed_and_stopped[] = {"RESUME", "STOP", NULL};
static const char *const resumed_twice[] = {"RESUME", "STOP", "RESUME", NULL};

static gpointer
drop(gpointer standstill)
{
    firn_guest_pause_free(standstill);
    return NULL;
}

static void
test_gone(Fixture *fixture, gconstpointer data)
{
    GThread *job;

    begin(fixture);
    firn_test_peer_fail(fixture->rig.monitor_peer, "cont", 0, "never");
    job = g_thread_new("job", drop, fixture->standstill);
    g_assert_true(firn_test_peer_wait_count(fixture->rig.monitor_peer, "cont", 1, PATIENCE_MS));
    firn_test_vm_rig_end_qemu(&fixture->rig);
    g_thread_join(job);
}

/* The state in which the guest is now cannot be ended by "cont": the job does not try without
 * limit. */
static void
test_beyond_resume(Fixture *fixture, gconstpointer data)
{
    begin(fixture);
    firn_test_peer_fail(fixture->rig.monitor_peer, "cont", 0, "Resetting the VM is required");
    firn_test_fake_monitor_set_state(fixture->rig.monitor, "guest-panicked");
    firn_guest_pause_free(fixture->standstill);
    assert_state(fixture, "guest-panicked");
}

/* As if libvirt carried the commands to this monitor. */
static FirnVmOrders orders;

static const FirnVmOrders *
get_orders(FirnVm *vm)
{
    return &orders;
}

/* A stop that libvirt has delayed comes after the first resume, which finds a running guest. */
static void
test_lost_stop_comes_later(Fixture *fixture, gconstpointer data)
{
    FirnTestPeer *peer = fixture->rig.monitor_peer;
    guint n_looks;
    GThread *job;

    begin(fixture);
    n_looks = firn_test_peer_count(peer, "query-status");
    firn_test_fake_monitor_set_state(fixture->rig.monitor, "running");
    firn_vm_orders_init(&orders, 0);
    firn_send_order_doubt(orders.monitor);
    FIRN_VM_GET_CLASS(fixture->rig.vm)->get_orders = get_orders;
    firn_test_peer_when(fixture->rig.monitor_peer,
                        "\"cont\"",
                        1,
                        (FirnTestStep[]){{.text = "{\"return\":{},\"id\":$id}\n"}, {0}});
    job = g_thread_new("job", drop, fixture->standstill);
    /* The query after the first resume, which has taken effect. */
    g_assert_true(firn_test_peer_wait_count(peer, "query-status", n_looks + 2, PATIENCE_MS));
    g_assert_cmpuint(firn_test_peer_count(peer, "cont"), >=, 1);
    firn_test_fake_monitor_set_state(fixture->rig.monitor, "paused");
    g_thread_join(job);
    assert_state(fixture, "running");
    FIRN_VM_GET_CLASS(fixture->rig.vm)->get_orders = NULL;
    firn_vm_orders_clear(&orders);
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
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/standstill/dropped-lets-the-guest-go-on", test_dropped);
    add("/job/standstill/ended-resumes-once", test_ended);
    add("/job/standstill/tries-again-if-the-monitor-hangs-up", test_monitor_hangs_up);
    add("/job/standstill/tries-again-if-qemu-refuses", test_refused_once);
    add("/job/standstill/qemu-goes-on-by-itself", test_alone);
    g_test_add("/job/standstill/somebody-else/resumes-before-qemu-stops",
               Fixture,
               resumed_and_stopped,
               set_up,
               test_not_alone,
               tear_down);
    g_test_add("/job/standstill/somebody-else/resumes-and-qemu-goes-on",
               Fixture,
               resumed_twice,
               set_up,
               test_not_alone,
               tear_down);
    add("/job/standstill/ends-with-the-guest", test_gone);
    add("/job/standstill/beyond-resume", test_beyond_resume);
    add("/job/standstill/a-resume-before-a-lost-stop-does-not-count", test_lost_stop_comes_later);
    return g_test_run();
}
