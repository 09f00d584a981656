/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "create-options.h"

static gboolean
take_limits(FirnOptions *options, FirnFreezeLimits *limits, GError **error)
{
    static const char *const words[] = {"require", "try", "never", NULL};
    guint quiesce = limits->quiesce;

    if (!firn_options_take_word(options, "quiesce", words, &quiesce, error))
        return FALSE;
    limits->quiesce = (FirnQuiesce)quiesce;
    return firn_options_take_duration(options, "deadline", 0, &limits->deadline_ms, error) &&
           firn_options_take_limits(options, limits, error);
}

static gboolean
take_memory(FirnOptions *options, FirnMemoryMode *mode, GError **error)
{
    static const char *const words[] = {"none", "any", "live", "paused", NULL};
    guint index = *mode;

    if (!firn_options_take_word(options, "memory", words, &index, error))
        return FALSE;
    *mode = (FirnMemoryMode)index;
    return TRUE;
}

FirnCreateParams *
firn_create_options_parse(FirnVm *vm, FirnBackend *backend, const FirnCall *call, GError **error)
{
    g_autoptr(FirnCreateParams) params = firn_create_params_new(vm, backend);
    FirnOptions *options = call->options;
    const char *name;

    g_variant_get_child(call->parameters, 0, "&s", &name);
    if (*name != '\0')
        params->name = g_strdup(name);
    if (!firn_options_take_string(options, "comment", &params->comment, error) ||
        !firn_options_take_strings(options, "exclude-disks", &params->exclude, error) ||
        !firn_options_take_boolean(options, "register", &params->is_to_register, error) ||
        !firn_options_take_boolean(options, "accept-unclean", &params->accepts_unclean, error) ||
        !firn_options_take_boolean(options, "pause", &params->pauses, error) ||
        !firn_options_take_boolean(options, "accept-pause", &params->accepts_pause, error) ||
        !firn_options_take_duration(options, "fstrim", 0, &params->trim_ms, error) ||
        !take_memory(options, &params->memory, error) ||
        !take_limits(options, &params->limits, error) || !firn_options_finish(options, error))
        return NULL;
    return g_steal_pointer(&params);
}
