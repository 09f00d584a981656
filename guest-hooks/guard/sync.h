/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mounts.h"
#include "waiter.h"

/**
 * firn_sync:
 * @mounts: all mounts
 * @end_ms: until when, of firn_clock_ms()
 *
 * Writes back what is dirty on all file systems that can be frozen, so that FIFREEZE has less of it
 * to do. In a process of its own, which is left alone if it takes too long.
 */
void firn_sync(const FirnMounts *mounts, FirnWaiter *waiter, int64_t end_ms);
