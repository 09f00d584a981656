/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "create-request.h"

#include "cli.h"

static gboolean
check_quiesce(const char *word, GError **error)
{
    static const char *const words[] = {"require", "try", "never", NULL};

    if (word == NULL || g_strv_contains(words, word))
        return TRUE;
    g_set_error(error,
                G_OPTION_ERROR,
                G_OPTION_ERROR_BAD_VALUE,
                "--quiesce=%s: must be require, try or never",
                word);
    return FALSE;
}

GVariant *
firn_create_request_to_options(const FirnCreateRequest *self, GError **error)
{
    g_auto(GVariantDict) options = G_VARIANT_DICT_INIT(NULL);

    if (!check_quiesce(self->quiesce, error) ||
        !firn_cli_add_duration(&options, "deadline", self->deadline, error) ||
        !firn_cli_add_duration(&options, "freeze-wait", self->freeze_wait, error) ||
        !firn_cli_add_duration(&options, "frozen-max", self->frozen_max, error) ||
        !firn_cli_add_duration(&options, "fstrim", self->fstrim, error))
        return NULL;
    if (self->comment != NULL)
        g_variant_dict_insert(&options, "comment", "s", self->comment);
    if (self->quiesce != NULL)
        g_variant_dict_insert(&options, "quiesce", "s", self->quiesce);
    if (self->exclude != NULL)
        g_variant_dict_insert(&options, "exclude-disks", "^as", self->exclude);
    if (self->memory != NULL)
        g_variant_dict_insert(&options, "memory", "s", self->memory);
    if (self->accepts_unclean)
        g_variant_dict_insert(&options, "accept-unclean", "b", TRUE);
    if (self->pauses)
        g_variant_dict_insert(&options, "pause", "b", TRUE);
    if (self->accepts_pause)
        g_variant_dict_insert(&options, "accept-pause", "b", TRUE);
    if (self->is_unregistered)
        g_variant_dict_insert(&options, "register", "b", FALSE);
    return g_variant_ref_sink(g_variant_dict_end(&options));
}
