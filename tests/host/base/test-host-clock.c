/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-clock.h"

static void
test_runs_on(void)
{
    const FirnHostClock *clock = firn_host_clock_real();
    gint64 last_us = 0;

    for (guint i = 0; i < 1000; i++) {
        gint64 now_us = clock->running_us(clock->data);

        g_assert_cmpint(now_us, >=, last_us);
        last_us = now_us;
    }
    g_assert_cmpint(last_us, >, 0);
}

static void
test_knows_the_start(void)
{
    g_assert_cmpstr(firn_host_clock_real()->boot_id, !=, "");
    g_assert_true(g_uuid_string_is_valid(firn_host_clock_real()->boot_id));
    g_assert_true(firn_host_clock_real() == firn_host_clock_real());
}

static void
test_wall(void)
{
    const FirnHostClock *clock = firn_host_clock_real();
    gint64 before_us = g_get_real_time();

    g_assert_cmpint(clock->wall_us(clock->data), >=, before_us);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/host-clock/never-goes-back", test_runs_on);
    g_test_add_func("/base/host-clock/knows-which-start-of-the-host-it-is", test_knows_the_start);
    g_test_add_func("/base/host-clock/time-of-day", test_wall);
    return g_test_run();
}
