/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "restore-plan.h"

/**
 * firn_restore_conflicts_judge:
 * @plan: a plan whose definition is known
 *
 * Adds a blocker for each MAC address that the VM gets back and that another VM of this host has,
 * running or off. Images in other VMs are judged with the disks. Job threads only.
 */
void firn_restore_conflicts_judge(FirnRestorePlan *plan);
