/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "notify.h"

#include "firn-config.h"

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>

static gboolean
on_watchdog(gpointer user_data)
{
    sd_notify(0, "WATCHDOG=1");
    return G_SOURCE_CONTINUE;
}

void
firn_notify_ready(void)
{
    guint64 timeout_us = 0;

    sd_notify(0, "READY=1");
    if (sd_watchdog_enabled(0, &timeout_us) > 0)
        g_timeout_add((guint)MAX(timeout_us / 2000, 1), on_watchdog, NULL);
}

void
firn_notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}

static void
send_status(const char *status)
{
    sd_notifyf(0, "STATUS=%s", status);
}

#else

void
firn_notify_ready(void)
{
}

void
firn_notify_stopping(void)
{
}

static void
send_status(const char *status)
{
}

#endif

void
firn_notify_status(const char *format, ...)
{
    g_autofree char *status = NULL;
    va_list arguments;

    va_start(arguments, format);
    status = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    send_status(status);
}
