/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "findings.h"
#include "snapshot.h"

/**
 * firn_machine_findings_add:
 * @findings: gets what there is to be said
 * @records: (element-type FirnSnapshot): of a VM
 * @monitor: of its QEMU
 * @cancellable: (nullable): ends the asking
 *
 * Which of the snapshots with RAM want a machine type that this QEMU calls deprecated, or does not
 * know any more: RAM goes back into the machine that it was taken of, and QEMU deletes machine
 * types some years after their release. Nothing if there is none, or if QEMU does not tell. Job
 * threads only.
 *
 * Source: query-machines, "deprecated" since QEMU 4.1.
 */
void firn_machine_findings_add(FirnFindings *findings,
                               GPtrArray *records,
                               FirnChannel *monitor,
                               GCancellable *cancellable);
