/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdio.h>

#include "paths.h"

/**
 * FirnInstall:
 * @paths: where to install
 * @source: folder with firn-hook, firn-guard, firn-port, their units, 70-firn-port.rules and
 * hooks.d
 * @hook: path of firn-hook, once installed
 * @guard: path of firn-guard, once installed
 * @port: path of firn-port, once installed
 * @run: (nullable): runs a command, and returns its exit status; NULL: another system's files are
 * changed, and nothing is started or stopped
 *
 * What is installed, and where.
 */
typedef struct FirnInstall {
    const FirnPaths *paths;
    const char *source;
    const char *hook;
    const char *guard;
    const char *port;
    int (*run)(const char *const *words);
} FirnInstall;

/**
 * firn_install:
 * @out: where to tell what is done
 *
 * Copies programs, unit and hooks, unless they run from their places already, and makes qemu-ga
 * call firn-hook. Does nothing if a package has brought it; may be repeated.
 *
 * Returns: exit status: a FirnExit
 */
unsigned firn_install(const FirnInstall *self, FILE *out);

/**
 * firn_uninstall:
 * @out: where to tell what is done
 *
 * Removes what firn_install() has placed. firn-hook stays as long as a qemu-ga that runs may call
 * it: each freeze would fail. Nothing is removed while the guest may be frozen.
 *
 * Returns: exit status: a FirnExit
 */
unsigned firn_uninstall(const FirnInstall *self, FILE *out);
