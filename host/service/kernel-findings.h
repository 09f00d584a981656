/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"

/**
 * firn_kernel_findings_add_confinement:
 * @findings: gets what there is to be said
 * @root: "" for the host; a test has one of its own
 *
 * Whether AppArmor or SELinux confine QEMU and libvirt here, and where denials are found. Nothing
 * if neither is active. Reads files: not on the main loop.
 */
void firn_kernel_findings_add_confinement(FirnFindings *findings, const char *root);
