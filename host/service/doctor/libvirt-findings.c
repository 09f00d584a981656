/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-findings.h"

#define RESTART_LIBVIRT "systemctl restart libvirtd (or virtqemud); guests keep running"

static const char *const hook_words[] = {
    [FIRN_LIBVIRT_HOOK_MISSING] = "HookMissing",
    [FIRN_LIBVIRT_HOOK_NOT_EXECUTABLE] = "HookNotExecutable",
    [FIRN_LIBVIRT_HOOK_UNSEEN] = "HookUnseen",
    [FIRN_LIBVIRT_HOOK_UNKNOWN] = "Hook",
    [FIRN_LIBVIRT_HOOK_ACTIVE] = "Hook",
};
G_STATIC_ASSERT(G_N_ELEMENTS(hook_words) == FIRN_LIBVIRT_HOOK_ACTIVE + 1);

static const char *const hook_messages[] = {
    [FIRN_LIBVIRT_HOOK_MISSING] =
        FIRN_LIBVIRT_HOOK_FILE " does not exist: libvirt starts domains without asking firn",
    [FIRN_LIBVIRT_HOOK_NOT_EXECUTABLE] =
        FIRN_LIBVIRT_HOOK_FILE " is not executable: libvirt ignores it",
    [FIRN_LIBVIRT_HOOK_UNSEEN] = FIRN_LIBVIRT_HOOK_FILE
    " was installed after libvirt was started, so libvirt does not call it",
    [FIRN_LIBVIRT_HOOK_UNKNOWN] =
        FIRN_LIBVIRT_HOOK_FILE " is installed; libvirt's daemon does not seem to run",
    [FIRN_LIBVIRT_HOOK_ACTIVE] = FIRN_LIBVIRT_HOOK_FILE " is installed, and libvirt calls it",
};
G_STATIC_ASSERT(G_N_ELEMENTS(hook_messages) == G_N_ELEMENTS(hook_words));

/* "": no action needed. */
static const char *const hook_remedies[] = {
    [FIRN_LIBVIRT_HOOK_MISSING] =
        "install it (it is part of firn's package), then: " RESTART_LIBVIRT,
    [FIRN_LIBVIRT_HOOK_NOT_EXECUTABLE] =
        "chmod 755 " FIRN_LIBVIRT_HOOK_FILE ", then: " RESTART_LIBVIRT,
    [FIRN_LIBVIRT_HOOK_UNSEEN] = RESTART_LIBVIRT,
    [FIRN_LIBVIRT_HOOK_UNKNOWN] = "",
    [FIRN_LIBVIRT_HOOK_ACTIVE] = "",
};
G_STATIC_ASSERT(G_N_ELEMENTS(hook_remedies) == G_N_ELEMENTS(hook_words));

void
firn_libvirt_findings_add(FirnFindings *findings, GPtrArray *health)
{
    for (guint i = 0; i < health->len; i++) {
        const FirnSourceHealth *source = health->pdata[i];

        if (source->is_reached)
            firn_findings_say(findings, "Source", source->name, "%s", source->detail);
        else
            firn_findings_add(findings,
                              FIRN_SEVERITY_ERROR,
                              "SourceUnreachable",
                              source->name,
                              source->detail,
                              "start libvirt: systemctl start libvirtd (or virtqemud); firnd "
                              "connects by itself");
    }
}

gboolean
firn_libvirt_findings_want_hook(GPtrArray *health)
{
    for (guint i = 0; i < health->len; i++)
        if (((const FirnSourceHealth *)health->pdata[i])->has_hook)
            return TRUE;
    return FALSE;
}

void
firn_libvirt_findings_add_hook(FirnFindings *findings, FirnLibvirtHookState state)
{
    FirnSeverity severity =
        *hook_remedies[state] == '\0' ? FIRN_SEVERITY_OK : FIRN_SEVERITY_WARNING;

    firn_findings_add(findings,
                      severity,
                      hook_words[state],
                      "libvirt's hook",
                      hook_messages[state],
                      hook_remedies[state]);
}
