/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-window.h"

#include "vm-rig.h"

typedef struct {
    FirnTestVmRig rig;
    FirnFreezeWindow *window;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnChannel) monitor = NULL;

    firn_test_vm_rig_set_up(&fixture->rig);
    monitor = firn_vm_dup_monitor(fixture->rig.vm);
    fixture->window = firn_freeze_window_open(monitor);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_vm_rig_tear_down(&fixture->rig);
}

static void
say(Fixture *fixture, const char *event, const char *details)
{
    firn_test_fake_monitor_emit(fixture->rig.monitor, event, details);
    firn_test_vm_rig_see_events(&fixture->rig);
}

static void
assert_interruptions(Fixture *fixture, const char *expected)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;

    firn_freeze_window_close(fixture->window, words);
    g_ptr_array_add(words, NULL);
    text = g_strjoinv(" ", (char **)words->pdata);
    g_assert_cmpstr(text, ==, expected);
}

static void
test_quiet(Fixture *fixture, gconstpointer data)
{
    say(fixture, "RTC_CHANGE", NULL);
    say(fixture, "RESUME", NULL);
    g_assert_false(firn_freeze_window_has_rebooted(fixture->window));
    g_assert_false(firn_freeze_window_has_lost_monitor(fixture->window));
    assert_interruptions(fixture, "");
}

static void
test_breaks(Fixture *fixture, gconstpointer data)
{
    say(fixture, data, NULL);
    say(fixture, data, NULL);
    g_assert_cmpint(firn_freeze_window_has_rebooted(fixture->window),
                    ==,
                    g_str_equal(data, "RESET"));
    assert_interruptions(fixture, data);
}

static void
test_agent_port(Fixture *fixture, gconstpointer data)
{
    g_autofree char *reply =
        data == NULL ? NULL : g_strdup_printf("{\"id\": $id, \"return\": \"%s\"}\n", (char *)data);

    if (data != NULL)
        firn_test_peer_when(fixture->rig.monitor_peer,
                            "qom-get",
                            1,
                            (FirnTestStep[]){{.text = reply}, {0}});
    say(fixture, "VSERPORT_CHANGE", "{\"open\": false, \"id\": \"port1\"}");
    assert_interruptions(fixture, g_strcmp0(data, "org.spice.0") == 0 ? "" : "AGENT_CLOSED");
}

static void
test_port_opens(Fixture *fixture, gconstpointer data)
{
    say(fixture, "VSERPORT_CHANGE", "{\"open\": true, \"id\": \"port1\"}");
    assert_interruptions(fixture, "");
}

static void
do_nothing(gpointer data)
{
}

static void
test_monitor_ends(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_hang_up(fixture->rig.monitor_peer);
    firn_test_vm_rig_wait_state(&fixture->rig, FIRN_VM_STATE_OFF);
    /* The VM got the event first, in the same iteration of the main loop. */
    firn_test_loop_thread_call(do_nothing, NULL);
    g_assert_true(firn_freeze_window_has_lost_monitor(fixture->window));
    assert_interruptions(fixture, "MONITOR_CLOSED");
}

static gboolean
reset(gpointer data)
{
    Fixture *fixture = data;

    firn_test_fake_monitor_emit(fixture->rig.monitor, "RESET", NULL);
    return G_SOURCE_REMOVE;
}

static void
test_sleep_wakes(Fixture *fixture, gconstpointer data)
{
    gint64 begin_us = g_get_monotonic_time();

    g_timeout_add(50, reset, fixture);
    firn_freeze_window_sleep(fixture->window, 60000);
    g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 30 * G_USEC_PER_SEC);
    assert_interruptions(fixture, "RESET");
}

static void
test_sleep_ends(Fixture *fixture, gconstpointer data)
{
    gint64 begin_us = g_get_monotonic_time();

    firn_freeze_window_sleep(fixture->window, 50);
    g_assert_cmpint(g_get_monotonic_time() - begin_us, >=, 50 * 1000);
    assert_interruptions(fixture, "");
}

static void
test_broken(Fixture *fixture, gconstpointer data)
{
    g_assert_false(firn_freeze_window_is_broken(fixture->window));
    say(fixture, "VSERPORT_CHANGE", "{\"open\": false, \"id\": \"port1\"}");
    g_assert_true(firn_freeze_window_is_broken(fixture->window));
    firn_freeze_window_note(fixture->window, "migration");
    g_assert_true(firn_freeze_window_is_broken(fixture->window));
    assert_interruptions(fixture, "AGENT_CLOSED migration");
}

static void
test_rouse(Fixture *fixture, gconstpointer data)
{
    gint64 begin_us = g_get_monotonic_time();

    firn_freeze_window_notify(fixture->window);
    firn_freeze_window_sleep(fixture->window, 60000);
    g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 30 * G_USEC_PER_SEC);
    firn_freeze_window_sleep(fixture->window, 50);
    g_assert_cmpint(g_get_monotonic_time() - begin_us, >=, 50 * 1000);
    assert_interruptions(fixture, "");
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer), gconstpointer data)
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    static const char *const events[] =
        {"RESET", "SHUTDOWN", "POWERDOWN", "GUEST_PANICKED", "STOP", "SUSPEND"};

    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/window/quiet", test_quiet, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(events); i++) {
        g_autofree char *path = g_strconcat("/job/window/broken-by/", events[i], NULL);

        add(path, test_breaks, events[i]);
    }
    add("/job/window/port/agents", test_agent_port, "org.qemu.guest_agent.0");
    add("/job/window/port/somebody-elses", test_agent_port, "org.spice.0");
    add("/job/window/port/not-named-counts-as-agents", test_agent_port, NULL);
    add("/job/window/port/opens", test_port_opens, NULL);
    add("/job/window/monitor-ends", test_monitor_ends, NULL);
    add("/job/window/sleep/wakes-by-an-event", test_sleep_wakes, NULL);
    add("/job/window/sleep/ends", test_sleep_ends, NULL);
    add("/job/window/sleep/roused-before", test_rouse, NULL);
    add("/job/window/is-broken", test_broken, NULL);
    return g_test_run();
}
