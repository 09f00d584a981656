/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "user.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

static FILE *
open_list(const FirnPaths *paths, const char *path)
{
    char whole[FIRN_PATH_BYTES];

    return firn_paths_join(paths, path, whole, sizeof whole) ? fopen(whole, "re") : NULL;
}

static bool
has_member(const struct group *group, const char *name)
{
    for (char **member = group->gr_mem; *member != NULL; member++)
        if (strcmp(*member, name) == 0)
            return true;
    return false;
}

static void
find_groups(const FirnPaths *paths, const char *name, FirnUser *user)
{
    FILE *list = open_list(paths, "/etc/group");
    struct group *group;

    while (list != NULL && (group = fgetgrent(list)) != NULL)
        if (user->n_groups < FIRN_USER_GROUPS_MAX && has_member(group, name))
            user->groups[user->n_groups++] = group->gr_gid;
    if (list != NULL)
        fclose(list);
}

bool
firn_user_find(const FirnPaths *paths, const char *name, FirnUser *out, FirnReason *reason)
{
    FILE *list = open_list(paths, "/etc/passwd");
    struct passwd *entry = NULL;
    bool is_found = false;

    while (list != NULL && (entry = fgetpwent(list)) != NULL && !is_found) {
        if (strcmp(entry->pw_name, name) != 0)
            continue;
        *out = (FirnUser){.uid = entry->pw_uid, .gid = entry->pw_gid};
        out->groups[out->n_groups++] = entry->pw_gid;
        snprintf(out->home, sizeof out->home, "%s", entry->pw_dir);
        is_found = true;
    }
    if (list != NULL)
        fclose(list);
    if (!is_found)
        return firn_reason_set(reason, "there is no user %s", name);
    find_groups(paths, name, out);
    return true;
}
