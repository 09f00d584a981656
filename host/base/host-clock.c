/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-clock.h"

#include <time.h>

static gint64
read_running(gpointer data)
{
    struct timespec now;

    if (clock_gettime(CLOCK_BOOTTIME, &now) != 0)
        return g_get_monotonic_time();
    return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64
read_wall(gpointer data)
{
    return g_get_real_time();
}

/* Without the file each start of firnd counts as a boot of the host. */
static char *
read_boot_id(void)
{
    char *text = NULL;

    if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
        return g_uuid_string_random();
    return g_strstrip(text);
}

const FirnHostClock *
firn_host_clock_real(void)
{
    static FirnHostClock clock;
    static gsize is_made;

    if (g_once_init_enter(&is_made)) {
        clock = (FirnHostClock){read_boot_id(), read_running, read_wall, NULL};
        g_once_init_leave(&is_made, 1);
    }
    return &clock;
}
