/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "findings.h"
#include "snapshot.h"

/**
 * firn_machine_findings_add:
 * @findings: gets the findings
 * @records: (element-type FirnSnapshot): of a VM
 * @monitor: monitor of its QEMU
 *
 * Reports snapshots with RAM whose machine type this QEMU has deprecated or does not support any
 * more: RAM can only be loaded into the machine type it was saved from, and QEMU removes machine
 * types some years after their release. Adds nothing if there is none, or if QEMU does not reply.
 * Job threads only.
 *
 * Source: query-machines, "deprecated" since QEMU 4.1.
 */
void firn_machine_findings_add(FirnFindings *findings,
                               GPtrArray *records,
                               FirnChannel *monitor,
                               GCancellable *cancellable);
