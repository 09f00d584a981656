/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-options.h"

static gboolean
take_run(FirnOptions *options, char **run_after, GError **error)
{
    static const char *const words[] = {"running", "paused", "off", NULL};
    guint index = G_MAXUINT;

    if (!firn_options_take_word(options, "run", words, &index, error))
        return FALSE;
    if (index != G_MAXUINT)
        *run_after = g_strdup(words[index]);
    return TRUE;
}

static char *
dup_key(GVariant *parameters)
{
    const char *key = "";

    if (g_variant_n_children(parameters) > 1)
        g_variant_get_child(parameters, 0, "&s", &key);
    return *key == '\0' ? NULL : g_strdup(key);
}

FirnRestoreParams *
firn_restore_options_parse(FirnVm *vm, FirnBackend *backend, const FirnCall *call, GError **error)
{
    g_autoptr(FirnRestoreParams) params = firn_restore_params_new(vm, backend);
    FirnOptions *options = call->options;

    params->key = dup_key(call->parameters);
    if (!firn_options_take_strings(options, "disks", &params->disks, error) ||
        !firn_options_take_boolean(options, "stop", &params->is_to_stop, error) ||
        !firn_options_take_duration(options, "grace", 0, &params->grace_ms, error) ||
        !take_run(options, &params->run_after, error) ||
        !firn_options_take_boolean(options,
                                   "accept-inconsistent",
                                   &params->accepts_inconsistent,
                                   error) ||
        !firn_options_take_boolean(options, "drop-bitmaps", &params->drops_bitmaps, error) ||
        !firn_options_take_boolean(options, "force", &params->is_forced, error) ||
        !firn_options_finish(options, error))
        return NULL;
    return g_steal_pointer(&params);
}
