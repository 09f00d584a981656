/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnTestRealQemu:
 *
 * A QEMU whose machine is never started: it has disks and a monitor, which is all a backend needs.
 */
typedef struct FirnTestRealQemu FirnTestRealQemu;

/**
 * firn_test_real_qemu_new:
 * @folder: folder of its socket
 * @images: (array zero-terminated=1): paths of qcow2 images, for the nodes n0, n1 ...
 *
 * Returns: (transfer full): a running QEMU; it ends with the test program at the latest
 */
FirnTestRealQemu *firn_test_real_qemu_new(const char *folder, const char *const *images);

/**
 * firn_test_real_qemu_get_monitor:
 *
 * Returns: (transfer none): its monitor
 */
FirnChannel *firn_test_real_qemu_get_monitor(FirnTestRealQemu *self);

/**
 * firn_test_real_qemu_free:
 * @self: (nullable): a QEMU; waits for its end
 */
void firn_test_real_qemu_free(FirnTestRealQemu *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestRealQemu, firn_test_real_qemu_free)
