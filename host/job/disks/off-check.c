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

static const char *
find_indication(FirnRunEnd end)
{
    switch (end) {
    case FIRN_RUN_END_SHUT_DOWN:
        return NULL;
    case FIRN_RUN_END_FILESYSTEM:
        return FIRN_INDICATION_OFF_FILESYSTEM;
    case FIRN_RUN_END_APPLICATION:
        return FIRN_INDICATION_OFF_APPLICATION;
    case FIRN_RUN_END_UNCLEAN:
        return FIRN_INDICATION_OFF_UNCLEAN;
    default:
        return FIRN_INDICATION_OFF_UNKNOWN;
    }
}

FirnRunEnd
firn_off_check(FirnVm *vm, GPtrArray *disks, FirnEvidence *evidence)
{
    FirnRunEnd end = firn_last_run_judge(vm);

    if (is_one_left_open(disks))
        end = FIRN_RUN_END_UNCLEAN;
    if (find_indication(end) != NULL)
        firn_evidence_indicate(evidence, find_indication(end));
    return end;
}

const char *
firn_off_check_describe(FirnRunEnd end)
{
    switch (end) {
    case FIRN_RUN_END_SHUT_DOWN:
    case FIRN_RUN_END_FILESYSTEM:
    case FIRN_RUN_END_APPLICATION:
        return NULL;
    case FIRN_RUN_END_UNCLEAN:
        return "but its guest did not shut down: its disks are as after a power failure";
    default:
        return "and it is unknown whether its guest shut down, so its disks may be as after a "
               "power failure";
    }
}

/* Any other verdict, also with RAM: the disks alone are of an instant at which the guest was
 * running. */
static FirnRunEnd
judge_snapshot(const FirnSnapshot *snapshot)
{
    switch (snapshot->verdict) {
    case FIRN_VERDICT_OFFLINE:
        return FIRN_RUN_END_SHUT_DOWN;
    case FIRN_VERDICT_APPLICATION:
        return FIRN_RUN_END_APPLICATION;
    case FIRN_VERDICT_FILESYSTEM:
        return FIRN_RUN_END_FILESYSTEM;
    default:
        return FIRN_RUN_END_UNCLEAN;
    }
}

static guint
rank(FirnRunEnd end)
{
    static const FirnRunEnd weakest_first[] = {
        FIRN_RUN_END_UNCLEAN,
        FIRN_RUN_END_UNKNOWN,
        FIRN_RUN_END_FILESYSTEM,
        FIRN_RUN_END_APPLICATION,
        FIRN_RUN_END_SHUT_DOWN,
    };
    guint i = 0;

    while (i + 1 < G_N_ELEMENTS(weakest_first) && weakest_first[i] != end)
        i++;
    return i;
}

FirnRunEnd
firn_off_check_judge_revert(FirnVm *vm, const FirnSnapshot *snapshot, gboolean is_partial)
{
    FirnRunEnd end = judge_snapshot(snapshot);
    FirnRunEnd others = is_partial ? firn_last_run_judge(vm) : end;

    return rank(others) < rank(end) ? others : end;
}
