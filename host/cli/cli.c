/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli.h"

#include "duration.h"

int
firn_cli_usage(FirnCli *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    firn_report_warning("%s: %s; see: firn %s --help", self->command, text, self->command);
    return FIRN_EXIT_USAGE;
}

void
firn_cli_say(FirnCli *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    if (self->is_quiet || self->is_json)
        return;
    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_print("%s\n", text);
}

gboolean
firn_cli_add_duration(GVariantDict *options, const char *key, const char *text, GError **error)
{
    guint64 us;

    if (text == NULL)
        return TRUE;
    if (!firn_duration_parse(text, &us, error)) {
        g_prefix_error(error, "--%s: ", key);
        return FALSE;
    }
    g_variant_dict_insert(options, key, "t", us);
    return TRUE;
}

void
firn_cli_print(const char *text)
{
    g_print("%s", text);
}
