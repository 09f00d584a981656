/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "create-options.h"

#include "engine-enums.h"
#include "enum-nick.h"
#include "host-error.h"
#include "options.h"
#include "printable.h"

static gboolean
take_quiesce(FirnOptions *options, FirnFreezeLimits *limits, GError **error)
{
    g_autofree char *word = NULL;
    g_autofree char *printable = NULL;
    int quiesce;

    if (!firn_options_take_string(options, "quiesce", &word, error))
        return FALSE;
    if (word == NULL)
        return TRUE;
    if (!firn_enum_from_nick(FIRN_TYPE_QUIESCE, word, &quiesce)) {
        printable = firn_printable(word);
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_INVALID_ARGUMENT,
                    "quiesce is \"%s\"; expected require, try or never",
                    printable);
        return FALSE;
    }
    limits->quiesce = (FirnQuiesce)quiesce;
    return TRUE;
}

static gboolean
take_knobs(FirnOptions *options, FirnFreezeLimits *limits, GError **error)
{
    return take_quiesce(options, limits, error) &&
           firn_options_take_duration(options, "deadline", 0, &limits->deadline_ms, error) &&
           firn_options_take_duration(options, "freeze-wait", 1, &limits->freeze_wait_ms, error) &&
           firn_options_take_duration(options, "frozen-max", 1, &limits->frozen_max_ms, error);
}

static gboolean
take_memory(FirnOptions *options, FirnMemoryMode *out_wish, GError **error)
{
    static const char *const words[] = {"none", "any", "live", "paused"};
    g_autofree char *word = NULL;
    g_autofree char *printable = NULL;

    if (!firn_options_take_string(options, "memory", &word, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (word == NULL || g_str_equal(words[i], word)) {
            *out_wish = (FirnMemoryMode)i;
            return TRUE;
        }
    printable = firn_printable(word);
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INVALID_ARGUMENT,
                "memory is \"%s\"; expected none, any, live or paused",
                printable);
    return FALSE;
}

FirnCreateParams *
firn_create_options_parse(FirnVm *vm, FirnBackend *backend, GVariant *parameters, GError **error)
{
    g_autoptr(FirnCreateParams) params = firn_create_params_new(vm, backend);
    g_autoptr(GVariant) vardict = g_variant_get_child_value(parameters, 1);
    g_autoptr(FirnOptions) options = firn_options_new(vardict);
    const char *name;

    g_variant_get_child(parameters, 0, "&s", &name);
    if (*name != '\0')
        params->name = g_strdup(name);
    if (!firn_options_take_string(options, "comment", &params->comment, error) ||
        !firn_options_take_strings(options, "exclude-disks", &params->exclude, error) ||
        !firn_options_take_boolean(options, "register", &params->is_to_register, error) ||
        !firn_options_take_boolean(options, "accept-unclean", &params->accepts_unclean, error) ||
        !firn_options_take_boolean(options, "accept-pause", &params->accepts_pause, error) ||
        !take_memory(options, &params->memory, error) ||
        !take_knobs(options, &params->limits, error) || !firn_options_finish(options, error))
        return NULL;
    return g_steal_pointer(&params);
}
