/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "findings.h"

/**
 * firn_hook_findings_add:
 * @findings: gets the findings
 * @agent: a synchronised agent of a running guest
 * @monitor: (nullable): its QEMU, which may have a port to firn-guard
 *
 * Tells whether a Linux guest has firn-guard, and which hooks ran at its last freeze, or would run.
 * Of a Windows guest, firn_vss_findings_add() tells. Job threads only.
 */
void firn_hook_findings_add(FirnFindings *findings,
                            FirnChannel *agent,
                            FirnChannel *monitor,
                            GCancellable *cancellable);
