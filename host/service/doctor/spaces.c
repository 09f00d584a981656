/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "spaces.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "size-text.h"

#define LEAST_PART 20 /* one twentieth */

struct _FirnSpaces {
    GPtrArray *list; /* (owned) (element-type Space) */
};

typedef struct {
    dev_t device;
    GString *what; /* (owned) */
    guint64 free_bytes;
    guint64 total_bytes;
} Space;

static void
free_space(gpointer data)
{
    Space *space = data;

    g_string_free(space->what, TRUE);
    g_free(space);
}

FirnSpaces *
firn_spaces_new(void)
{
    FirnSpaces *self = g_new(FirnSpaces, 1);

    self->list = g_ptr_array_new_with_free_func(free_space);
    return self;
}

static Space *
find(FirnSpaces *self, dev_t device)
{
    for (guint i = 0; i < self->list->len; i++) {
        Space *space = self->list->pdata[i];

        if (space->device == device)
            return space;
    }
    return NULL;
}

void
firn_spaces_add(FirnSpaces *self, const char *what, const char *path)
{
    struct statvfs system;
    struct stat facts;
    Space *space;

    if (stat(path, &facts) < 0 || S_ISBLK(facts.st_mode) || statvfs(path, &system) < 0)
        return;
    space = find(self, facts.st_dev);
    if (space != NULL) {
        g_string_append_printf(space->what, ", %s", what);
        return;
    }
    space = g_new(Space, 1);
    *space = (Space){facts.st_dev,
                     g_string_new(what),
                     (guint64)system.f_bavail * system.f_frsize,
                     (guint64)system.f_blocks * system.f_frsize};
    g_ptr_array_add(self->list, space);
}

void
firn_spaces_tell(const FirnSpaces *self, FirnFindings *findings)
{
    for (guint i = 0; i < self->list->len; i++) {
        const Space *space = self->list->pdata[i];
        g_autofree char *left = firn_size_text(space->free_bytes);
        g_autofree char *total = firn_size_text(space->total_bytes);
        g_autofree char *message =
            g_strdup_printf("%s of %s free for %s", left, total, space->what->str);

        if (space->free_bytes >= space->total_bytes / LEAST_PART)
            firn_findings_say(findings, "Space", "space", "%s", message);
        else
            firn_findings_add(findings,
                              FIRN_SEVERITY_WARNING,
                              "SpaceLow",
                              "space",
                              message,
                              "free some space: snapshots keep the blocks that guests overwrite, "
                              "and grow with them");
    }
}

void
firn_spaces_free(FirnSpaces *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->list);
    g_free(self);
}
