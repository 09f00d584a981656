/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * firn_test_guest_port_is_open:
 * @chardevs: QEMU's reply to query-chardev
 *
 * Returns: whether the guest has its agent's port open
 */
gboolean firn_test_guest_port_is_open(JsonNode *chardevs);
