/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_hook_view_summarise:
 * @evidence: "a{sv}": a snapshot's evidence
 *
 * Returns: (transfer full) (nullable): "app: 2 ok, 1 skipped", in the guest's words; %NULL if there
 * is no report of firn-guard
 */
char *firn_hook_view_summarise(GVariant *evidence);

/**
 * firn_hook_view_format:
 * @evidence: "a{sv}": a snapshot's evidence
 *
 * Draws what firn-guard in the guest said: its hooks as a table with their times, what they told of
 * their applications, and what was not frozen.
 *
 * Returns: (transfer full): printable lines; "" if there is no report
 */
char *firn_hook_view_format(GVariant *evidence);
