/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

/**
 * FirnQcow2Backend:
 *
 * Internal snapshots of qcow2 images: made by QEMU while the VM runs, by qemu-img while it is off.
 */
#define FIRN_TYPE_QCOW2_BACKEND (firn_qcow2_backend_get_type())
G_DECLARE_FINAL_TYPE(FirnQcow2Backend, firn_qcow2_backend, FIRN, QCOW2_BACKEND, GObject)

/**
 * firn_qcow2_backend_new:
 *
 * Returns: (transfer full): a backend
 */
FirnBackend *firn_qcow2_backend_new(void);
