/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report-error.h"

#include "printable.h"

static void
say(const char *text)
{
    g_autofree char *printable = firn_printable_clip(text, FIRN_PRINTABLE_SENTENCES);

    g_printerr("firn: %s\n", printable);
}

FirnExit
firn_report_error_named(const char *error_name, const char *message)
{
    const char *hint = firn_exit_hint(error_name);
    g_autofree char *text =
        hint == NULL ? g_strdup(message) : g_strdup_printf("%s; %s", message, hint);

    say(text);
    return firn_exit_from_name(error_name, NULL);
}

/* Errors of GDBus or of firn itself, not of firnd. */
static FirnExit
complain_local(const GError *error)
{
    say(error->message);
    if (error->domain == G_OPTION_ERROR)
        return FIRN_EXIT_USAGE;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        return FIRN_EXIT_TIMED_OUT;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return FIRN_EXIT_INTERRUPTED;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return FIRN_EXIT_NOT_FOUND;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
        return FIRN_EXIT_UNREACHABLE;
    return FIRN_EXIT_FAILED;
}

FirnExit
firn_report_error(const GError *error)
{
    g_autofree char *name = g_dbus_error_get_remote_error(error);
    g_autoptr(GError) stripped = g_error_copy(error);

    if (name == NULL)
        return complain_local(error);
    g_dbus_error_strip_remote_error(stripped);
    return firn_report_error_named(name, stripped->message);
}

void
firn_report_warning(const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    say(text);
}
