/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"
#include "findings.h"

/**
 * firn_freeze_findings_add:
 * @findings: gets what there is to be said
 * @evidence: what was seen of a freeze and the thaw after it
 * @flaw: (nullable): why a window that was whole at first did not hold
 *
 * Tells how a freeze went: which file systems were frozen and which cannot be, what the guest
 * complained about and what to do about that, hooks, thaw.
 */
void firn_freeze_findings_add(FirnFindings *findings,
                              const FirnEvidence *evidence,
                              const GError *flaw);
