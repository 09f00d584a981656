/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "paths.h"
#include "reason.h"

#define FIRN_USER_GROUPS_MAX 32

/**
 * FirnUser:
 * @home: its home directory
 *
 * Who a hook runs as. Only /etc/passwd and /etc/group are read: libc's own lookup needs shared
 * libraries, and may ask the network.
 */
typedef struct FirnUser {
    uid_t uid;
    gid_t gid;
    gid_t groups[FIRN_USER_GROUPS_MAX];
    size_t n_groups;
    char home[FIRN_PATH_BYTES];
} FirnUser;

/**
 * firn_user_find:
 * @paths: where files are
 * @name: of a user
 * @out: (out): the user
 *
 * Returns: false if there is no such user
 */
bool firn_user_find(const FirnPaths *paths, const char *name, FirnUser *out, FirnReason *reason);
