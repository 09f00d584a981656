/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"

/**
 * firn_plan_findings_add:
 * @findings: gets what there is to be said
 * @plan: "a{sv}": what firn_create_plan_make() has made
 * @monitor_path: (nullable): the socket that its machine file names; %NULL for a VM of libvirt's
 *
 * Monitor, agent, disks, and what stands in the way of a snapshot: what a plan of one has seen.
 */
void firn_plan_findings_add(FirnFindings *findings, GVariant *plan, const char *monitor_path);
