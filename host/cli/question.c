/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "question.h"

#include <stdio.h>
#include <unistd.h>

gboolean
firn_question_can_ask(void)
{
    return isatty(STDIN_FILENO);
}

gboolean
firn_question_ask(const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;
    char answer[16] = "";

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_printerr("%s [y/N] ", text);
    return fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}
