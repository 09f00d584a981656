/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * firn_bus_error_name:
 * @error: any error of firnd's parts
 *
 * Finds the published name for an error by domain and code.
 *
 * Returns: (transfer none): "org.firn.Firn1.Error.Busy" ...; "...Error.Failed" for what has no name
 * of its own
 */
const char *firn_bus_error_name(const GError *error);

/**
 * firn_bus_error_names:
 *
 * Returns: (transfer none) (array zero-terminated=1): every name that firn_bus_error_name() can
 * return
 */
const char *const *firn_bus_error_names(void);

/**
 * firn_bus_error_return:
 * @invocation: (transfer full): a call
 * @error: (transfer full): why it failed
 *
 * Answers a call with an error. Text of guests and images in it is made printable.
 */
void firn_bus_error_return(GDBusMethodInvocation *invocation, GError *error);
