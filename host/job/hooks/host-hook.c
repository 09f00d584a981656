/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-hook.h"

#include <string.h>

#include "host-error.h"
#include "printable.h"
#include "trusted-file.h"

#define GROUP         "hook"
#define BEFORE_S      60
#define AFTER_S       30
#define TIMEOUT_S_MAX 600

void
firn_host_hook_free(FirnHostHook *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->path);
    g_free(self->refusal);
    g_free(self);
}

static gboolean
read_switch(GKeyFile *settings, const char *key, gboolean *out_value, GError **error)
{
    g_autofree char *word = g_key_file_get_string(settings, GROUP, key, NULL);

    if (word == NULL)
        return TRUE;
    *out_value = g_str_equal(word, "yes");
    return *out_value || g_str_equal(word, "no") ||
           firn_host_error_set(error,
                               FIRN_HOST_ERROR_INVALID_ARGUMENT,
                               "%s= is yes or no, not \"%s\"",
                               key,
                               word);
}

static gboolean
read_seconds(GKeyFile *settings, const char *key, guint *out_value, GError **error)
{
    g_autofree char *word = g_key_file_get_string(settings, GROUP, key, NULL);
    guint64 value = 0;

    if (word == NULL)
        return TRUE;
    if (!g_ascii_string_to_unsigned(word, 10, 1, TIMEOUT_S_MAX, &value, NULL))
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_INVALID_ARGUMENT,
                                   "%s= is a number of seconds from 1 to %d, not \"%s\"",
                                   key,
                                   TIMEOUT_S_MAX,
                                   word);
    *out_value = (guint)value;
    return TRUE;
}

static gboolean
check_keys(GKeyFile *settings, GError **error)
{
    static const char *const known[] = {"Enabled",
                                        "Critical",
                                        "BeforeTimeoutSec",
                                        "AfterTimeoutSec",
                                        NULL};
    g_auto(GStrv) keys = g_key_file_get_keys(settings, GROUP, NULL, NULL);

    for (char **key = keys; key != NULL && *key != NULL; key++)
        if (!g_strv_contains(known, *key))
            return firn_host_error_set(error,
                                       FIRN_HOST_ERROR_INVALID_ARGUMENT,
                                       "there is no setting %s=",
                                       *key);
    return TRUE;
}

static gboolean
parse(FirnHostHook *self, const char *text, gboolean *out_is_enabled, GError **error)
{
    g_autoptr(GKeyFile) settings = g_key_file_new();
    g_autofree char *grouped = g_strconcat("[" GROUP "]\n", text, NULL);

    return g_key_file_load_from_data(settings, grouped, (gsize)-1, G_KEY_FILE_NONE, error) &&
           check_keys(settings, error) &&
           read_switch(settings, "Critical", &self->is_critical, error) &&
           read_switch(settings, "Enabled", out_is_enabled, error) &&
           read_seconds(settings, "BeforeTimeoutSec", &self->before_s, error) &&
           read_seconds(settings, "AfterTimeoutSec", &self->after_s, error);
}

static void
refuse(FirnHostHook *self, const char *file, const GError *reason)
{
    g_autofree char *text = g_strconcat(file, ": ", reason->message, NULL);

    g_free(self->refusal);
    self->refusal = firn_printable(text);
}

static gboolean
read_settings(FirnHostHook *self, gboolean *out_is_enabled)
{
    g_autofree char *file = g_strconcat(self->path, ".conf", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (!g_file_test(file, G_FILE_TEST_EXISTS))
        return TRUE;
    text = firn_trusted_file_read(file, &error);
    if (text != NULL && parse(self, text, out_is_enabled, &error))
        return TRUE;
    self->is_critical = TRUE;
    refuse(self, file, error);
    return FALSE;
}

/* Returns NULL if it is switched off. */
static FirnHostHook *
load(const char *folder, const char *name)
{
    g_autoptr(FirnHostHook) self = g_new0(FirnHostHook, 1);
    g_autoptr(GError) error = NULL;
    gboolean is_enabled = TRUE;

    self->name = g_strdup(name);
    self->path = g_build_filename(folder, name, NULL);
    self->before_s = BEFORE_S;
    self->after_s = AFTER_S;
    if (read_settings(self, &is_enabled) && !firn_trusted_file_check(self->path, &error))
        refuse(self, self->path, error);
    return is_enabled ? g_steal_pointer(&self) : NULL;
}

static gboolean
is_hook(const char *folder, const char *name)
{
    static const char *const ignored[] =
        {".conf", ".bak", ".orig", ".rpmnew", ".rpmorig", ".rpmsave", ".sample", "~"};
    g_autofree char *path = g_build_filename(folder, name, NULL);

    for (guint i = 0; i < G_N_ELEMENTS(ignored); i++)
        if (g_str_has_suffix(name, ignored[i]))
            return FALSE;
    return g_regex_match_simple("^[0-9]{2}-[A-Za-z0-9._-]+$", name, 0, 0) &&
           strstr(name, ".dpkg-") == NULL && g_file_test(path, G_FILE_TEST_IS_REGULAR) &&
           g_file_test(path, G_FILE_TEST_IS_EXECUTABLE);
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp((*(FirnHostHook *const *)a)->name, (*(FirnHostHook *const *)b)->name);
}

GPtrArray *
firn_host_hook_list(const char *folder)
{
    GPtrArray *hooks = g_ptr_array_new_with_free_func((GDestroyNotify)firn_host_hook_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        FirnHostHook *hook = is_hook(folder, name) ? load(folder, name) : NULL;

        if (hook != NULL)
            g_ptr_array_add(hooks, hook);
    }
    g_ptr_array_sort(hooks, compare_names);
    return hooks;
}
