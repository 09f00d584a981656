/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "drift-watch.h"

/**
 * FirnConditions:
 *
 * The conditions of a VM: what a client can wait for. Main loop only.
 *
 * | type              | "True"                               | "Unknown"                      |
 * |-------------------|--------------------------------------|--------------------------------|
 * | Ready             | firn can work on the VM              | its source does not answer     |
 * | Progressing       | a job changes it                     |                                |
 * | Frozen            | firn keeps its guest frozen          |                                |
 * | ConfigDrift       | it differs from its current snapshot | there is nothing to compare    |
 * | DependencyMissing | it would not start without something | it is not off, or not checked  |
 */
typedef struct FirnConditions FirnConditions;

/**
 * firn_conditions_new:
 * @vm: the VM
 *
 * Returns: (transfer full): its conditions
 */
FirnConditions *firn_conditions_new(FirnVm *vm);

/**
 * firn_conditions_look:
 * @watch: (nullable): tracks its configuration
 *
 * Returns: (transfer full): "a(ssssx)": type, status ("True", "False", "Unknown"), reason (a word),
 * message (a printable sentence, or ""), and since when its status and reason are these
 * (microseconds since 1970); floating
 */
GVariant *firn_conditions_look(FirnConditions *self, FirnDriftWatch *watch);

void firn_conditions_free(FirnConditions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnConditions, firn_conditions_free)
