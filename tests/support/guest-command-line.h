/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest.h"

/**
 * firn_test_guest_command_line_new:
 * @guest: a guest with its UUID, disks and folder set
 *
 * Returns: (transfer full) (element-type utf8): the arguments of its QEMU, the program first; not
 * ended by %NULL
 */
GPtrArray *firn_test_guest_command_line_new(FirnTestGuest *guest,
                                            const FirnTestGuestOptions *options);
