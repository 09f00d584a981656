/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "channel.h"

/**
 * firn_device_check:
 * @monitor: of a running VM
 * @blockers: (element-type FirnBlocker): gets what stands in the way
 * @cancellable: (nullable): ends the looking
 *
 * Looks for devices that cannot be in a snapshot with RAM: those of which QEMU says so, and those
 * with state outside QEMU that it does not save. Each is named. What cannot be asked is a blocker,
 * too. Changes nothing. Job threads only.
 *
 * Source: query-migrate, "blocked-reasons" since 6.0; qom-list since 1.2, of /machine/peripheral
 * (devices with an id) and /machine/peripheral-anon.
 */
void firn_device_check(FirnChannel *monitor, GPtrArray *blockers, GCancellable *cancellable);
