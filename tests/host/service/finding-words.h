/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"

/**
 * firn_test_finding_words:
 * @findings: findings
 *
 * Returns: (transfer full): "severity Word subject: message -> remedy" for each, one a line
 */
char *firn_test_finding_words(const FirnFindings *findings);
