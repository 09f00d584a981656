/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTestSystemd:
 *
 * A real systemd on a bus of its own: systemd --user, which runs only in
 * tests/unit-file/with-systemd. What it has started ends with it.
 */
typedef struct FirnTestSystemd FirnTestSystemd;

/**
 * firn_test_systemd_is_wanted:
 *
 * Returns: whether the test runs in tests/unit-file/with-systemd
 */
gboolean firn_test_systemd_is_wanted(void);

/**
 * firn_test_systemd_new:
 * @folder: of the test, for its files
 *
 * Waits until it serves its bus.
 *
 * Returns: (transfer full): a systemd
 */
FirnTestSystemd *firn_test_systemd_new(const char *folder);

/**
 * firn_test_systemd_get_address:
 *
 * Returns: (transfer none): address of its bus, which systemd starts as a service, because it
 * connects to no other
 */
const char *firn_test_systemd_get_address(FirnTestSystemd *self);

void firn_test_systemd_free(FirnTestSystemd *self);
