/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_timestamp_format:
 * @moment_us: microseconds since the epoch
 * @is_utc: in UTC instead of local time
 * @is_exact: with seconds, and with the zone
 *
 * Returns: (transfer full): "2026-11-20 14:03", "2026-11-20 14:03:07 CET"; "-" for 0
 */
char *firn_timestamp_format(guint64 moment_us, gboolean is_utc, gboolean is_exact);
