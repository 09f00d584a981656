/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_libvirtd_signal:
 * @number: a signal
 *
 * Sends it to the libvirtd that with-libvirtd has started, or to its replacement.
 */
void firn_test_libvirtd_signal(int number);

/**
 * firn_test_libvirtd_wait_end:
 *
 * Waits until the libvirtd that was told to exit has done so. Guests keep running.
 */
void firn_test_libvirtd_wait_end(void);

/**
 * firn_test_libvirtd_start:
 *
 * Starts it after its end, and waits until it responds.
 */
void firn_test_libvirtd_start(void);
