/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "crash-rig.h"

/**
 * FirnCrashVictim:
 * @name: of the victim
 * @strike: what happens to it while firnd is stopped at a step; afterwards firnd continues, or is
 * dead
 * @kills_guest: the guest's QEMU ends
 * @kills_agent: the guest's agent ends, and is started again by its init
 *
 * A process that ends or is late at a step of a job.
 */
typedef struct {
    const char *name;
    void (*strike)(FirnCrashRig *rig);
    gboolean kills_guest;
    gboolean kills_agent;
} FirnCrashVictim;

/**
 * firn_crash_victims:
 *
 * Returns: all of them; the last has no name. Those that libvirt carries need a domain.
 */
const FirnCrashVictim *firn_crash_victims(void);
