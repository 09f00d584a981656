/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_unit_messages_read:
 * @unit: name of a service that has stopped
 *
 * Reads from the journal what the service wrote to its standard error. On a busy host the journal
 * is late: waits up to 10 s for the first line.
 *
 * Returns: (transfer full): printable text of at most 512 characters; "" if the journal has nothing
 */
char *firn_unit_messages_read(const char *unit);
