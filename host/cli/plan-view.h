/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"

/**
 * firn_plan_view_print:
 * @plan: "a{sv}": PlanSnapshot's answer
 *
 * Prints what `firn create` would do, and all blockers.
 */
void firn_plan_view_print(FirnCli *cli, GVariant *plan);

/**
 * firn_plan_view_print_restore:
 * @plan: "a{sv}": PlanRestore's answer
 *
 * Prints what `firn restore` would do, and all blockers.
 */
void firn_plan_view_print_restore(FirnCli *cli, GVariant *plan);

/**
 * firn_plan_view_has_blocker:
 * @plan: "a{sv}": PlanSnapshot's or PlanRestore's answer
 * @code: of a blocker
 *
 * Returns: whether the plan has that blocker
 */
gboolean firn_plan_view_has_blocker(GVariant *plan, const char *code);

/**
 * firn_plan_view_get_only_blocker:
 * @plan: "a{sv}": PlanSnapshot's or PlanRestore's answer
 * @code: of a blocker
 *
 * Returns: (transfer none) (nullable): its message, if it is the only
 * blocker
 */
const char *firn_plan_view_get_only_blocker(GVariant *plan, const char *code);

/**
 * firn_plan_view_list_missing:
 * @plan: "a{sv}": PlanRestore's answer, or the result of a restore
 *
 * Returns: (transfer full): a sentence for each thing without which the VM would not start
 */
GStrv firn_plan_view_list_missing(GVariant *plan);

/**
 * firn_plan_view_status:
 * @plan: "a{sv}": PlanSnapshot's or PlanRestore's answer
 *
 * Returns: the exit status that the command would have: that of the first blocker
 */
FirnExit firn_plan_view_status(GVariant *plan);
