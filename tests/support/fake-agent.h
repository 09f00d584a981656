/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "peer.h"

/**
 * FirnTestFakeAgent:
 *
 * A guest agent without a guest: it synchronises, freezes and thaws a number of file systems like
 * qemu-ga 7.2, and while frozen refuses the same commands. For other behaviour add rules to its
 * peer; a step with "pass" still performs the command.
 */
typedef struct FirnTestFakeAgent FirnTestFakeAgent;

/**
 * firn_test_fake_agent_new:
 * @path: (nullable): of its socket; %NULL: one in a folder of its own
 * @n_filesystems: how many: /mnt/a on vda, /mnt/b on vdb ...
 *
 * Returns: (transfer full): a thawed guest's agent
 */
FirnTestFakeAgent *firn_test_fake_agent_new(const char *path, guint n_filesystems);

/**
 * firn_test_fake_agent_get_peer:
 *
 * Returns: (transfer none): its peer, for rules and counts
 */
FirnTestPeer *firn_test_fake_agent_get_peer(FirnTestFakeAgent *self);

/**
 * firn_test_fake_agent_disable:
 * @command: name of a command that guest-info lists as disabled, and that is refused
 */
void firn_test_fake_agent_disable(FirnTestFakeAgent *self, const char *command);

/**
 * firn_test_fake_agent_put_file:
 * @path: of a file in the guest
 * @text: its contents; "@TOKEN@" becomes the token of the last /run/firn/request
 *
 * From now on the agent has the commands for files, and files may be created beside this one.
 */
void firn_test_fake_agent_put_file(FirnTestFakeAgent *self, const char *path, const char *text);

/**
 * firn_test_fake_agent_dup_file:
 * @path: of a file in the guest
 *
 * Returns: (transfer full) (nullable): its contents; %NULL if there is none
 */
char *firn_test_fake_agent_dup_file(FirnTestFakeAgent *self, const char *path);

/**
 * firn_test_fake_agent_set_counts:
 * @freeze_count: what freeze returns; -1: the number of file systems
 * @thaw_count: what thaw returns when frozen; -1: the number of file systems
 */
void firn_test_fake_agent_set_counts(FirnTestFakeAgent *self, int freeze_count, int thaw_count);

/**
 * firn_test_fake_agent_set_os:
 * @id: value of "id" in guest-get-osinfo, as "debian" or "mswindows"
 */
void firn_test_fake_agent_set_os(FirnTestFakeAgent *self, const char *id);

/**
 * firn_test_fake_agent_be_windows:
 *
 * From now on the guest is Windows with volumes C:, D: ..., and has firn-vss.exe, whose writer
 * takes part in every freeze. A freeze while it is frozen returns 0. Times are those of clock.h.
 */
void firn_test_fake_agent_be_windows(FirnTestFakeAgent *self);

/**
 * firn_test_fake_agent_print:
 * @self: a Windows guest
 * @verb: "status", "writers", "check"
 * @text: (nullable): what "firn-vss.exe VERB --json" prints from now on; %NULL: firn-vss.exe is not
 * installed
 *
 * In @text, @UPTIME@ becomes the guest's time, @COUNTER@ the number of freezes and of those that
 * were before the test, @STARTED@ the time of the last freeze, @HELD@ how long it lasted.
 */
void firn_test_fake_agent_print(FirnTestFakeAgent *self, const char *verb, const char *text);

/**
 * firn_test_fake_agent_change:
 * @self: a Windows guest
 * @verb: "status", "writers", "check"
 * @old: part of what it prints
 * @new: what it prints instead of that part from now on
 */
void firn_test_fake_agent_change(FirnTestFakeAgent *self,
                                 const char *verb,
                                 const char *old,
                                 const char *new);

/**
 * firn_test_fake_agent_complain:
 * @complaint: why each thaw fails from now on; the guest is thawed nevertheless
 */
void firn_test_fake_agent_complain(FirnTestFakeAgent *self, const char *complaint);

/**
 * firn_test_fake_agent_set_frozen:
 * @is_frozen: the state to report, as after a foreign freeze or an early thaw
 */
void firn_test_fake_agent_set_frozen(FirnTestFakeAgent *self, gboolean is_frozen);

/**
 * firn_test_fake_agent_is_frozen:
 *
 * Returns: %TRUE if the last freeze was not followed by a thaw
 */
gboolean firn_test_fake_agent_is_frozen(FirnTestFakeAgent *self);

void firn_test_fake_agent_free(FirnTestFakeAgent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestFakeAgent, firn_test_fake_agent_free)
