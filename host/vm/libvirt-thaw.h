/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_libvirt_thaw:
 * @uri: which libvirt
 * @uuid: a domain
 * @error: return location for a #GError
 *
 * Thaws a domain's guest without firnd and without a main loop. Blocks, for as long as libvirt
 * does.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE; %FIRN_HOST_ERROR_AGENT_UNAVAILABLE.
 *
 * Returns: %TRUE if it is thawed, or no QEMU runs
 */
gboolean firn_libvirt_thaw(const char *uri, const char *uuid, GError **error);

/**
 * firn_libvirt_let_go_on:
 * @uri: which libvirt
 * @uuid: a domain
 * @error: return location for a #GError
 *
 * Lets a domain's guest go on without firnd and without a main loop. Blocks, for as long as libvirt
 * does.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE.
 *
 * Returns: %TRUE if it goes on, or no QEMU runs
 */
gboolean firn_libvirt_let_go_on(const char *uri, const char *uuid, GError **error);
