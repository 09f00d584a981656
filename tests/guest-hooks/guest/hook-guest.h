/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest.h"
#include "scratch-dir.h"
#include "wire.h"

/**
 * FirnHookGuest:
 * @guest: with ext4 on /mnt/a and /mnt/b, and a qemu-ga that calls firn-hook
 * @agent: (nullable): its agent's socket, if no firnd has it
 *
 * A guest with firn-hook and firn-guard, whose dead-man takes 5 s. The environment variable
 * FIRN_TEST_AGENT is a folder with another qemu-ga for it: fetch-agent.
 */
typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    FirnTestGuest *guest;    /* (owned) */
    FirnTestWire *agent;     /* (owned) */
    char *drive;             /* (owned) */
    char *chardev;           /* (owned) */
    const char *extra[9];
} FirnHookGuest;

/**
 * firn_hook_guest_set_up:
 *
 * Starts it, and the guard in it.
 */
void firn_hook_guest_set_up(FirnHookGuest *self);

/**
 * firn_hook_guest_tear_down:
 *
 * Ends it.
 */
void firn_hook_guest_tear_down(FirnHookGuest *self);

/**
 * firn_hook_guest_get_options:
 * @out: (out): options of such a guest, for a rig that starts it by itself; valid until
 * firn_hook_guest_end()
 *
 * Makes the archive.
 */
void firn_hook_guest_get_options(FirnHookGuest *self, FirnTestGuestOptions *out);

/**
 * firn_hook_guest_begin:
 * @guest: (unowned): a guest with those options, which is ready
 *
 * Unpacks the programs in it, and starts the guard.
 */
void firn_hook_guest_begin(FirnHookGuest *self, FirnTestGuest *guest);

/**
 * firn_hook_guest_end:
 *
 * Removes the archive; the guest is another's.
 */
void firn_hook_guest_end(FirnHookGuest *self);

/**
 * firn_hook_guest_start_guard:
 *
 * Starts firn-guard, which finds no more than Linux 3.10 has, and waits until it listens.
 */
void firn_hook_guest_start_guard(FirnHookGuest *self);

/**
 * firn_hook_guest_start_port:
 *
 * Starts firn-port.
 */
void firn_hook_guest_start_port(FirnHookGuest *self);

/**
 * firn_hook_guest_run:
 * @format: a shell command, as for printf()
 *
 * Runs it in the guest; it must succeed.
 *
 * Returns: (transfer full): its output
 */
char *firn_hook_guest_run(FirnHookGuest *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * firn_hook_guest_do:
 * @format: as for firn_hook_guest_run()
 *
 * As firn_hook_guest_run(), for what prints nothing of interest.
 */
void firn_hook_guest_do(FirnHookGuest *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * firn_hook_guest_send:
 * @command: of the agent, without arguments
 *
 * Sends it, and does not wait.
 */
void firn_hook_guest_send(FirnHookGuest *self, const char *command);

/**
 * firn_hook_guest_receive:
 *
 * Waits up to 60 s.
 *
 * Returns: (transfer full): the agent's next line
 */
char *firn_hook_guest_receive(FirnHookGuest *self);

/**
 * firn_hook_guest_assert_agent:
 * @command: of the agent, without arguments
 * @part: what must be in its answer
 */
void firn_hook_guest_assert_agent(FirnHookGuest *self, const char *command, const char *part);

/**
 * firn_hook_guest_passes_text:
 *
 * Returns: whether its qemu-ga passes on what a hook has printed; false: its exit status
 */
gboolean firn_hook_guest_passes_text(FirnHookGuest *self);

/**
 * firn_hook_guest_write_hook:
 * @name: of a hook in /etc/firn/hooks.d
 * @script: shell commands
 * @conf: (nullable): its settings
 */
void firn_hook_guest_write_hook(FirnHookGuest *self,
                                const char *name,
                                const char *script,
                                const char *conf);

/**
 * firn_hook_guest_remove_hooks:
 *
 * Removes what firn_hook_guest_write_hook() has written.
 */
void firn_hook_guest_remove_hooks(FirnHookGuest *self);

/**
 * firn_hook_guest_wait:
 * @command: a shell command
 *
 * Runs it in the guest again and again, up to 60 s, until it succeeds.
 */
void firn_hook_guest_wait(FirnHookGuest *self, const char *command);

/**
 * firn_hook_guest_assert_report:
 * @part: what must be in the guard's last report
 */
void firn_hook_guest_assert_report(FirnHookGuest *self, const char *part);

/**
 * firn_hook_guest_get_number:
 * @key: of the last report, with a number
 *
 * Returns: the number
 */
gint64 firn_hook_guest_get_number(FirnHookGuest *self, const char *key);

/**
 * firn_hook_guest_assert_thawed:
 *
 * Both file systems can be written to, and the agent answers.
 */
void firn_hook_guest_assert_thawed(FirnHookGuest *self);

/**
 * firn_hook_guest_throttle:
 * @index: of a disk: 0 for vda
 * @bytes_s: what may be written in a second; 0: no limit
 */
void firn_hook_guest_throttle(FirnHookGuest *self, guint index, guint bytes_s);
