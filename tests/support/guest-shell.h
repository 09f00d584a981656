/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTestGuestShell:
 *
 * A root shell inside the test guest, over a virtio-serial port of its own: works while the file
 * systems are frozen and while the agent is dead. Each command runs independently, so one that
 * hangs does not block others.
 */
typedef struct FirnTestGuestShell FirnTestGuestShell;

/**
 * firn_test_guest_shell_new:
 * @path: of the socket behind the port firn.control
 *
 * Connects when first used.
 *
 * Returns: (transfer full): the shell
 */
FirnTestGuestShell *firn_test_guest_shell_new(const char *path);

/**
 * firn_test_guest_shell_run:
 * @command: one line for sh -c
 * @deadline_ms: how long to wait for its end; it may run longer, but its output is discarded
 * @out_status: (out) (optional): the exit status
 *
 * Returns: (transfer full): standard output and standard error, or %NULL
 */
char *firn_test_guest_shell_run(FirnTestGuestShell *shell,
                                const char *command,
                                guint deadline_ms,
                                int *out_status,
                                GError **error);

/**
 * firn_test_guest_shell_hang_up:
 * @shell: a shell whose QEMU ended
 *
 * The next command connects again.
 */
void firn_test_guest_shell_hang_up(FirnTestGuestShell *shell);

/**
 * firn_test_guest_shell_free:
 * @shell: (nullable): a shell
 */
void firn_test_guest_shell_free(FirnTestGuestShell *shell);
