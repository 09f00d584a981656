/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FIRN_PATH_BYTES    512

#define FIRN_RUN_DIR       "/run/firn"
#define FIRN_SOCKET_PATH   FIRN_RUN_DIR "/guard.sock"
#define FIRN_ARMED_PATH    FIRN_RUN_DIR "/armed"
#define FIRN_REQUEST_PATH  FIRN_RUN_DIR "/request"
#define FIRN_LOCK_PATH     FIRN_RUN_DIR "/guard.lock"
#define FIRN_SETTINGS_PATH "/etc/firn/guard.conf"

/* For hooks, which may run as other users: these have no access to /run/firn. */
#define FIRN_HOOKS_DIR "/run/firn-hooks"
#define FIRN_TMP_DIR   FIRN_HOOKS_DIR "/tmp"
#define FIRN_STATE_DIR FIRN_HOOKS_DIR "/state"

/**
 * FirnPaths:
 * @root: before every path; "" in programs, a folder of a test's own in tests
 * @owner: who has to own what is trusted; 0 in programs
 *
 * Where files are.
 */
typedef struct FirnPaths {
    const char *root;
    uid_t owner;
} FirnPaths;

/**
 * firn_paths_join:
 * @path: absolute
 * @out: where to write it
 * @room: of @out, bytes
 *
 * Returns: false if it is too long
 */
bool firn_paths_join(const FirnPaths *self, const char *path, char *out, size_t room);
