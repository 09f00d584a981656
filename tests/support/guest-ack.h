/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_guest_ack_read:
 * @path: the file with the acknowledgements of a guest's writer
 *
 * Returns: the last complete number; 0 if there is none
 */
gint64 firn_test_guest_ack_read(const char *path);
