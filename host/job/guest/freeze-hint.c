/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-hint.h"

#include <string.h>

static const char *const words[] = {
    [FIRN_FREEZE_HINT_NONE] = "",
    [FIRN_FREEZE_HINT_PERMISSION] = "guest-permission",
    [FIRN_FREEZE_HINT_FILE_SYSTEM] = "guest-file-system",
    [FIRN_FREEZE_HINT_HOOK] = "guest-hook",
};
G_STATIC_ASSERT(G_N_ELEMENTS(words) == FIRN_FREEZE_HINT_HOOK + 1);

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

FirnFreezeHint
firn_freeze_hint_of(const char *complaint)
{
    gboolean is_denied = strstr(complaint, "Permission denied") != NULL ||
                         strstr(complaint, "Operation not permitted") != NULL;

    if (is_of_hook(complaint))
        return FIRN_FREEZE_HINT_HOOK;
    if (find_mountpoint(complaint) == NULL)
        return FIRN_FREEZE_HINT_NONE;
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
