/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_freeze_timeline_format:
 * @evidence: "a{sv}": a snapshot's evidence
 * @is_utc: times in UTC
 *
 * Draws the freeze window as a timeline: what happened how long after the freeze was sent.
 *
 * Returns: (transfer full): printable lines, indented; "" if no freeze was sent
 */
char *firn_freeze_timeline_format(GVariant *evidence, gboolean is_utc);
