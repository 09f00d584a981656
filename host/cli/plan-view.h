/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"

/**
 * firn_plan_view_print:
 * @cli: the command line
 * @plan: "a{sv}": PlanSnapshot's answer
 *
 * Prints what `firn create` would do, and everything that stands in the way.
 */
void firn_plan_view_print(FirnCli *cli, GVariant *plan);

/**
 * firn_plan_view_status:
 * @plan: "a{sv}": PlanSnapshot's answer
 *
 * Returns: the exit status that `firn create` would have: of the first blocker
 */
FirnExit firn_plan_view_status(GVariant *plan);
