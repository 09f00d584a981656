/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lock-findings.h"

#include "file-locks.h"

void
firn_lock_findings_add(FirnFindings *findings, const char *subject, const char *path)
{
    g_autofree char *doubt = firn_file_locks_dup_doubt(path);
    g_autofree char *message =
        g_strdup_printf("a VM on another host could have its image %s open, and firn would not "
                        "notice: %s",
                        path,
                        doubt);

    if (doubt != NULL)
        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          "LocksUnknown",
                          subject,
                          message,
                          "mount it with locks; or do not change snapshots while another host may "
                          "use the image");
}
