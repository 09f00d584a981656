/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnFindingState:
 * @FIRN_FINDING_OK: every disk has the snapshot, once
 * @FIRN_FINDING_MISSING: no disk has it, and every disk was read
 * @FIRN_FINDING_DEGRADED: some disks do not have it, or have it more than once, or its RAM is lost
 * @FIRN_FINDING_COVERED: every disk has it, but below another program's overlay
 * @FIRN_FINDING_UNREGISTERED: every disk has it, but the VM's source does not list it
 * @FIRN_FINDING_ORPHANED: a file with RAM whose snapshot has neither a record nor a tag on a disk
 * @FIRN_FINDING_FOREIGN: a tag without a record
 * @FIRN_FINDING_UNREACHABLE: some disk cannot be read, so nothing is concluded
 * @FIRN_FINDING_INTERRUPTED: a job on it was interrupted and has not been ended
 * @FIRN_FINDING_UNREADABLE: one of firn's own files cannot be read
 * @FIRN_FINDING_REPAIRED: was one of these, and is repaired
 *
 * The state of one snapshot.
 */
typedef enum {
    FIRN_FINDING_OK,
    FIRN_FINDING_MISSING,
    FIRN_FINDING_DEGRADED,
    FIRN_FINDING_COVERED,
    FIRN_FINDING_UNREGISTERED,
    FIRN_FINDING_ORPHANED,
    FIRN_FINDING_FOREIGN,
    FIRN_FINDING_UNREACHABLE,
    FIRN_FINDING_INTERRUPTED,
    FIRN_FINDING_UNREADABLE,
    FIRN_FINDING_REPAIRED,
} FirnFindingState;

/**
 * FirnFinding:
 * @state: its state
 * @uuid: (nullable): of the snapshot, if known
 * @subject: name of the snapshot, its tag if it is foreign, or a file
 * @disks: which disks, and their state
 * @remedy: what to do; "" for nothing
 *
 * One finding of firn verify.
 */
typedef struct {
    FirnFindingState state;
    char *uuid;    /* (owned) (nullable) */
    char *subject; /* (owned) */
    char *disks;   /* (owned) */
    char *remedy;  /* (owned) */
} FirnFinding;

/**
 * firn_finding_add:
 * @findings: (element-type FirnFinding): a list
 * @uuid: (nullable): of a record
 * @subject: what it is about
 * @disks: (transfer full): which disks
 * @remedy: (transfer full): what to do
 */
void firn_finding_add(GPtrArray *findings,
                      FirnFindingState state,
                      const char *uuid,
                      const char *subject,
                      char *disks,
                      char *remedy);

/**
 * firn_verify_scan_run:
 * @vm: a VM that a job of firn holds
 *
 * Compares the catalogue, the tables of all disks, the files with RAM, the journal and the source's
 * list; changes nothing. Job threads only.
 *
 * Returns: (transfer full) (element-type FirnFinding): one for each record, in tree order, then
 * those without a record
 */
GPtrArray *firn_verify_scan_run(FirnVm *vm);
