/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "channel.h"

/**
 * firn_device_check:
 * @monitor: of a running VM
 * @blockers: (element-type FirnBlocker): gets the blockers
 *
 * Finds devices that cannot be part of a snapshot with RAM: those that QEMU reports, and those with
 * state outside QEMU that QEMU does not save. Each is named. A query that fails is a blocker, too.
 * Changes nothing. Job threads only.
 *
 * Source: query-migrate, "blocked-reasons" since 6.0; qom-list since 1.2, of /machine/peripheral
 * (devices with an id) and /machine/peripheral-anon.
 */
void firn_device_check(FirnChannel *monitor, GPtrArray *blockers, GCancellable *cancellable);
