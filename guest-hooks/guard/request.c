/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key-value.h"
#include "trusted-open.h"

#define TEXT_BYTES  1024
#define VALID_S     60
#define TOKEN_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"

static bool
take(const char *key, const char *value, void *data, FirnReason *reason)
{
    FirnRequest *self = data;
    size_t length = strlen(value);

    if (strcmp(key, "deadman-sec") == 0)
        return firn_key_value_number(value, 5, 300, &self->deadman_s, reason);
    if (strcmp(key, "token") != 0 || length == 0 || length >= sizeof self->token ||
        strspn(value, TOKEN_CHARS) != length)
        return false;
    strcpy(self->token, value);
    return true;
}

/* qemu-ga makes files that all may write to; the directory keeps the others out. */
static int
open_request(const FirnPaths *paths, const char *path)
{
    int folder = firn_trusted_open(paths, FIRN_RUN_DIR, NULL);
    struct stat found;
    bool is_closed = folder >= 0 && fstat(folder, &found) == 0 && (found.st_mode & 077) == 0;

    if (folder >= 0)
        close(folder);
    return is_closed ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
}

void
firn_request_take(FirnRequest *self, const FirnPaths *paths, int64_t now_s)
{
    FirnRequest wanted = *self;
    char path[FIRN_PATH_BYTES];
    char text[TEXT_BYTES];
    struct stat found;
    int file;

    if (!firn_paths_join(paths, FIRN_REQUEST_PATH, path, sizeof path) ||
        (file = open_request(paths, path)) < 0)
        return;
    if (fstat(file, &found) == 0 && S_ISREG(found.st_mode) && found.st_uid == paths->owner &&
        now_s - found.st_mtim.tv_sec <= VALID_S && found.st_mtim.tv_sec <= now_s + 1 &&
        firn_read_text(file, text, sizeof text) && firn_key_value_read(text, take, &wanted, NULL))
        *self = wanted;
    close(file);
    unlink(path);
}
