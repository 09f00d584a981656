/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#define FIRN_TEST_QEMU "qemu-system-x86_64"

/**
 * firn_test_guest_image_file:
 * @name: "vmlinuz" or "initrd"
 *
 * Returns: (transfer full): its path
 */
char *firn_test_guest_image_file(const char *name);

/**
 * firn_test_guest_image_dup_qemu:
 *
 * Returns: (transfer full): path of the program that serves as every guest's QEMU,
 * tests/guest/qemu-system-x86_64
 */
char *firn_test_guest_image_dup_qemu(void);
