/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-findings.h"

#define APPARMOR "/sys/kernel/security/apparmor/profiles"
#define SELINUX  "/sys/fs/selinux/enforce"

/* Returns "" if the file does not exist. */
static char *
read_file(const char *root, const char *path)
{
    g_autofree char *full = g_strconcat(root, path, NULL);
    char *text = NULL;

    if (!g_file_get_contents(full, &text, NULL, NULL))
        return g_strdup("");
    return g_strstrip(text);
}

void
firn_kernel_findings_add_confinement(FirnFindings *findings, const char *root)
{
    g_autofree char *profiles = read_file(root, APPARMOR);
    g_autofree char *enforce = read_file(root, SELINUX);

    if (*profiles != '\0')
        firn_findings_add(findings,
                          FIRN_SEVERITY_OK,
                          "AppArmor",
                          "AppArmor",
                          "confines libvirt's hooks and each QEMU to the images of its domain",
                          "if a disk or the hook is refused: journalctl -k --grep DENIED");
    if (g_str_equal(enforce, "1"))
        firn_findings_add(findings,
                          FIRN_SEVERITY_OK,
                          "SELinux",
                          "SELinux",
                          "confines libvirt's hooks and each QEMU to the images of its domain",
                          "if a disk or the hook is refused: ausearch -m avc -ts recent; "
                          "restorecon -v IMAGE");
}
