/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-hook-file.h"

#include <sys/stat.h>

/* libvirtd or virtqemud writes its file at start. */
static const char *const pid_files[] = {"/run/libvirtd.pid", "/run/virtqemud.pid"};

static gint64
to_us(struct timespec time)
{
    return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static gboolean
look_at(const char *root, const char *path, struct stat *facts)
{
    g_autofree char *full = g_strconcat(root, path, NULL);

    return stat(full, facts) == 0;
}

static gboolean
is_hook(const struct stat *facts)
{
    return S_ISREG(facts->st_mode) && (facts->st_mode & S_IXUSR) != 0;
}

/* Returns 0 if neither daemon runs. */
static gint64
find_daemon_start(const char *root)
{
    struct stat facts;
    gint64 start_us = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(pid_files); i++)
        if (look_at(root, pid_files[i], &facts))
            start_us = MAX(start_us, to_us(facts.st_mtim));
    return start_us;
}

/* Uses ctime: the mtime of a packaged file is older than its installation. */
static gboolean
was_there(const char *root, const char *path, gint64 start_us)
{
    struct stat facts;

    return look_at(root, path, &facts) && is_hook(&facts) && to_us(facts.st_ctim) <= start_us;
}

static gboolean
was_any_there(const char *root, gint64 start_us)
{
    g_autofree char *folder = g_strconcat(root, FIRN_LIBVIRT_HOOKS "/qemu.d", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    if (was_there(root, FIRN_LIBVIRT_HOOKS "/qemu", start_us))
        return TRUE;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_strconcat(FIRN_LIBVIRT_HOOKS "/qemu.d/", name, NULL);

        if (was_there(root, path, start_us))
            return TRUE;
    }
    return FALSE;
}

FirnLibvirtHookState
firn_libvirt_hook_file_look(const char *root)
{
    gint64 start_us = find_daemon_start(root);
    struct stat facts;

    if (!look_at(root, FIRN_LIBVIRT_HOOK_FILE, &facts))
        return FIRN_LIBVIRT_HOOK_MISSING;
    if (!is_hook(&facts))
        return FIRN_LIBVIRT_HOOK_NOT_EXECUTABLE;
    if (start_us == 0)
        return FIRN_LIBVIRT_HOOK_UNKNOWN;
    return was_any_there(root, start_us) ? FIRN_LIBVIRT_HOOK_ACTIVE : FIRN_LIBVIRT_HOOK_UNSEEN;
}
