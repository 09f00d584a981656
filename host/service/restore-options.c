/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-options.h"

#include "host-error.h"

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

/* A machine is restored as a whole, or not at all. */
static gboolean
take_config(FirnOptions *options, FirnRestoreParams *params, GError **error)
{
    static const char *const words[] = {"captured", "keep", NULL};
    guint index = G_MAXUINT;

    if (!firn_options_take_word(options, "config", words, &index, error))
        return FALSE;
    if (params->disks != NULL && index == 0)
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_INVALID_ARGUMENT,
                                   "with disks (--disk) the configuration is not restored; leave "
                                   "out config=captured");
    params->keeps_config = index == 1;
    return TRUE;
}

static gboolean
take_mode(FirnOptions *options, FirnRestoreParams *params, GError **error)
{
    static const char *const words[] = {"strict", "best-effort", NULL};
    guint index = G_MAXUINT;

    if (!firn_options_take_word(options, "mode", words, &index, error))
        return FALSE;
    params->is_best_effort = index == 1;
    if (params->is_best_effort && (params->keeps_config || params->disks != NULL))
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_INVALID_ARGUMENT,
                                   "mode=best-effort changes the snapshot's configuration; leave "
                                   "out config=keep and disks (--disk)");
    return TRUE;
}

/* "stop" is the older, shorter form of "if-running=stop". */
static gboolean
take_readiness(FirnOptions *options, FirnRestoreParams *params, GError **error)
{
    static const char *const words[] = {"fail", "stop", "wait", NULL};
    guint wait_ms = FIRN_RESTORE_WAIT_MS_DEFAULT;
    guint index = G_MAXUINT;

    if (!firn_options_take_boolean(options, "stop", &params->is_to_stop, error) ||
        !firn_options_take_word(options, "if-running", words, &index, error) ||
        !firn_options_take_duration(options, "wait", 1, &wait_ms, error))
        return FALSE;
    if (params->is_to_stop && index != 1 && index != G_MAXUINT)
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_INVALID_ARGUMENT,
                                   "stop (--stop) and if-running=%s are mutually exclusive",
                                   words[index]);
    params->is_to_stop = params->is_to_stop || index == 1;
    params->wait_ms = index == 2 ? wait_ms : 0;
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
        !take_config(options, params, error) || !take_mode(options, params, error) ||
        !take_readiness(options, params, error) ||
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
