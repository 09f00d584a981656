/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"
#include "findings.h"

/**
 * firn_freeze_findings_add:
 * @findings: gets the findings
 * @evidence: of a freeze and the thaw after it
 * @flaw: (nullable): why a freeze that succeeded did not hold
 *
 * Reports a freeze: which file systems were frozen and which cannot be, what the guest reported and
 * what to do about it, hooks, thaw.
 */
void firn_freeze_findings_add(FirnFindings *findings,
                              const FirnEvidence *evidence,
                              const GError *flaw);
