/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"

/**
 * firn_test_finding_words:
 * @findings: findings
 *
 * Returns: (transfer full): one line for each finding: "severity Word subject: message -> remedy"
 */
char *firn_test_finding_words(const FirnFindings *findings);
