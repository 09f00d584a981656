/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "step.h"

#include <glib.h>
#include <signal.h>
#include <unistd.h>

static gint count;

void
firn_step_reach(const char *name)
{
    const char *wanted = g_getenv("FIRN_CRASH_AT");
    gint number = g_atomic_int_add(&count, 1) + 1;
    char line[128];
    int length;

    if (wanted == NULL || g_ascii_strtoll(wanted, NULL, 10) != number)
        return;
    /* Not through the log: its thread stops, too. */
    length = g_snprintf(line, sizeof line, "step %d: %s\n", number, name);
    if (write(STDERR_FILENO, line, MIN((size_t)length, sizeof line - 1)) < 0)
        return;
    kill(getpid(), SIGSTOP);
}
