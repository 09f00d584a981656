/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"
#include "vm.h"

/**
 * firn_catalogue_findings_add:
 * @findings: gets the findings
 *
 * Adds what firnd knows about a VM without any query: its catalogue, its limit, interrupted jobs,
 * whether firn keeps it frozen. Main loop.
 */
void firn_catalogue_findings_add(FirnFindings *findings, FirnVm *vm);
