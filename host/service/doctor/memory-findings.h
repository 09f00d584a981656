/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "findings.h"

/**
 * firn_memory_findings_add:
 * @findings: gets the findings
 * @monitor: (nullable): monitor of the VM's QEMU, while no job uses its RAM; %NULL: none is
 * available
 * @root: "" for the host; a test has its own
 *
 * Reports whether QEMU can save the guest's RAM while the guest runs, for snapshots with RAM. QEMU
 * checks itself, its user and its devices. For a VM that is off, only the host is checked:
 * userfaultfd is open to all users, or to QEMU through /dev/userfaultfd, which belongs to root,
 * which QEMU 7.2 does not support yet, and which libvirt 10.1 and later grant to each domain. Job
 * threads only.
 */
void firn_memory_findings_add(FirnFindings *findings,
                              FirnChannel *monitor,
                              const char *root,
                              GCancellable *cancellable);
