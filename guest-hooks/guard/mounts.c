/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_BYTES 65536

/* On block devices, and without FIFREEZE. */
static const char *const unfreezable[] =
    {"vfat", "msdos", "exfat", "fuseblk", "ntfs", "ntfs3", NULL};
/* Without a block device, and yet with data that stays. */
static const char *const remote[] = {"nfs",
                                     "nfs4",
                                     "cifs",
                                     "smb3",
                                     "9p",
                                     "virtiofs",
                                     "zfs",
                                     "ceph",
                                     "glusterfs",
                                     "fuse",
                                     "vboxsf",
                                     NULL};

static bool
is_among(const char *const *names, const char *name)
{
    for (; *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

/* As qemu-ga decides. */
static FirnMountKind
get_kind(const FirnMount *mount)
{
    if (mount->major == 0 && strcmp(mount->type, "btrfs") == 0 && *mount->source == '/')
        return FIRN_MOUNT_FREEZABLE;
    if (mount->major == 0)
        return is_among(remote, mount->type) || strncmp(mount->type, "fuse.", 5) == 0
                   ? FIRN_MOUNT_UNCOVERED
                   : FIRN_MOUNT_IGNORED;
    return is_among(unfreezable, mount->type) ? FIRN_MOUNT_UNCOVERED : FIRN_MOUNT_FREEZABLE;
}

/* Blanks and backslashes are octal numbers there. */
static void
unescape(char *text)
{
    char *to = text;

    for (; *text != '\0'; text++, to++) {
        *to = *text;
        if (*text != '\\' || strspn(text + 1, "01234567") < 3)
            continue;
        *to = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
        text += 3;
    }
    *to = '\0';
}

static char *
take_word(char **rest)
{
    char *word = strsep(rest, " ");

    return word == NULL || *word == '\0' ? NULL : word;
}

/* "ID PARENT MAJOR:MINOR ROOT PATH OPTIONS [FIELD...] - TYPE SOURCE OPTIONS" */
bool
firn_mount_parse(char *line, FirnMount *out)
{
    char *rest = line;
    char *device = NULL;
    char *end;
    char *word;

    for (unsigned i = 0; i < 3; i++)
        if ((device = take_word(&rest)) == NULL)
            return false;
    out->major = (unsigned)strtoul(device, &end, 10);
    if (*end != ':')
        return false;
    out->minor = (unsigned)strtoul(end + 1, NULL, 10);
    if (take_word(&rest) == NULL || (out->path = take_word(&rest)) == NULL)
        return false;
    do {
        if ((word = take_word(&rest)) == NULL)
            return false;
    } while (strcmp(word, "-") != 0);
    out->type = take_word(&rest);
    out->source = strsep(&rest, " ");
    if (out->type == NULL || out->source == NULL)
        return false;
    unescape(out->path);
    unescape(out->source);
    out->kind = get_kind(out);
    return true;
}

/* The kernel tells no size. */
static char *
read_all(int file)
{
    size_t room = FIRST_BYTES;
    size_t length = 0;
    char *text = malloc(room);
    ssize_t got = 1;

    while (text != NULL && (got = read(file, text + length, room - length - 1)) > 0) {
        char *more;

        length += (size_t)got;
        if (room - length > 1)
            continue;
        more = realloc(text, room *= 2);
        if (more == NULL)
            free(text);
        text = more;
    }
    if (text == NULL || got < 0) {
        free(text);
        return NULL;
    }
    text[length] = '\0';
    return text;
}

static size_t
count_lines(const char *text)
{
    size_t count = 0;

    while ((text = strchr(text, '\n')) != NULL) {
        count++;
        text++;
    }
    return count;
}

bool
firn_mounts_read(FirnMounts *self, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    char *rest;
    char *line;

    *self = (FirnMounts){NULL, 0, NULL};
    if (file < 0)
        return false;
    self->text = read_all(file);
    close(file);
    if (self->text != NULL)
        self->mounts = calloc(count_lines(self->text) + 1, sizeof *self->mounts);
    if (self->mounts == NULL) {
        firn_mounts_clear(self);
        errno = ENOMEM;
        return false;
    }
    rest = self->text;
    while ((line = strsep(&rest, "\n")) != NULL)
        if (firn_mount_parse(line, &self->mounts[self->count]))
            self->count++;
    return true;
}

void
firn_mounts_clear(FirnMounts *self)
{
    free(self->mounts);
    free(self->text);
    *self = (FirnMounts){NULL, 0, NULL};
}
