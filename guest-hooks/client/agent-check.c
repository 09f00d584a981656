/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent-check.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#define AGENT          "qemu-ga"
#define CONF           "/etc/qemu/qemu-ga.conf"
#define ENFORCE        "/sys/fs/selinux/enforce"
#define BOOLEAN_NAME   "virt_qemu_ga_run_unconfined"
#define BOOLEAN        "/sys/fs/selinux/booleans/" BOOLEAN_NAME
#define LABEL          "virt_qemu_ga_unconfined_exec_t"
#define STATE_FOLDER   "/var/run"
#define CONTENTS_BYTES 8192

/* What of a file fits. */
static size_t
read_start(const FirnPaths *paths, const char *path, char *text, size_t room)
{
    char whole[FIRN_PATH_BYTES];
    int file = -1;
    ssize_t got = -1;

    if (firn_paths_join(paths, path, whole, sizeof whole))
        file = open(whole, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        got = read(file, text, room - 1);
        close(file);
    }
    text[got < 0 ? 0 : got] = '\0';
    return got < 0 ? 0 : (size_t)got;
}

unsigned
firn_check_in_ram(const FirnPaths *paths, const char *folder, FILE *out)
{
    char path[FIRN_PATH_BYTES];
    struct statfs found;

    if (!firn_paths_join(paths, folder, path, sizeof path) || statfs(path, &found) != 0 ||
        found.f_type == TMPFS_MAGIC || found.f_type == RAMFS_MAGIC)
        return 0;
    fprintf(out, "%s is on a disk: mount a tmpfs there\n", folder);
    return 1;
}

/* @short_name: as "-F", whose value may follow at once; @long_name: as "--fsfreeze-hook". */
static bool
find_option(const char *arguments,
            size_t length,
            const char *short_name,
            const char *long_name,
            char *out)
{
    const char *end = arguments + length;
    bool is_found = false;

    for (const char *at = arguments; at < end; at += strlen(at) + 1) {
        const char *next = at + strlen(at) + 1;
        const char *value = NULL;

        if (strcmp(at, short_name) == 0 || strcmp(at, long_name) == 0)
            value = next < end && *next != '-' ? next : "";
        else if (strncmp(at, short_name, strlen(short_name)) == 0)
            value = at + strlen(short_name);
        else if (strncmp(at, long_name, strlen(long_name)) == 0 && at[strlen(long_name)] == '=')
            value = at + strlen(long_name) + 1;
        if (value != NULL) {
            snprintf(out, FIRN_PATH_BYTES, "%s", value);
            is_found = true;
        }
    }
    return is_found;
}

static bool
find_key(const FirnPaths *paths, const char *key, char *out)
{
    char text[CONTENTS_BYTES];
    char *rest = text;
    char *line;

    read_start(paths, CONF, text, sizeof text);
    while ((line = strsep(&rest, "\n")) != NULL) {
        const char *value = line + strlen(key) + strspn(line + strlen(key), " \t");

        if (strncmp(line, key, strlen(key)) != 0 || *value != '=')
            continue;
        value += 1 + strspn(value + 1, " \t");
        snprintf(out, FIRN_PATH_BYTES, "%.*s", (int)strcspn(value, " \t\r"), value);
        return true;
    }
    return false;
}

static bool
is_agent(const char *arguments)
{
    const char *name = strrchr(arguments, '/');

    return strcmp(name != NULL ? name + 1 : arguments, AGENT) == 0;
}

static unsigned
check_label(const FirnPaths *paths, const char *hook, FILE *out)
{
    char text[8];
    char path[FIRN_PATH_BYTES];
    char label[256];
    unsigned problems = 0;
    ssize_t length;

    read_start(paths, ENFORCE, text, sizeof text);
    if (*text != '1' || !firn_paths_join(paths, hook, path, sizeof path))
        return 0;
    length = getxattr(path, "security.selinux", label, sizeof label - 1);
    label[length < 0 ? 0 : length] = '\0';
    if (strstr(label, ":" LABEL ":") == NULL) {
        fprintf(out,
                "SELinux: %s has the label \"%s\", not " LABEL
                ": install it in /usr/libexec/qemu-ga/fsfreeze-hook.d, and call restorecon\n",
                hook,
                label);
        problems++;
    }
    read_start(paths, BOOLEAN, text, sizeof text);
    if (*text != '1') {
        fputs("SELinux: firn-hook may not reach firn-guard: setsebool -P " BOOLEAN_NAME " on\n",
              out);
        problems++;
    }
    return problems;
}

static unsigned
check_hook(const FirnPaths *paths, const char *pid, const char *hook, FILE *out)
{
    char path[FIRN_PATH_BYTES];

    if (strstr(hook, "firn-hook") == NULL) {
        fprintf(out,
                "qemu-ga (%s) does not call firn-hook%s%s: firn-hook install makes it do so\n",
                pid,
                *hook == '\0' ? "" : ", but ",
                hook);
        return 1;
    }
    if (!firn_paths_join(paths, hook, path, sizeof path) || access(path, X_OK) != 0) {
        fprintf(out,
                "qemu-ga (%s) calls %s, which is not there: each freeze and thaw fails\n",
                pid,
                hook);
        return 1;
    }
    return check_label(paths, hook, out);
}

static unsigned
check_one(const FirnPaths *paths, const char *pid, const char *arguments, size_t length, FILE *out)
{
    char hook[FIRN_PATH_BYTES] = "";
    char state[FIRN_PATH_BYTES] = STATE_FOLDER;

    if (!find_option(arguments, length, "-F", "--fsfreeze-hook", hook))
        find_key(paths, "fsfreeze-hook", hook);
    if (!find_option(arguments, length, "-t", "--statedir", state))
        find_key(paths, "statedir", state);
    return check_hook(paths, pid, hook, out) + firn_check_in_ram(paths, state, out);
}

unsigned
firn_agent_check(const FirnPaths *paths, FILE *out)
{
    char folder[FIRN_PATH_BYTES];
    DIR *processes;
    struct dirent *entry;
    unsigned agents = 0;
    unsigned problems = 0;

    processes = firn_paths_join(paths, "/proc", folder, sizeof folder) ? opendir(folder) : NULL;
    while (processes != NULL && (entry = readdir(processes)) != NULL) {
        char path[sizeof "/proc//cmdline" + 256];
        char arguments[CONTENTS_BYTES];
        size_t length;

        if (!isdigit((unsigned char)*entry->d_name))
            continue;
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        length = read_start(paths, path, arguments, sizeof arguments);
        if (!is_agent(arguments))
            continue;
        agents++;
        problems += check_one(paths, entry->d_name, arguments, length, out);
    }
    if (processes != NULL)
        closedir(processes);
    if (agents == 0)
        fputs("qemu-ga does not run\n", out);
    return problems + (agents == 0);
}
