/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest.h"

/**
 * firn_test_saved_guest_prepare:
 * @options: what a guest is to be
 *
 * Sees to it that guests of these options can begin from RAM that was saved after a boot: boots one
 * like them and saves its RAM, if nobody has done so with this QEMU and this image. It is saved
 * before any disk is mounted, so it fits disks of any contents.
 */
void firn_test_saved_guest_prepare(const FirnTestGuestOptions *options);

/**
 * firn_test_saved_guest_write_start:
 * @path: of the file that QEMU shows to the guest as opt/firn/start
 * @how: how the guest is to start
 * @words: (nullable): what its init does, see tests/guest/README.md
 *
 * The guest reads it as it starts. It is always of the same size: guests that begin from one file
 * know no other.
 */
void firn_test_saved_guest_write_start(const char *path, FirnTestGuestStart how, const char *words);
