/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"
#include "libvirt-hook-file.h"
#include "vm-source.h"

/**
 * firn_libvirt_findings_add:
 * @findings: gets the findings
 * @health: (element-type FirnSourceHealth): state of the sources of VMs
 *
 * Reports whether libvirt is reachable, and its version.
 */
void firn_libvirt_findings_add(FirnFindings *findings, GPtrArray *health);

/**
 * firn_libvirt_findings_want_hook:
 * @health: (element-type FirnSourceHealth): state of the sources of VMs
 *
 * Returns: whether one of them is the libvirt for which firn's hook is
 */
gboolean firn_libvirt_findings_want_hook(GPtrArray *health);

/**
 * firn_libvirt_findings_add_hook:
 * @findings: gets the findings
 * @state: state of firn's hook file
 */
void firn_libvirt_findings_add_hook(FirnFindings *findings, FirnLibvirtHookState state);
