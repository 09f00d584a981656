/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-facts.h"

#include "engine-enums.h"
#include "enum-nick.h"

const char *
firn_snapshot_verdict_word(const FirnSnapshot *self)
{
    return firn_enum_to_nick(FIRN_TYPE_VERDICT, self->verdict);
}

const char *
firn_snapshot_phase_word(FirnSnapshotPhase phase)
{
    return firn_enum_to_nick(FIRN_TYPE_SNAPSHOT_PHASE, phase);
}

guint64
firn_snapshot_get_frozen_for_us(const FirnSnapshot *self)
{
    const FirnEvidence *evidence = self->evidence;

    if (evidence->freeze_sent_us == 0 || evidence->thawed_us <= evidence->freeze_sent_us)
        return 0;
    return (guint64)(evidence->thawed_us - evidence->freeze_sent_us);
}

GStrv
firn_snapshot_dup_indications(const FirnSnapshot *self)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    for (guint i = 0; i < self->evidence->indications->len; i++)
        g_strv_builder_add(words, self->evidence->indications->pdata[i]);
    return g_strv_builder_end(words);
}
