/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnTestFakeSystemd:
 *
 * An imitation of systemd on a bus, with what firn uses of it. It starts nothing. It answers on the
 * default main loop, which must run in another thread than the test's (loop-thread.h).
 */
typedef struct FirnTestFakeSystemd FirnTestFakeSystemd;

/**
 * firn_test_fake_systemd_new:
 * @address: of a bus
 * @version: its version, "252.39"
 *
 * Returns: (transfer full): one that owns systemd's name
 */
FirnTestFakeSystemd *firn_test_fake_systemd_new(const char *address, const char *version);

/**
 * firn_test_fake_systemd_refuse:
 * @error_name: (nullable): the D-Bus error that StartTransientUnit returns from now on; %NULL: none
 */
void firn_test_fake_systemd_refuse(FirnTestFakeSystemd *self, const char *error_name);

/**
 * firn_test_fake_systemd_set_state:
 * @active: ActiveState of its unit
 * @code: ExecMainCode
 * @status: ExecMainStatus
 */
void firn_test_fake_systemd_set_state(FirnTestFakeSystemd *self,
                                      const char *active,
                                      gint32 code,
                                      gint32 status);

/**
 * firn_test_fake_systemd_dup_asked:
 *
 * Returns: (transfer full): the latest call that changes something, and its arguments as printed by
 * g_variant_print(); "" if there was none
 */
char *firn_test_fake_systemd_dup_asked(FirnTestFakeSystemd *self);

void firn_test_fake_systemd_free(FirnTestFakeSystemd *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestFakeSystemd, firn_test_fake_systemd_free)
