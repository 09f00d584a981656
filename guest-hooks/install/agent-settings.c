/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent-settings.h"

#include <string.h>
#include <unistd.h>

#include "placed-file.h"

#define CONF       "/etc/qemu/qemu-ga.conf"
#define DROP_IN    "/etc/systemd/system/qemu-guest-agent.service.d/50-firn-hook.conf"
#define VARIABLES  "/etc/sysconfig/qemu-ga-firn"

#define TEXT_BYTES (FIRN_PATH_BYTES + 256)

static bool
reads_variables(const FirnPaths *paths)
{
    char path[FIRN_PATH_BYTES];

    return firn_paths_join(paths, FIRN_AGENT_VARIABLES, path, sizeof path) &&
           access(path, F_OK) == 0;
}

const char *
firn_agent_settings_get_hook(const FirnPaths *paths, const char *hook)
{
    return reads_variables(paths) ? FIRN_AGENT_LABELLED_HOOK : hook;
}

static bool
place(const FirnPaths *paths, const char *path, const char *text, FILE *out, FirnReason *reason)
{
    if (firn_placed_file_find(paths, path) == FIRN_PLACED_FOREIGN)
        return firn_reason_set(reason, "%s is another's: remove it", path);
    if (!firn_placed_file_write(paths, path, text, reason))
        return false;
    fprintf(out, "%s: written\n", path);
    return true;
}

/* The last of several files decides; a variable of the drop-in itself would not. */
static bool
place_variables(const FirnPaths *paths, const char *hook, FILE *out, FirnReason *reason)
{
    char text[TEXT_BYTES];

    snprintf(text, sizeof text, "FSFREEZE_HOOK_PATHNAME=%s\n", hook);
    return place(paths, VARIABLES, text, out, reason) &&
           place(paths, DROP_IN, "[Service]\nEnvironmentFile=-" VARIABLES "\n", out, reason);
}

static bool
place_command(const FirnPaths *paths, const char *hook, FILE *out, FirnReason *reason)
{
    char text[TEXT_BYTES];

    snprintf(text, sizeof text, "[Service]\nExecStart=\nExecStart=-/usr/sbin/qemu-ga -F%s\n", hook);
    return place(paths, DROP_IN, text, out, reason);
}

bool
firn_agent_settings_place(const FirnPaths *paths, const char *hook, FILE *out, FirnReason *reason)
{
    char text[TEXT_BYTES];

    if (reads_variables(paths))
        return place_variables(paths, hook, out, reason);
    if (firn_placed_file_find(paths, CONF) == FIRN_PLACED_FOREIGN)
        return place_command(paths, hook, out, reason);
    snprintf(text, sizeof text, "[general]\nfsfreeze-hook=%s\n", hook);
    return place(paths, CONF, text, out, reason);
}

bool
firn_agent_settings_remove(const FirnPaths *paths,
                           FILE *out,
                           unsigned *out_removed,
                           FirnReason *reason)
{
    static const char *const files[] = {DROP_IN, CONF, VARIABLES};

    *out_removed = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (firn_placed_file_find(paths, files[i]) != FIRN_PLACED_OURS)
            continue;
        if (!firn_placed_file_remove(paths, files[i], reason))
            return false;
        fprintf(out, "%s: removed\n", files[i]);
        (*out_removed)++;
    }
    return true;
}
