/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"

/**
 * firn_evidence_view_print:
 * @cli: how times are shown
 * @evidence: "a{sv}": the evidence of a snapshot, or of a create that failed
 * @frozen_for_us: how long the guest was frozen; 0: not at all
 *
 * Prints the guest, and the window as a timeline.
 */
void firn_evidence_view_print(FirnCli *cli, GVariant *evidence, guint64 frozen_for_us);

/**
 * firn_evidence_view_get_frozen_us:
 * @evidence: "a{sv}": the evidence
 *
 * Returns: microseconds from the freeze being sent to the thaw being confirmed; 0: not both were
 */
guint64 firn_evidence_view_get_frozen_us(GVariant *evidence);
