/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest.h"

/**
 * firn_test_saved_guest_prepare:
 * @options: a guest's options
 *
 * Makes sure that guests with these options can begin from RAM that was saved after a boot: boots
 * one of them and saves its RAM, unless that was done with this QEMU and this image. It is saved
 * before any disk is mounted, so it fits disks of any contents.
 */
void firn_test_saved_guest_prepare(const FirnTestGuestOptions *options);

/**
 * firn_test_saved_guest_write_start:
 * @path: of the file that the guest sees as opt/firn/start
 * @how: how the guest is to start
 * @words: (nullable): what its init does, see tests/guest/README.md
 *
 * The guest reads it when it starts. Its size is always the same, because guests that begin from
 * one saved RAM know only that size.
 */
void firn_test_saved_guest_write_start(const char *path, FirnTestGuestStart how, const char *words);
