/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "findings.h"

/**
 * firn_memory_findings_add:
 * @findings: gets what there is to be said
 * @monitor: (nullable): of the VM's QEMU, in which nobody works with its RAM; %NULL: none can be
 * asked
 * @root: "" for the host; a test has one of its own
 * @cancellable: (nullable): ends the asking
 *
 * Whether QEMU can save the guest's RAM while the guest runs, which snapshots with RAM want. QEMU
 * knows it of itself, its user and its devices; of a VM that is off only the host's part is known:
 * whether userfaultfd is for everybody, or QEMU's by /dev/userfaultfd, which QEMU 7.2 does not know
 * yet, which belongs to root, and which libvirt from 10.1 on gives to each domain. Job threads
 * only.
 */
void firn_memory_findings_add(FirnFindings *findings,
                              FirnChannel *monitor,
                              const char *root,
                              GCancellable *cancellable);
