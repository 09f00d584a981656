/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-path.h"

#include "firn-config.h"

#define JOB_PREFIX FIRN_BUS_PATH "/job/"

char *
firn_bus_path(const char *kind, const char *uuid)
{
    char *path;

    if (uuid == NULL)
        return g_strdup("/");
    path = g_strdup_printf(FIRN_BUS_PATH "/%s/_%s", kind, uuid);
    return g_strdelimit(path, "-", '_');
}

char *
firn_bus_path_of_job(guint id)
{
    return id == 0 ? g_strdup("/") : g_strdup_printf(JOB_PREFIX "%u", id);
}

guint
firn_bus_path_to_job(const char *path)
{
    guint64 id = 0;

    if (!g_str_has_prefix(path, JOB_PREFIX) ||
        !g_ascii_string_to_unsigned(path + strlen(JOB_PREFIX), 10, 1, G_MAXUINT, &id, NULL))
        return 0;
    return (guint)id;
}
