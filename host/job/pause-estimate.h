/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "snapshot.h"

/**
 * firn_pause_estimate_paused:
 * @ram_bytes: how much RAM has to be written at most
 * @snapshots: (element-type FirnSnapshot): the VM's records
 *
 * An estimate that is rather too long: all RAM at the slowest rate at which RAM of this VM was
 * written while it was paused; if it never was, at the slowest rate at which it was written live;
 * and if there is no record of either, at 100 MiB/s, as one disk that turns takes it.
 *
 * Returns: for how long its guest would stand still, in microseconds
 */
guint64 firn_pause_estimate_paused(guint64 ram_bytes, GPtrArray *snapshots);

/**
 * firn_pause_estimate_live:
 * @ram_bytes: how much RAM there is
 * @snapshots: (element-type FirnSnapshot): the VM's records
 *
 * The longest stop of a live snapshot of this VM; if there is no record of one, 200 ms, and 10 ms
 * for each GiB, whose pages QEMU has to protect.
 *
 * Returns: for how long its guest would stand still, in microseconds
 */
guint64 firn_pause_estimate_live(guint64 ram_bytes, GPtrArray *snapshots);
