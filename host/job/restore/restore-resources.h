/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "restore-plan.h"

/**
 * firn_restore_resources_list:
 * @plan: a plan with a target, in which everything else was judged
 *
 * Lists what happens to each part of the VM: derived from what the job will do, and from the
 * blockers, so that the list cannot say anything else.
 */
void firn_restore_resources_list(FirnRestorePlan *plan);
