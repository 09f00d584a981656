/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"
#include "guest-info.h"

/**
 * firn_vss_findings_add:
 * @findings: gets the findings
 * @agent: a synchronised agent of a Windows guest that is not frozen
 * @info: what it can do
 *
 * Tells whether the guest has firn-vss, whether its service runs and its hooks may, and what VSS
 * will do to the guest's other backups. Waits ten seconds at most. Job threads only.
 */
void firn_vss_findings_add(FirnFindings *findings,
                           FirnChannel *agent,
                           const FirnGuestInfo *info,
                           GCancellable *cancellable);
