/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-findings.h"

#include "memory-migration.h"
#include "qmp-error.h"

#define SUBJECT "RAM"
#define ALLOWED "/proc/sys/vm/unprivileged_userfaultfd"
#define DEVICE  "/dev/userfaultfd"

static gboolean
is_for_everybody(const char *root)
{
    g_autofree char *path = g_strconcat(root, ALLOWED, NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) && g_str_equal(g_strstrip(text), "1");
}

static void
add_host(FirnFindings *findings, const char *root)
{
    g_autofree char *device = g_strconcat(root, DEVICE, NULL);

    if (is_for_everybody(root))
        firn_findings_say(findings,
                          "Userfaultfd",
                          SUBJECT,
                          "the kernel allows QEMU to save it while the guest runs");
    else if (g_file_test(device, G_FILE_TEST_EXISTS))
        firn_findings_say(findings,
                          "UserfaultfdDevice",
                          SUBJECT,
                          "the kernel allows a QEMU of root to save it while the guest runs, and a "
                          "QEMU that may open " DEVICE
                          " and supports it (QEMU 7.2 does not; libvirt 10.1 and later grant it to "
                          "each domain); check again while the VM is on");
    else
        firn_findings_add(findings,
                          FIRN_SEVERITY_WARNING,
                          "UserfaultfdForbidden",
                          SUBJECT,
                          "the kernel allows only a QEMU of root to save it while the guest runs",
                          FIRN_MEMORY_MIGRATION_REMEDY ", and the same in /etc/sysctl.d");
}

static void
add_refusal(FirnFindings *findings, const GError *error)
{
    firn_findings_add(findings,
                      FIRN_SEVERITY_WARNING,
                      "LiveMemoryRefused",
                      SUBJECT,
                      error->message,
                      "fix this, or let the guest be paused for it: --memory=paused");
}

void
firn_memory_findings_add(FirnFindings *findings,
                         FirnChannel *monitor,
                         const char *root,
                         GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;

    if (monitor != NULL && firn_memory_migration_check_background(monitor, cancellable, &error))
        firn_findings_say(findings, "LiveMemory", SUBJECT, "QEMU can save it while the guest runs");
    else if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED))
        add_refusal(findings, error);
    else
        add_host(findings, root);
}
