/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-hint.h"

#include <string.h>

#include "vss-error.h"

static const char *const words[] = {
    [FIRN_FREEZE_HINT_NONE] = "",
    [FIRN_FREEZE_HINT_PERMISSION] = "guest-permission",
    [FIRN_FREEZE_HINT_FILE_SYSTEM] = "guest-file-system",
    [FIRN_FREEZE_HINT_HOOK] = "guest-hook",
    [FIRN_FREEZE_HINT_VSS_BUSY] = "vss-busy",
    [FIRN_FREEZE_HINT_VSS_TRANSIENT] = "vss-transient",
    [FIRN_FREEZE_HINT_VSS_PERMISSION] = "guest-permission",
    [FIRN_FREEZE_HINT_VSS_PROVIDER] = "vss-provider",
    [FIRN_FREEZE_HINT_VSS_VOLUME] = "vss-volume",
    [FIRN_FREEZE_HINT_VSS_STORAGE] = "vss-storage",
    [FIRN_FREEZE_HINT_VSS_WRITER] = "vss-writer",
    [FIRN_FREEZE_HINT_VSS_FAILED] = "vss-failed",
};
G_STATIC_ASSERT(G_N_ELEMENTS(words) == FIRN_FREEZE_HINT_VSS_FAILED + 1);

static const char *const remedies[] = {
    [FIRN_FREEZE_HINT_NONE] = "",
    [FIRN_FREEZE_HINT_PERMISSION] =
        "in a guest with SELinux: setsebool -P virt_qemu_ga_read_nonsecurity_files on; if that is "
        "not enough: grep qemu-ga /var/log/audit/audit.log | audit2allow -M qemu-ga-freeze && "
        "semodule -i qemu-ga-freeze.pp, repeated until nothing is denied; in other guests: run "
        "qemu-guest-agent as root",
    [FIRN_FREEZE_HINT_FILE_SYSTEM] =
        "check the guest's kernel log for errors of that file system, or unmount it",
    [FIRN_FREEZE_HINT_HOOK] =
        "check the hooks in the guest: /etc/qemu/fsfreeze-hook and the log of qemu-guest-agent",
    [FIRN_FREEZE_HINT_VSS_BUSY] =
        "Windows makes one shadow copy at a time: wait for the other backup program in the guest, "
        "or run it at another time",
    [FIRN_FREEZE_HINT_VSS_TRANSIENT] =
        "try again when the guest has less to write; in the guest: the Application log, source VSS",
    [FIRN_FREEZE_HINT_VSS_PERMISSION] =
        "in the guest: the Application log, event 8194 of VSS; the account of qemu-ga or of a "
        "writer lacks access to COM+",
    [FIRN_FREEZE_HINT_VSS_PROVIDER] =
        "in the guest: vssadmin list providers; install the current qemu-ga of virtio-win again",
    [FIRN_FREEZE_HINT_VSS_VOLUME] =
        "in the guest: firn-vss check --json lists volumes that VSS cannot freeze; remove or "
        "convert them",
    [FIRN_FREEZE_HINT_VSS_STORAGE] = "in the guest: vssadmin list shadows, vssadmin list "
                                     "shadowstorage; delete shadow copies, or give them room",
    [FIRN_FREEZE_HINT_VSS_WRITER] =
        "in the guest: vssadmin list writers; restart the service of the one that has failed",
    [FIRN_FREEZE_HINT_VSS_FAILED] =
        "in the guest: the Application log, sources VSS and VolSnap; vssadmin list writers",
};
G_STATIC_ASSERT(G_N_ELEMENTS(remedies) == G_N_ELEMENTS(words));

/* Finds where the name of a mount point begins. */
static const char *
find_mountpoint(const char *complaint)
{
    static const char *const beginnings[] = {"failed to open /", "failed to freeze /"};

    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        const char *found = strstr(complaint, beginnings[i]);

        if (found != NULL)
            return found + strlen(beginnings[i]) - 1;
    }
    return NULL;
}

/* From QEMU 9 on the agent says "child process" of a hook that was killed by a signal. */
static gboolean
is_of_hook(const char *complaint)
{
    return strstr(complaint, "fsfreeze hook") != NULL ||
           strstr(complaint, "child process has terminated abnormally") != NULL;
}

static FirnFreezeHint
find_vss_error(const char *complaint)
{
    guint32 code;

    return firn_vss_error_find(complaint, &code) ? firn_vss_error_of(code) : FIRN_FREEZE_HINT_NONE;
}

FirnFreezeHint
firn_freeze_hint_of(const char *complaint)
{
    gboolean is_denied = strstr(complaint, "Permission denied") != NULL ||
                         strstr(complaint, "Operation not permitted") != NULL;

    if (is_of_hook(complaint))
        return FIRN_FREEZE_HINT_HOOK;
    if (find_mountpoint(complaint) == NULL)
        return find_vss_error(complaint);
    return is_denied ? FIRN_FREEZE_HINT_PERMISSION : FIRN_FREEZE_HINT_FILE_SYSTEM;
}

char *
firn_freeze_hint_dup_mountpoint(const char *complaint)
{
    const char *begin = find_mountpoint(complaint);
    const char *end = begin == NULL ? NULL : strstr(begin, ": ");

    if (begin == NULL)
        return NULL;
    return end == NULL ? g_strdup(begin) : g_strndup(begin, (gsize)(end - begin));
}

gboolean
firn_freeze_hint_may_pass(FirnFreezeHint self)
{
    return self == FIRN_FREEZE_HINT_VSS_BUSY || self == FIRN_FREEZE_HINT_VSS_TRANSIENT;
}

const char *
firn_freeze_hint_word(FirnFreezeHint self)
{
    return words[self];
}

const char *
firn_freeze_hint_remedy(FirnFreezeHint self)
{
    return remedies[self];
}
