/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transcript.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

void
firn_transcript_add(const char *format, ...)
{
    char line[2048];
    va_list arguments;
    HANDLE file;
    DWORD written;

    va_start(arguments, format);
    vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    strcat(line, "\n");
    /* One write at the end of the file: lines of several threads and processes do not mix. */
    file = CreateFileA(FIRN_FAKEVSS_FOLDER "\\transcript.txt",
                       FILE_APPEND_DATA,
                       FILE_SHARE_READ | FILE_SHARE_WRITE,
                       NULL,
                       OPEN_ALWAYS,
                       0,
                       NULL);
    if (file == INVALID_HANDLE_VALUE)
        return;
    WriteFile(file, line, (DWORD)strlen(line), &written, NULL);
    CloseHandle(file);
}
