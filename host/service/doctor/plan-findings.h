/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"

/**
 * firn_plan_findings_add:
 * @findings: gets the findings
 * @plan: "a{sv}": the plan from firn_create_dry_run_make()
 * @monitor_path: (nullable): the socket named in its machine file; %NULL for a libvirt domain
 *
 * Reports what the plan of a snapshot has found: monitor, agent, disks, and blockers.
 */
void firn_plan_findings_add(FirnFindings *findings, GVariant *plan, const char *monitor_path);
