/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "firn-config.h"

#define FIRN_LIBVIRT_HOOK_FILE FIRN_LIBVIRT_HOOKS "/qemu.d/50-firn"

/**
 * FirnLibvirtHookState:
 * @FIRN_LIBVIRT_HOOK_MISSING: the file does not exist
 * @FIRN_LIBVIRT_HOOK_NOT_EXECUTABLE: libvirt ignores it
 * @FIRN_LIBVIRT_HOOK_UNSEEN: libvirt's daemon was started before any QEMU hook existed
 * @FIRN_LIBVIRT_HOOK_UNKNOWN: the file exists, but the start time of the daemon is unknown
 * @FIRN_LIBVIRT_HOOK_ACTIVE: libvirt's daemon calls it
 *
 * Whether libvirt calls firn's hook file.
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
 * @root: "" for the host; a test has its own
 *
 * Checks the hook files of the system's libvirt. When its daemon starts, it checks whether any QEMU
 * hook exists, hooks/qemu or a file in hooks/qemu.d; if not, it never calls a hook, else it calls
 * those that exist at the time of the event (libvirt 9.0). Reads files: not on the main loop.
 *
 * Returns: the state of FIRN_LIBVIRT_HOOK_FILE
 */
FirnLibvirtHookState firn_libvirt_hook_file_look(const char *root);
