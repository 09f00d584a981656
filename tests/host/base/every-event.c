/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "every-event.h"

void
firn_test_send_every_event(FirnEventSubject about)
{
    firn_event_job_completed(about);
    firn_event_job_failed(about, "no space");
    firn_event_job_cancelled(about);
    firn_event_policy_changed(about, "max-snapshots=5");
    firn_event_thawed_by_timer(about);
    firn_event_still_frozen(about, "no answer");
    firn_event_thawed_late(about, "was thawed");
    firn_event_thawed_by_tool(about, "thawed");
    firn_event_rolled_back(about, "failed");
    firn_event_restore_undone(about);
    firn_event_snapshot_damage(about, "snapshot s1 is missing");
    firn_event_catalogue_damage(about, "its file is no catalogue");
    firn_event_interrupted_settled(about, "removed it");
    firn_event_interrupted_left(about, "snapshot s1 is incomplete");
}
