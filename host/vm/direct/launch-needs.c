/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch-needs.h"

#include <linux/capability.h>
#include <string.h>

#define EFFECTIVE "\nCapEff:"
#define REMEDY                                                                                     \
    "let systemd start QEMU (systemd 250 or later must be on the bus), or give firnd "             \
    "the capability: systemctl edit firnd"

typedef struct {
    const char *option;
    const char *part; /* of the option's value */
    int capability;
    const char *name;
} Need;

static const Need needs[] = {
    {"-netdev",     "tap",         CAP_NET_ADMIN,  "CAP_NET_ADMIN" },
    {"-netdev",     "bridge",      CAP_NET_ADMIN,  "CAP_NET_ADMIN" },
    {"-nic",        "tap",         CAP_NET_ADMIN,  "CAP_NET_ADMIN" },
    {"-nic",        "bridge",      CAP_NET_ADMIN,  "CAP_NET_ADMIN" },
    {"-net",        "tap",         CAP_NET_ADMIN,  "CAP_NET_ADMIN" },
    {"-net",        "bridge",      CAP_NET_ADMIN,  "CAP_NET_ADMIN" },
    {"-device",     "vfio-pci",    CAP_IPC_LOCK,   "CAP_IPC_LOCK"  },
    {"-overcommit", "mem-lock=on", CAP_IPC_LOCK,   "CAP_IPC_LOCK"  },
    {"-realtime",   "mlock=on",    CAP_IPC_LOCK,   "CAP_IPC_LOCK"  },
    {"-chroot",     NULL,          CAP_SYS_CHROOT, "CAP_SYS_CHROOT"},
};

/* An existing tap device may belong to QEMU's user, so it needs no capability. */
static gboolean
is_there(GStrv parts)
{
    for (GStrv part = parts; *part != NULL; part++) {
        g_autofree char *path = NULL;

        if (g_str_has_prefix(*part, "fd=") || g_str_has_prefix(*part, "fds="))
            return TRUE;
        if (!g_str_has_prefix(*part, "ifname="))
            continue;
        path = g_build_filename("/sys/class/net", *part + strlen("ifname="), NULL);
        return g_file_test(path, G_FILE_TEST_EXISTS);
    }
    return FALSE;
}

static gboolean
has_part(const char *value, const Need *need)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", -1);

    return need->part == NULL ||
           (g_strv_contains((const char *const *)parts, need->part) && !is_there(parts));
}

static void
check_option(const char *option, const char *value, guint64 capabilities, GPtrArray *blockers)
{
    for (guint i = 0; i < G_N_ELEMENTS(needs); i++) {
        const Need *need = &needs[i];

        if (!g_str_equal(option, need->option) || (capabilities >> need->capability & 1) != 0 ||
            !has_part(value, need))
            continue;
        firn_blockers_add(blockers,
                          "StartBlocked",
                          need->option,
                          REMEDY,
                          "firnd would have to start QEMU itself, but its unit lacks %s, which is "
                          "needed for %s%s%s",
                          need->name,
                          need->option,
                          need->part == NULL ? "" : " ",
                          need->part == NULL ? "" : need->part);
    }
}

void
firn_launch_needs_check(const char *command_line, guint64 capabilities, GPtrArray *blockers)
{
    g_auto(GStrv) words = NULL;

    if (!g_shell_parse_argv(command_line, NULL, &words, NULL))
        return;
    for (GStrv word = words; word[0] != NULL && word[1] != NULL; word++)
        check_option(g_str_has_prefix(*word, "--") ? *word + 1 : *word,
                     word[1],
                     capabilities,
                     blockers);
}

guint64
firn_launch_needs_read_capabilities(void)
{
    g_autofree char *text = NULL;
    const char *at = NULL;

    if (g_file_get_contents("/proc/self/status", &text, NULL, NULL))
        at = strstr(text, EFFECTIVE);
    return at == NULL ? G_MAXUINT64 : g_ascii_strtoull(at + strlen(EFFECTIVE), NULL, 16);
}
