/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * firn_bus_error_name:
 * @error: an error of any part of firnd
 *
 * Maps the domain and code of an error to its published name.
 *
 * Returns: (transfer none): "org.firn.Firn1.Error.Busy" ...; "...Error.Failed" for any other error
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
 * Answers a call with an error. Makes text from guests and images printable.
 */
void firn_bus_error_return(GDBusMethodInvocation *invocation, GError *error);
