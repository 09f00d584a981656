/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "off-check.h"

#include "indication.h"
#include "last-run.h"

static gboolean
is_one_left_open(GPtrArray *disks)
{
    for (guint i = 0; i < disks->len; i++)
        if (((const FirnDisk *)disks->pdata[i])->is_left_open)
            return TRUE;
    return FALSE;
}

FirnRunEnd
firn_off_check(FirnVm *vm, GPtrArray *disks, FirnEvidence *evidence)
{
    FirnRunEnd end = firn_last_run_judge(vm);

    if (is_one_left_open(disks))
        end = FIRN_RUN_END_UNCLEAN;
    if (end == FIRN_RUN_END_UNCLEAN)
        firn_evidence_indicate(evidence, FIRN_INDICATION_OFF_UNCLEAN);
    else if (firn_off_check_describe(end) != NULL)
        firn_evidence_indicate(evidence, FIRN_INDICATION_OFF_UNKNOWN);
    return end;
}

const char *
firn_off_check_describe(FirnRunEnd end)
{
    switch (end) {
    case FIRN_RUN_END_NONE:
    case FIRN_RUN_END_SHUT_DOWN:
        return NULL;
    case FIRN_RUN_END_UNCLEAN:
        return "but its guest did not shut down: its disks are as after a power failure";
    default:
        return "and nobody saw its guest shut down, so its disks may be as after a power failure";
    }
}

/* RAM is not on the disks, and they are of an instant at which its guest was at work. */
static FirnRunEnd
judge_snapshot(const FirnSnapshot *snapshot)
{
    switch (snapshot->verdict) {
    case FIRN_VERDICT_OFFLINE:
    case FIRN_VERDICT_FILESYSTEM:
    case FIRN_VERDICT_APPLICATION:
        return FIRN_RUN_END_SHUT_DOWN;
    default:
        return FIRN_RUN_END_UNCLEAN;
    }
}

FirnRunEnd
firn_off_check_judge_going_back(FirnVm *vm, const FirnSnapshot *snapshot, gboolean is_partial)
{
    FirnRunEnd end = judge_snapshot(snapshot);

    if (is_partial && end == FIRN_RUN_END_SHUT_DOWN) {
        FirnRunEnd others = firn_last_run_judge(vm);

        return firn_off_check_describe(others) == NULL ? end : others;
    }
    return end;
}
