/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void
firn_kernel_log(const FirnPaths *paths, const char *format, ...)
{
    char line[400];
    int start = snprintf(line, sizeof line, "firn-guard: ");
    char path[FIRN_PATH_BYTES];
    va_list rest;
    int length;
    int file = firn_paths_join(paths, "/dev/kmsg", path, sizeof path)
                   ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK)
                   : -1;

    if (file < 0)
        return;
    va_start(rest, format);
    length = start + vsnprintf(line + start, sizeof line - (size_t)start, format, rest);
    va_end(rest);
    if (length >= (int)sizeof line)
        length = sizeof line - 1;
    (void)!write(file, line, (size_t)length);
    close(file);
}
