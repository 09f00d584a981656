/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"

/**
 * firn_lock_findings_add:
 * @subject: for the finding: "disk vda"
 * @path: of an image
 *
 * Warns if firn cannot find out whether a VM on another host has the image open. Blocks like the
 * file system.
 */
void firn_lock_findings_add(FirnFindings *findings, const char *subject, const char *path);
