/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/* Where the tree has what was built: in a folder whose name has a blank, as on Windows. */
#define FIRN_TEST_PROGRAM "C:\\Program Files\\firn\\firn-vss.exe"
#define FIRN_TEST_ABI     "C:\\Program Files\\firn\\test-abi.exe"
#define FIRN_TEST_EVENTS  "C:\\Program Files\\firn\\test-events.exe"

/**
 * FirnTestWine:
 *
 * A Windows tree of its own under wine, with fakevss as its vssapi.dll. Has no display and no
 * network of its own, and ends with the test program: wine's processes are told to end when the
 * folder is freed, and when the test program is killed. What was built for Windows is taken from
 * build-windows, or from where the environment variable FIRN_WINDOWS_BUILD says.
 */
typedef struct FirnTestWine FirnTestWine;

/**
 * firn_test_wine_new:
 *
 * Skips the case and returns %NULL if there is no wine, or nothing has been built for Windows.
 *
 * Returns: (transfer full) (nullable): a new tree, with the service installed and stopped
 */
FirnTestWine *firn_test_wine_new(void);

/**
 * firn_test_wine_free:
 * @self: (nullable): a tree
 *
 * Ends all its processes, and removes it.
 */
void firn_test_wine_free(FirnTestWine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestWine, firn_test_wine_free)

/**
 * firn_test_wine_reset:
 *
 * Removes hooks, what was recorded, settings, and what fakevss reads and writes, for the next case.
 */
void firn_test_wine_reset(FirnTestWine *self);

/**
 * firn_test_wine_get_path:
 * @name: path below C:\, with slashes
 *
 * Returns: (transfer full): the same for this system
 */
char *firn_test_wine_get_path(FirnTestWine *self, const char *name);

/**
 * firn_test_wine_write:
 * @name: path below C:\, with slashes
 *
 * Writes a file.
 */
void firn_test_wine_write(FirnTestWine *self, const char *name, const char *text);

/**
 * firn_test_wine_read:
 * @name: path below C:\, with slashes
 *
 * Returns: (transfer full): the file; empty if there is none
 */
char *firn_test_wine_read(FirnTestWine *self, const char *name);

/**
 * firn_test_wine_find_built:
 * @name: path below the folder of what was built for Windows
 *
 * Returns: (transfer full): the path
 */
char *firn_test_wine_find_built(const char *name);

/**
 * firn_test_wine_copy_built:
 * @built: path below the folder of what was built for Windows
 * @name: path below C:\, with slashes
 *
 * Copies a file that was built into the tree.
 */
void firn_test_wine_copy_built(FirnTestWine *self, const char *built, const char *name);

/**
 * firn_test_wine_add_hook:
 * @name: file name of a hook: a copy of hook.exe
 * @order: (nullable): "STAGE ORDER", as hook.c explains: "freeze exit 7"
 *
 * Puts a hook into hooks.d.
 */
void firn_test_wine_add_hook(FirnTestWine *self, const char *name, const char *order);

/**
 * firn_test_wine_run:
 * @arguments: (array zero-terminated=1): a program of Windows, or a path of this system, and its
 * arguments
 * @out_status: (out) (optional): its exit status
 *
 * Runs a program to its end.
 *
 * Returns: (transfer full): its standard output
 */
char *firn_test_wine_run(FirnTestWine *self, const char *const *arguments, int *out_status);

/**
 * firn_test_wine_run_firn:
 * @arguments: (array zero-terminated=1): for firn-vss.exe, which prints JSON
 * @out_status: (out) (optional): its exit status
 *
 * Returns: (transfer full): what it printed
 */
JsonNode *firn_test_wine_run_firn(FirnTestWine *self,
                                  const char *const *arguments,
                                  int *out_status);

/**
 * firn_test_wine_play:
 * @script: for fakevss, as fake-script.h explains
 *
 * Starts the service, lets fakevss play the script, and stops the service, unless it has died.
 * Checks that fakevss has found no fault, and that a service that stopped has released all.
 *
 * Returns: (transfer full): fakevss' transcript, from the first call on
 */
char *firn_test_wine_play(FirnTestWine *self, const char *script);

/**
 * firn_test_wine_get_last_run:
 *
 * Returns: (transfer full) (nullable): "last_run" of firn-vss status --json
 */
JsonObject *firn_test_wine_get_last_run(FirnTestWine *self);
