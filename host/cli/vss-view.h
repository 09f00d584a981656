/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_vss_view_summarise:
 * @evidence: "a{sv}": a snapshot's evidence
 *
 * Returns: (transfer full) (nullable): "clean, backup type copy", or why applications are not
 * called consistent; printable; %NULL if the guest was not Windows
 */
char *firn_vss_view_summarise(GVariant *evidence);

/**
 * firn_vss_view_format:
 * @evidence: "a{sv}": a snapshot's evidence
 *
 * Draws what firn-vss in a Windows guest said of the freeze, and what the host makes of it: the
 * run, hooks and VSS writers as tables.
 *
 * Returns: (transfer full): printable lines; "" if the guest was not Windows
 */
char *firn_vss_view_format(GVariant *evidence);
