/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

#define FIRN_TYPE_DISK_BACKENDS (firn_disk_backends_get_type())
G_DECLARE_FINAL_TYPE(FirnDiskBackends, firn_disk_backends, FIRN, DISK_BACKENDS, GObject)

/**
 * firn_disk_backends_new:
 *
 * A backend for disks of any: it passes each disk on to that which firn_disk_get_backend() names.
 * All disks of a cut are cut, or the cut has failed; backends are used in the order in which they
 * were added.
 *
 * Returns: (transfer full): one without backends
 */
FirnDiskBackends *firn_disk_backends_new(void);

/**
 * firn_disk_backends_add:
 * @backend: (transfer full): one of those that disks may have
 */
void firn_disk_backends_add(FirnDiskBackends *self, FirnBackend *backend);
