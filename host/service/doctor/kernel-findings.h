/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"

/**
 * firn_kernel_findings_add_confinement:
 * @findings: gets the findings
 * @root: "" for the host; a test has its own
 *
 * Reports whether AppArmor or SELinux confine QEMU and libvirt on this host, and where to find
 * denials. Adds nothing if neither is active. Reads files: not on the main loop.
 */
void firn_kernel_findings_add_confinement(FirnFindings *findings, const char *root);
