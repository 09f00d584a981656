/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "create-request.h"

#include "duration.h"

static gboolean
add_duration(GVariantDict *options,
             const char *option,
             const char *key,
             const char *text,
             GError **error)
{
    guint64 us;

    if (text == NULL)
        return TRUE;
    if (!firn_duration_parse(text, &us, error)) {
        g_prefix_error(error, "%s: ", option);
        return FALSE;
    }
    g_variant_dict_insert(options, key, "t", us);
    return TRUE;
}

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
        !add_duration(&options, "--deadline", "deadline", self->deadline, error) ||
        !add_duration(&options, "--freeze-wait", "freeze-wait", self->freeze_wait, error) ||
        !add_duration(&options, "--frozen-max", "frozen-max", self->frozen_max, error))
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
    if (self->accepts_pause)
        g_variant_dict_insert(&options, "accept-pause", "b", TRUE);
    if (self->is_unregistered)
        g_variant_dict_insert(&options, "register", "b", FALSE);
    return g_variant_ref_sink(g_variant_dict_end(&options));
}
