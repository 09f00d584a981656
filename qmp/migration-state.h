/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FIRN_MIGRATION_BACKGROUND:
 *
 * The capability of a migration during which the guest runs, since QEMU 6.0.
 */
#define FIRN_MIGRATION_BACKGROUND "background-snapshot"

/**
 * FirnMigrationState:
 * @status: "none", "setup", "active" ...
 * @words: (nullable): QEMU's reason if it failed
 * @sent_bytes: sent, without pages of zeros
 * @done_bytes: of the guest's RAM, so far
 * @total_bytes: of the guest's RAM
 * @n_pages: pages sent
 *
 * The progress of QEMU's latest migration. All zeros is a valid value.
 */
typedef struct {
    char *status; /* (owned) */
    char *words;  /* (owned) (nullable) */
    gint64 sent_bytes;
    gint64 done_bytes;
    gint64 total_bytes;
    gint64 n_pages;
} FirnMigrationState;

/**
 * firn_migration_state_read:
 * @reply: what "query-migrate" returned
 * @out_state: (out): filled in
 *
 * A reply without a status means that QEMU has never migrated.
 */
void firn_migration_state_read(JsonNode *reply, FirnMigrationState *out_state);

/**
 * firn_migration_state_clear:
 * @self: one that was read, or all zeros
 */
void firn_migration_state_clear(FirnMigrationState *self);

/**
 * firn_migration_state_has_ended:
 * @self: one that was read
 *
 * Returns: whether no migration is active; a status that firn does not know counts as active
 */
gboolean firn_migration_state_has_ended(const FirnMigrationState *self);

/**
 * firn_migration_state_has_pages:
 * @self: of a migration in the background
 *
 * QEMU sends no page of RAM before it has protected all of it.
 *
 * Returns: whether the first page was sent, or QEMU has ended
 */
gboolean firn_migration_state_has_pages(const FirnMigrationState *self);

/**
 * firn_migration_state_read_background:
 * @reply: (nullable): what "query-migrate-capabilities" returned; %NULL: no reply
 *
 * Returns: whether QEMU migrates in the background; also %TRUE if that is unknown, so that firn
 * cancels nothing
 */
gboolean firn_migration_state_read_background(JsonNode *reply);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FirnMigrationState, firn_migration_state_clear)
