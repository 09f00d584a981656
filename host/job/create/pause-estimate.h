/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "snapshot.h"

/**
 * firn_pause_estimate_paused:
 * @ram_bytes: the largest number of bytes to write
 * @snapshots: (element-type FirnSnapshot): the VM's records
 *
 * The estimate is rather too long than too short: all RAM at the slowest rate at which RAM of this
 * VM was written while it was paused; without such a record, at the slowest rate at which it was
 * written live; and without any record at 100 MiB/s, the rate of a hard disk.
 *
 * Returns: for how long its guest would be paused, in microseconds
 */
guint64 firn_pause_estimate_paused(guint64 ram_bytes, GPtrArray *snapshots);

/**
 * firn_pause_estimate_live:
 * @ram_bytes: how much RAM there is
 * @snapshots: (element-type FirnSnapshot): the VM's records
 *
 * The longest pause of a live snapshot of this VM; without a record of one, 200 ms and 10 ms for
 * each GiB, whose pages QEMU has to protect.
 *
 * Returns: for how long its guest would be paused, in microseconds
 */
guint64 firn_pause_estimate_live(guint64 ram_bytes, GPtrArray *snapshots);
