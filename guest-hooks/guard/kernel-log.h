/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "paths.h"

/**
 * firn_kernel_log:
 * @paths: where files are
 * @format: as for printf()
 *
 * Writes a line into the kernel's log, which is in RAM: syslog may wait for a frozen file system.
 * What cannot be written is lost.
 */
void firn_kernel_log(const FirnPaths *paths, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
