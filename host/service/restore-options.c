/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore-options.h"

#include "host-error.h"
#include "options.h"
#include "printable.h"

static gboolean
check_run(const char *word, GError **error)
{
    static const char *const words[] = {"running", "paused", "off", NULL};
    g_autofree char *printable = NULL;

    if (word == NULL || g_strv_contains(words, word))
        return TRUE;
    printable = firn_printable(word);
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INVALID_ARGUMENT,
                "run is \"%s\"; expected running, paused or off",
                printable);
    return FALSE;
}

FirnRestoreParams *
firn_restore_options_parse(FirnVm *vm,
                           FirnBackend *backend,
                           const char *key,
                           GVariant *vardict,
                           GError **error)
{
    g_autoptr(FirnRestoreParams) params = firn_restore_params_new(vm, backend);
    g_autoptr(FirnOptions) options = firn_options_new(vardict);

    if (key != NULL && *key != '\0')
        params->key = g_strdup(key);
    if (!firn_options_take_strings(options, "disks", &params->disks, error) ||
        !firn_options_take_boolean(options, "stop", &params->is_to_stop, error) ||
        !firn_options_take_duration(options, "grace", 0, &params->grace_ms, error) ||
        !firn_options_take_string(options, "run", &params->run_after, error) ||
        !firn_options_take_boolean(options,
                                   "accept-inconsistent",
                                   &params->accepts_inconsistent,
                                   error) ||
        !firn_options_take_boolean(options, "drop-bitmaps", &params->drops_bitmaps, error) ||
        !firn_options_take_boolean(options, "force", &params->is_forced, error) ||
        !firn_options_finish(options, error) || !check_run(params->run_after, error))
        return NULL;
    return g_steal_pointer(&params);
}
