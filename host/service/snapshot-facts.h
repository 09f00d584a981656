/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "snapshot.h"

/* Values of a record as the bus shows them, the same for Snapshot objects and GetTree. */

/**
 * firn_snapshot_verdict_word:
 *
 * Returns: (transfer none): its verdict as a word
 */
const char *firn_snapshot_verdict_word(const FirnSnapshot *self);

/**
 * firn_snapshot_phase_word:
 *
 * Returns: (transfer none): the phase as a word
 */
const char *firn_snapshot_phase_word(FirnSnapshotPhase phase);

/**
 * firn_snapshot_get_frozen_for_us:
 *
 * Returns: microseconds from freeze sent to thaw confirmed; 0 if no freeze was sent
 */
guint64 firn_snapshot_get_frozen_for_us(const FirnSnapshot *self);

/**
 * firn_snapshot_dup_indications:
 *
 * Returns: (transfer full) (array zero-terminated=1): words
 */
GStrv firn_snapshot_dup_indications(const FirnSnapshot *self);
