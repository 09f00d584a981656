/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli.h"

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

void
firn_cli_print(const char *text)
{
    g_print("%s", text);
}
