/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "findings.h"
#include "libvirt-hook-file.h"
#include "vm-source.h"

/**
 * firn_libvirt_findings_add:
 * @findings: gets what there is to be said
 * @health: (element-type FirnSourceHealth): how it is with what VMs come from
 *
 * Whether libvirt is reached, and which one it is.
 */
void firn_libvirt_findings_add(FirnFindings *findings, GPtrArray *health);

/**
 * firn_libvirt_findings_want_hook:
 * @health: (element-type FirnSourceHealth): how it is with what VMs come from
 *
 * Returns: whether there is a libvirt that firn's hook is for
 */
gboolean firn_libvirt_findings_want_hook(GPtrArray *health);

/**
 * firn_libvirt_findings_add_hook:
 * @findings: gets what there is to be said
 * @state: what becomes of firn's hook file
 */
void firn_libvirt_findings_add_hook(FirnFindings *findings, FirnLibvirtHookState state);
