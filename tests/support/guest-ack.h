/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_guest_ack_read:
 * @path: what a guest's writer has acknowledged
 *
 * Returns: the last number that is there in full; 0 if there is none
 */
gint64 firn_test_guest_ack_read(const char *path);
