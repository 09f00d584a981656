/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-check.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "guard-client.h"
#include "hook-set.h"

#define ARGUMENTS_BYTES 4096
#define AGENT           "qemu-ga"

static void
list_hook(const FirnHook *hook, FILE *out)
{
    fprintf(out,
            "%-24s %-8s %-12s %-8s %s%s%s\n",
            hook->name,
            hook->conf.mode == FIRN_MODE_SESSION ? "session" : "oneshot",
            hook->conf.is_critical ? "critical" : "not-critical",
            firn_level_get_name(hook->conf.level),
            hook->source,
            *hook->refused.text == '\0' ? "" : "  refused: ",
            hook->refused.text);
}

unsigned
firn_hook_list(const FirnPaths *paths, FILE *out)
{
    FirnSettings settings;
    FirnHookSet set = {NULL, 0};
    FirnReason reason = {""};

    if (!firn_settings_load(&settings, paths, &reason) ||
        !firn_hook_set_load(&set, paths, &settings, &reason)) {
        fprintf(out, "%s\n", reason.text);
        return FIRN_EXIT_CONFIG;
    }
    for (size_t i = 0; i < set.count; i++)
        list_hook(&set.hooks[i], out);
    firn_hook_set_clear(&set);
    return FIRN_EXIT_OK;
}

static unsigned
check_hooks(const FirnPaths *paths, FILE *out)
{
    FirnSettings settings;
    FirnHookSet set = {NULL, 0};
    FirnReason reason = {""};
    unsigned problems = 0;

    if (!firn_settings_load(&settings, paths, &reason) ||
        !firn_hook_set_load(&set, paths, &settings, &reason)) {
        fprintf(out, "%s\n", reason.text);
        return 1;
    }
    for (size_t i = 0; i < set.count; i++)
        if (*set.hooks[i].refused.text != '\0') {
            fprintf(out, "%s is refused: %s\n", set.hooks[i].name, set.hooks[i].refused.text);
            problems++;
        }
    firn_hook_set_clear(&set);
    return problems;
}

static unsigned
check_guard(const FirnPaths *paths, FILE *out)
{
    static FirnClientReply reply;
    FirnReason reason = {""};

    if (firn_client_ask(paths, "status", NULL, &reply, &reason))
        return 0;
    fprintf(out, "%s: is firn-guard.service running?\n", reason.text);
    return 1;
}

/* Where it is kept it must survive neither a restart nor a snapshot. */
static unsigned
check_in_ram(const FirnPaths *paths, const char *folder, FILE *out)
{
    char path[FIRN_PATH_BYTES];
    struct statfs found;

    if (!firn_paths_join(paths, folder, path, sizeof path) || statfs(path, &found) != 0 ||
        found.f_type == TMPFS_MAGIC || found.f_type == RAMFS_MAGIC)
        return 0;
    fprintf(out, "%s is on a disk: mount a tmpfs there\n", folder);
    return 1;
}

static size_t
read_arguments(const char *pid, char *arguments, size_t room)
{
    char path[300];
    int file;
    ssize_t got;

    snprintf(path, sizeof path, "/proc/%s/cmdline", pid);
    file = open(path, O_RDONLY | O_CLOEXEC);
    got = file < 0 ? -1 : read(file, arguments, room - 1);
    if (file >= 0)
        close(file);
    arguments[got < 0 ? 0 : got] = '\0';
    return got < 0 ? 0 : (size_t)got;
}

static bool
is_agent(const char *arguments)
{
    const char *name = strrchr(arguments, '/');

    return strcmp(name != NULL ? name + 1 : arguments, AGENT) == 0;
}

/* What is in qemu-ga.conf counts, too. */
static bool
is_in_file(const char *path)
{
    char text[8192];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, text, sizeof text - 1);

    if (file >= 0)
        close(file);
    text[got < 0 ? 0 : got] = '\0';
    return strstr(text, "firn-hook") != NULL;
}

static bool
calls_hook(const char *arguments, size_t length)
{
    for (const char *at = arguments; at < arguments + length; at += strlen(at) + 1)
        if (strstr(at, "firn-hook") != NULL)
            return true;
    return is_in_file("/etc/qemu/qemu-ga.conf");
}

static unsigned
check_agent(FILE *out)
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    char arguments[ARGUMENTS_BYTES];
    unsigned agents = 0;
    unsigned problems = 0;

    while (processes != NULL && (entry = readdir(processes)) != NULL) {
        size_t length;

        if (!isdigit((unsigned char)*entry->d_name))
            continue;
        length = read_arguments(entry->d_name, arguments, sizeof arguments);
        if (!is_agent(arguments))
            continue;
        agents++;
        if (calls_hook(arguments, length))
            continue;
        fprintf(out, "qemu-ga (%s) does not call firn-hook: start it with -F\n", entry->d_name);
        problems++;
    }
    if (processes != NULL)
        closedir(processes);
    if (agents == 0)
        fputs("qemu-ga does not run\n", out);
    return problems + (agents == 0);
}

unsigned
firn_hook_check(const FirnPaths *paths, FILE *out)
{
    unsigned problems = check_hooks(paths, out) + check_guard(paths, out) +
                        check_in_ram(paths, FIRN_RUN_DIR, out) + check_in_ram(paths, "/run", out) +
                        check_agent(out);

    if (problems == 0)
        fputs("no problem found\n", out);
    return problems == 0 ? FIRN_EXIT_OK : FIRN_EXIT_CONFIG;
}
