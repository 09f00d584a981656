/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "guard-settings.h"
#include "scratch-dir.h"
#include "waiter.h"

/**
 * FirnTestHookRig:
 * @paths: a root of the test's own, owned by the user who runs it
 *
 * A directory that takes the place of a guest's root, and what waits.
 */
typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    FirnPaths paths;
    FirnWaiter waiter;
    FirnReason reason;
} FirnTestHookRig;

/**
 * FIRN_TEST_WITH_RIG:
 * @path: of the test, after "/guest-hooks/"
 * @run: a function of (FirnTestHookRig *rig, gconstpointer data)
 *
 * Adds a test that has a rig.
 */
#define FIRN_TEST_WITH_RIG(path, run)                                                              \
    g_test_add("/guest-hooks/" path,                                                               \
               FirnTestHookRig,                                                                    \
               NULL,                                                                               \
               firn_test_hook_rig_set_up,                                                          \
               run,                                                                                \
               firn_test_hook_rig_tear_down)

/**
 * firn_test_hook_rig_set_up:
 *
 * Makes the directories that a guest has.
 */
void firn_test_hook_rig_set_up(FirnTestHookRig *self, gconstpointer data);

/**
 * firn_test_hook_rig_tear_down:
 *
 * Removes them.
 */
void firn_test_hook_rig_tear_down(FirnTestHookRig *self, gconstpointer data);

/**
 * firn_test_hook_rig_write:
 * @path: absolute, below the root; directories are made
 * @mode: of the file
 * @text: its contents
 */
void firn_test_hook_rig_write(FirnTestHookRig *self,
                              const char *path,
                              guint mode,
                              const char *text);

/**
 * firn_test_hook_rig_write_hook:
 * @name: of a hook in /etc/firn/hooks.d
 * @script: shell commands
 * @conf: (nullable): its settings
 */
void firn_test_hook_rig_write_hook(FirnTestHookRig *self,
                                   const char *name,
                                   const char *script,
                                   const char *conf);

/**
 * firn_test_hook_rig_read:
 * @path: absolute, below the root
 *
 * Returns: (transfer full): contents of the file; "" if it is not there
 */
char *firn_test_hook_rig_read(FirnTestHookRig *self, const char *path);

/**
 * firn_test_hook_rig_path:
 * @path: absolute, below the root
 *
 * Returns: (transfer full): the whole path
 */
char *firn_test_hook_rig_path(FirnTestHookRig *self, const char *path);

/**
 * firn_test_assert_in:
 * @text: a text
 * @part: what must be in it
 *
 * Ends the test, and prints both, if it is not.
 */
void firn_test_assert_in(const char *text, const char *part);
