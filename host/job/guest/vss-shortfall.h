/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"

/**
 * FirnVssQuestion:
 * @counter_before: number of the guest's last snapshot before the freeze was sent
 * @set_before: (nullable): and its id
 * @asked_us: when the host asked after the thaw, on the clock of the evidence
 * @answered_us: when it had the answer
 *
 * What ties an answer of firn-vss to a freeze.
 */
typedef struct {
    guint64 counter_before;
    const char *set_before; /* (unowned) (nullable) */
    gint64 asked_us;
    gint64 answered_us;
} FirnVssQuestion;

/**
 * firn_vss_shortfall_find_other:
 * @report: what the guest answered
 * @moment: when
 * @evidence: times of the freeze
 * @question: when it was asked
 *
 * Compares counters, ids and ages, because the guest's clock need not be the host's.
 *
 * Returns: (transfer full) (nullable): why the record is not of this freeze; %NULL if it is
 */
char *firn_vss_shortfall_find_other(const FirnVssReport *report,
                                    const FirnVssMoment *moment,
                                    const FirnEvidence *evidence,
                                    const FirnVssQuestion *question);

/**
 * firn_vss_shortfall_has_ended_early:
 * @report: a record of this freeze
 * @evidence: times of the freeze
 *
 * Returns: whether the guest says that VSS had ended the freeze before the host thawed
 */
gboolean firn_vss_shortfall_has_ended_early(const FirnVssReport *report,
                                            const FirnEvidence *evidence);

/**
 * firn_vss_shortfall_find:
 * @report: a record of this freeze
 * @moment: when it was given
 *
 * Returns: (transfer full) (nullable): why applications were not at rest, printable; %NULL if the
 * guest says nothing of the kind
 */
char *firn_vss_shortfall_find(const FirnVssReport *report, const FirnVssMoment *moment);

/**
 * firn_vss_shortfall_find_writer:
 * @report: with all writers
 *
 * Returns: (transfer full) (nullable): which writer has failed, printable; %NULL: none
 */
char *firn_vss_shortfall_find_writer(const FirnVssReport *report);
