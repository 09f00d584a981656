/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-set.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trusted-open.h"

#define CONF_BYTES 16384
#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

/* The first has precedence. */
static const char *const folders[] = {"/etc/firn/hooks.d",
                                      "/run/firn/hooks.d",
                                      "/usr/lib/firn/hooks.d"};
static const char *const compat_folders[] = {"/etc/qemu/fsfreeze-hook.d",
                                             "/etc/qemu-ga/fsfreeze-hook.d"};
/* As the stock script, and settings. */
static const char *const ignored[] =
    {"~", ".bak", ".orig", ".rpmnew", ".rpmorig", ".rpmsave", ".sample", ".conf"};

#define N_FOLDERS        (sizeof folders / sizeof *folders)
#define N_COMPAT_FOLDERS (sizeof compat_folders / sizeof *compat_folders)

static bool
is_ignored(const char *name)
{
    size_t length = strlen(name);

    if (*name == '.' || strstr(name, ".dpkg-") != NULL || length >= FIRN_HOOK_NAME_BYTES ||
        strspn(name, NAME_CHARS) != length)
        return true;
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
        size_t end = strlen(ignored[i]);

        if (length >= end && strcmp(name + length - end, ignored[i]) == 0)
            return true;
    }
    return false;
}

static bool
is_mask(int folder, const char *name, const struct stat *found)
{
    char target[sizeof "/dev/null"];
    ssize_t length;

    if (S_ISREG(found->st_mode))
        return found->st_size == 0;
    if (!S_ISLNK(found->st_mode))
        return false;
    length = readlinkat(folder, name, target, sizeof target);
    return length == sizeof target - 1 && memcmp(target, "/dev/null", sizeof target - 1) == 0;
}

static FirnHook *
find_hook(FirnHookSet *self, size_t first, const char *name)
{
    for (size_t i = first; i < self->count; i++)
        if (strcmp(self->hooks[i].name, name) == 0)
            return &self->hooks[i];
    return NULL;
}

static FirnHook *
add_hook(FirnHookSet *self, const char *folder, const char *name)
{
    FirnHook *hooks = realloc(self->hooks, (self->count + 1) * sizeof *hooks);
    FirnHook *hook;

    if (hooks == NULL)
        return NULL;
    self->hooks = hooks;
    hook = &hooks[self->count++];
    memset(hook, 0, sizeof *hook);
    hook->file = -1;
    firn_hook_conf_init(&hook->conf);
    snprintf(hook->name, sizeof hook->name, "%.95s", name);
    snprintf(hook->source, sizeof hook->source, "%s/%s", folder, name);
    return hook;
}

/* @first: where hooks of this kind begin, the only ones that it may be masked by. */
static bool
look_at(FirnHookSet *self, int folder, const char *path, const char *name, size_t first)
{
    struct stat found;
    FirnHook *hook;
    bool is_masked;

    if (is_ignored(name) || find_hook(self, first, name) != NULL ||
        fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0)
        return true;
    is_masked = is_mask(folder, name, &found);
    if (!is_masked && S_ISREG(found.st_mode) && (found.st_mode & S_IXUSR) == 0)
        return true;
    hook = add_hook(self, path, name);
    if (hook == NULL)
        return false;
    hook->is_masked = is_masked;
    return true;
}

static bool
look_into(FirnHookSet *self,
          const FirnPaths *paths,
          const char *path,
          size_t first,
          FirnReason *reason)
{
    int file = firn_trusted_open(paths, path, reason);
    DIR *folder;
    struct dirent *entry;
    bool has_room = true;

    if (file < 0)
        return errno == ENOENT;
    folder = fdopendir(file);
    if (folder == NULL) {
        close(file);
        return firn_reason_set(reason, "%s: %s", path, strerror(errno));
    }
    while (has_room && (entry = readdir(folder)) != NULL)
        has_room = look_at(self, file, path, entry->d_name, first);
    closedir(folder);
    return has_room || firn_reason_set(reason, "out of memory");
}

static bool
merge_conf(FirnHook *hook, const FirnPaths *paths, const char *folder)
{
    char path[FIRN_PATH_BYTES];
    char text[CONF_BYTES];
    FirnReason inner = {""};
    bool is_text;
    int file;

    snprintf(path, sizeof path, "%s/%s.conf", folder, hook->name);
    file = firn_trusted_open(paths, path, &hook->refused);
    if (file < 0 && errno == ENOENT)
        hook->refused.text[0] = '\0';
    if (file < 0)
        return *hook->refused.text == '\0';
    is_text = firn_read_text(file, text, sizeof text);
    close(file);
    if (!is_text)
        return firn_reason_set(&hook->refused, "%s cannot be read, or is no text", path);
    if (!firn_hook_conf_merge(&hook->conf, text, &inner))
        return firn_reason_set(&hook->refused, "%.120s: %.120s", path, inner.text);
    return true;
}

static void
open_hook(FirnHook *hook, const FirnPaths *paths)
{
    struct stat found;

    hook->file = firn_trusted_open(paths, hook->source, &hook->refused);
    if (hook->file < 0 || (fstat(hook->file, &found) == 0 && S_ISREG(found.st_mode)))
        return;
    close(hook->file);
    hook->file = -1;
    firn_reason_set(&hook->refused, "%s is not a regular file", hook->source);
}

/* Settings that cannot be read decide nothing: the hook counts as wanted, and is refused. */
static bool
prepare_hook(FirnHook *hook, const FirnPaths *paths)
{
    bool has_conf = true;

    if (hook->is_masked)
        return false;
    for (size_t i = N_FOLDERS; i > 0 && has_conf && !hook->is_compat; i--)
        has_conf = merge_conf(hook, paths, folders[i - 1]);
    if (has_conf && !firn_hook_conf_is_wanted(&hook->conf, paths))
        return false;
    if (has_conf)
        open_hook(hook, paths);
    return true;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(((const FirnHook *)a)->name, ((const FirnHook *)b)->name);
}

static void
keep_wanted(FirnHookSet *self, const FirnPaths *paths)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->count; i++)
        if (prepare_hook(&self->hooks[i], paths))
            self->hooks[kept++] = self->hooks[i];
    self->count = kept;
}

/* A directory that others may write to is left alone: these hooks prove nothing. */
static void
add_compat(FirnHookSet *self, const FirnPaths *paths)
{
    size_t first = self->count;

    for (size_t i = 0; i < N_COMPAT_FOLDERS; i++)
        look_into(self, paths, compat_folders[i], first, NULL);
    for (size_t i = first; i < self->count; i++) {
        self->hooks[i].is_compat = true;
        self->hooks[i].conf.is_critical = false;
    }
    if (self->count > first)
        qsort(self->hooks + first, self->count - first, sizeof *self->hooks, compare_names);
}

bool
firn_hook_set_load(FirnHookSet *self,
                   const FirnPaths *paths,
                   const FirnSettings *settings,
                   FirnReason *reason)
{
    for (size_t i = 0; i < N_FOLDERS; i++)
        if (!look_into(self, paths, folders[i], 0, reason)) {
            firn_hook_set_clear(self);
            return false;
        }
    if (self->count > 0)
        qsort(self->hooks, self->count, sizeof *self->hooks, compare_names);
    if (settings->with_compat)
        add_compat(self, paths);
    keep_wanted(self, paths);
    return true;
}

void
firn_hook_set_clear(FirnHookSet *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->hooks[i].file >= 0)
            close(self->hooks[i].file);
    free(self->hooks);
    *self = (FirnHookSet){NULL, 0};
}
