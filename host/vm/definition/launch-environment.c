/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch-environment.h"

#include <string.h>

static gboolean
is_of_service(const char *name)
{
    static const char *const names[] = {"NOTIFY_SOCKET",
                                        "WATCHDOG_PID",
                                        "WATCHDOG_USEC",
                                        "LISTEN_PID",
                                        "LISTEN_FDS",
                                        "LISTEN_FDNAMES",
                                        "FDSTORE",
                                        "INVOCATION_ID",
                                        "JOURNAL_STREAM",
                                        "MAINPID",
                                        "MANAGERPID",
                                        "SYSTEMD_EXEC_PID",
                                        "CREDENTIALS_DIRECTORY",
                                        "MEMORY_PRESSURE_WATCH",
                                        "MEMORY_PRESSURE_WRITE",
                                        "RUNTIME_DIRECTORY",
                                        "STATE_DIRECTORY",
                                        "CACHE_DIRECTORY",
                                        "LOGS_DIRECTORY",
                                        "CONFIGURATION_DIRECTORY",
                                        NULL};

    return g_strv_contains(names, name);
}

static gboolean
is_plain_name(const char *name)
{
    if (*name == '\0' || g_ascii_isdigit(*name))
        return FALSE;
    for (; *name != '\0'; name++)
        if (!g_ascii_isalnum(*name) && *name != '_')
            return FALSE;
    return TRUE;
}

static gboolean
is_plain_value(const char *value)
{
    if (!g_utf8_validate(value, -1, NULL))
        return FALSE;
    for (; *value != '\0'; value++)
        if (g_ascii_iscntrl(*value))
            return FALSE;
    return TRUE;
}

GStrv
firn_launch_environment_dup(const char *const *environment)
{
    g_autoptr(GStrvBuilder) kept = g_strv_builder_new();

    for (; *environment != NULL; environment++) {
        const char *equals = strchr(*environment, '=');
        g_autofree char *name =
            equals == NULL ? NULL : g_strndup(*environment, (gsize)(equals - *environment));

        if (name != NULL && is_plain_name(name) && is_plain_value(equals + 1) &&
            !is_of_service(name))
            g_strv_builder_add(kept, *environment);
    }
    return g_strv_builder_end(kept);
}
