/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event-clock.h"

static void
test_time_of_day(void)
{
    gint64 before_us = g_get_real_time();
    FirnEventClock clock;
    gint64 now_us;

    firn_event_clock_init(&clock);
    now_us = firn_event_clock_now(&clock);
    g_assert_cmpint(now_us, >=, before_us);
    g_assert_cmpint(now_us, <, before_us + 60 * G_USEC_PER_SEC);
}

/* As if the host's clock had been set back by an hour. */
static void
test_clock_is_set(void)
{
    FirnEventClock clock;
    gint64 begin_us, now_us;

    firn_event_clock_init(&clock);
    clock.wall_us += G_TIME_SPAN_HOUR;
    begin_us = clock.wall_us;
    now_us = firn_event_clock_now(&clock);
    g_assert_cmpint(now_us, >=, begin_us);
    g_assert_cmpint(now_us, <, begin_us + 60 * G_USEC_PER_SEC);
}

static void
test_goes_on(void)
{
    FirnEventClock clock;
    gint64 last_us;

    firn_event_clock_init(&clock);
    last_us = firn_event_clock_now(&clock);
    for (guint i = 0; i < 1000; i++) {
        gint64 now_us = firn_event_clock_now(&clock);

        g_assert_cmpint(now_us, >=, last_us);
        last_us = now_us;
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/event-clock/time-of-day", test_time_of_day);
    g_test_add_func("/base/event-clock/host-clock-is-set", test_clock_is_set);
    g_test_add_func("/base/event-clock/never-goes-back", test_goes_on);
    return g_test_run();
}
