/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "firn-config.h"

#define FIRN_LIBVIRT_HOOK_FILE FIRN_LIBVIRT_HOOKS "/qemu.d/50-firn"

/**
 * FirnLibvirtHookState:
 * @FIRN_LIBVIRT_HOOK_MISSING: there is no such file
 * @FIRN_LIBVIRT_HOOK_NOT_EXECUTABLE: libvirt passes over it
 * @FIRN_LIBVIRT_HOOK_UNSEEN: libvirt's daemon was started before it had any hook for QEMU
 * @FIRN_LIBVIRT_HOOK_UNKNOWN: it is there, but nobody knows since when the daemon runs
 * @FIRN_LIBVIRT_HOOK_ACTIVE: libvirt's daemon calls it
 *
 * What becomes of firn's hook file.
 */
typedef enum {
    FIRN_LIBVIRT_HOOK_MISSING,
    FIRN_LIBVIRT_HOOK_NOT_EXECUTABLE,
    FIRN_LIBVIRT_HOOK_UNSEEN,
    FIRN_LIBVIRT_HOOK_UNKNOWN,
    FIRN_LIBVIRT_HOOK_ACTIVE,
} FirnLibvirtHookState;

/**
 * firn_libvirt_hook_file_look:
 * @root: "" for the host; a test has one of its own
 *
 * Looks at the files of the system's libvirt. When its daemon starts it looks whether there is any
 * hook for QEMU, hooks/qemu or one in hooks/qemu.d; if there is none it never looks again,
 * otherwise it calls whatever is there at the time (libvirt 9.0). Reads files: not on the main
 * loop.
 *
 * Returns: what becomes of FIRN_LIBVIRT_HOOK_FILE
 */
FirnLibvirtHookState firn_libvirt_hook_file_look(const char *root);
