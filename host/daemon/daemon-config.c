/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon-config.h"

#include "host-error.h"
#include "printable.h"

#define GROUP "policy"

static const char *const keys[] = {"max-snapshots",
                                   "allow-memory",
                                   "drift-guard",
                                   "pause-max",
                                   NULL};

static gboolean
refuse(GError **error, const char *path, const char *what, const char *name, const char *allowed)
{
    g_autofree char *printable = firn_printable(name);

    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INVALID_ARGUMENT,
                "%s: unknown %s %s; allowed: %s",
                path,
                what,
                printable,
                allowed);
    return FALSE;
}

static gboolean
check_groups(GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

    for (char **group = groups; *group != NULL; group++)
        if (!g_str_equal(*group, GROUP))
            return refuse(error, path, "group", *group, GROUP);
    return TRUE;
}

static gboolean
read_policy(FirnPolicy *policy, GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) present = g_key_file_get_keys(file, GROUP, NULL, NULL);

    for (char **key = present; key != NULL && *key != NULL; key++) {
        g_autofree char *value = g_key_file_get_value(file, GROUP, *key, NULL);
        g_autofree char *allowed = g_strjoinv(", ", (char **)keys);
        g_autoptr(GError) reason = NULL;

        if (!g_strv_contains(keys, *key))
            return refuse(error, path, "key", *key, allowed);
        if (!firn_policy_set(policy, *key, g_strstrip(value), &reason)) {
            g_set_error(error,
                        FIRN_HOST_ERROR,
                        FIRN_HOST_ERROR_INVALID_ARGUMENT,
                        "%s: [" GROUP "] %s: %s",
                        path,
                        *key,
                        reason->message);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
firn_daemon_config_read(FirnDaemonConfig *self, const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) reason = NULL;

    firn_policy_init(&self->profile);
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &reason)) {
        if (g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return TRUE;
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_INVALID_ARGUMENT,
                    "%s: %s",
                    path,
                    reason->message);
        return FALSE;
    }
    return check_groups(file, path, error) && read_policy(&self->profile, file, path, error);
}
