/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crash-point.h"

#include <glib.h>
#include <signal.h>
#include <unistd.h>

static gint count;
static gint has_stopped;

/* A number means one step; a name means the first step of that name. */
static gboolean
is_wanted(const char *wanted, gint number, const char *name)
{
    if (wanted == NULL)
        return FALSE;
    if (g_ascii_isdigit(*wanted))
        return g_ascii_strtoll(wanted, NULL, 10) == number;
    return g_str_equal(wanted, name) &&
           g_atomic_int_compare_and_exchange(&has_stopped, FALSE, TRUE);
}

void
firn_crash_point_reach(const char *name)
{
    gint number = g_atomic_int_add(&count, 1) + 1;
    char line[128];
    int length;

    if (!is_wanted(g_getenv("FIRN_CRASH_AT"), number, name))
        return;
    /* Not through the log, because its thread is stopped, too. */
    length = g_snprintf(line, sizeof line, "step %d: %s\n", number, name);
    if (write(STDERR_FILENO, line, MIN((size_t)length, sizeof line - 1)) < 0)
        return;
    kill(getpid(), SIGSTOP);
}
