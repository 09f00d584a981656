/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_libvirt_thaw:
 * @uri: libvirt URI
 * @limit_ms: nothing is sent after this time
 *
 * Thaws a domain's guest without firnd and without a main loop. If the guest is not frozen, thaws
 * it repeatedly until no freeze that an earlier firnd has passed to libvirt can arrive any more.
 * Blocks for as long as libvirt does, which may be longer than @limit_ms.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE; %FIRN_HOST_ERROR_AGENT_UNAVAILABLE.
 *
 * Returns: %TRUE if it is thawed, or no QEMU runs
 */
gboolean firn_libvirt_thaw(const char *uri, const char *uuid, guint limit_ms, GError **error);

/**
 * firn_libvirt_resume:
 * @uri: libvirt URI
 * @limit_ms: nothing is sent after this time
 *
 * Resumes a domain's guest without firnd and without a main loop, as soon as a migration of its RAM
 * allows it (see firn_memory_migration_release()). Otherwise like firn_libvirt_thaw().
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE.
 *
 * Returns: %TRUE if it runs, or no QEMU does
 */
gboolean firn_libvirt_resume(const char *uri, const char *uuid, guint limit_ms, GError **error);
