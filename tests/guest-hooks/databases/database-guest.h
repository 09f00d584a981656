/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hook-guest.h"
#include "vm-rig.h"

typedef struct FirnDatabaseGuest FirnDatabaseGuest;

/**
 * FirnDatabaseGuestScene:
 *
 * What happens while the guest is frozen and the cut is still to come.
 */
typedef void (*FirnDatabaseGuestScene)(FirnDatabaseGuest *self);

/**
 * FirnDatabaseGuest:
 * @vm: the guest, and the firnd that takes snapshots of it
 * @hooks: firn-hook and firn-guard in it
 * @acked: the last number that was acknowledged before the latest cut
 * @in_window: what happens before each cut
 *
 * A guest with the files of a database on its two disks, and the programs of all databases
 * (build-image). Its server is not started.
 */
struct FirnDatabaseGuest {
    FirnVmRig vm;
    FirnVmRigOptions options;
    FirnHookGuest hooks;
    gint64 acked;
    char *drive;        /* (owned) */
    char *templates[3]; /* (owned) */
    const char *extra[9];
    FirnDatabaseGuestScene in_window; /* (nullable) */
};

/**
 * firn_database_guest_can_run:
 *
 * Skips the running test, with the reason, if there is no image.
 *
 * Returns: %TRUE if the rest will work
 */
gboolean firn_database_guest_can_run(void);

/**
 * firn_database_guest_set_up:
 * @database: "mariadb", "postgresql" or "redis"
 *
 * Starts it.
 */
void firn_database_guest_set_up(FirnDatabaseGuest *self, const char *database);

/**
 * firn_database_guest_tear_down:
 *
 * Ends it.
 */
void firn_database_guest_tear_down(FirnDatabaseGuest *self);

/**
 * firn_database_guest_install_hook:
 * @name: of a hook that is shipped
 * @more: settings that differ from its own
 *
 * Installs it as the package does, and @more where administrators have theirs.
 */
void firn_database_guest_install_hook(FirnDatabaseGuest *self, const char *name, const char *more);

/**
 * firn_database_guest_do:
 * @command: of the guest; what it starts in the background may outlive it
 *
 * Runs it, up to two minutes; it must succeed.
 *
 * Returns: (transfer full): its output
 */
char *firn_database_guest_do(FirnDatabaseGuest *self, const char *command);

/**
 * firn_database_guest_refuses:
 * @command: of the guest
 *
 * Runs it, up to two minutes; it must fail.
 *
 * Returns: (transfer full): its output
 */
char *firn_database_guest_refuses(FirnDatabaseGuest *self, const char *command);

/**
 * firn_database_guest_load:
 * @command: what begins to write, and acknowledges
 *
 * Begins, and waits until some writes were acknowledged.
 */
void firn_database_guest_load(FirnDatabaseGuest *self, const char *command);

/**
 * firn_database_guest_create:
 * @option: (nullable): one more option of firn create
 *
 * Makes the snapshot s1 under load, again if firnd has no report of it, and waits until the load
 * has continued after it.
 */
void firn_database_guest_create(FirnDatabaseGuest *self, const char *option);

/**
 * firn_database_guest_kill:
 *
 * Kills its QEMU.
 */
void firn_database_guest_kill(FirnDatabaseGuest *self);

/**
 * firn_database_guest_restore:
 *
 * Kills its QEMU, restores s1, and starts the guest.
 */
void firn_database_guest_restore(FirnDatabaseGuest *self);

/**
 * firn_database_guest_start:
 *
 * Starts a guest that was killed, on its disks as they are.
 */
void firn_database_guest_start(FirnDatabaseGuest *self);

/**
 * firn_database_guest_cut_disk:
 * @index: 0 for vda
 * @tag: of the new snapshot
 *
 * Makes a snapshot of one disk, without firnd.
 */
void firn_database_guest_cut_disk(FirnDatabaseGuest *self, guint index, const char *tag);

/**
 * firn_database_guest_revert_disk:
 * @self: a guest that was killed
 * @index: 0 for vda
 * @tag: of a snapshot of that disk
 *
 * Restores it, without firnd.
 */
void firn_database_guest_revert_disk(FirnDatabaseGuest *self, guint index, const char *tag);

/**
 * firn_database_guest_is_whole:
 * @found: lines TABLE=COUNT/MAX
 * @table: one of them
 *
 * Returns: whether it has all numbers from 1, also the last one that was acknowledged before the
 * cut
 */
gboolean firn_database_guest_is_whole(FirnDatabaseGuest *self,
                                      const char *found,
                                      const char *table);
