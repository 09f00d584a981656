/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-check.h"

/**
 * FirnFreeze:
 *
 * One freeze of one guest, and the freeze window that it opens. Freeing it thaws the guest.
 */
typedef struct _FirnFreeze FirnFreeze;

/**
 * firn_freeze_begin:
 * @check: a check that found an agent; its evidence gets the result
 * @cancellable: (nullable): ends the wait for the freeze
 *
 * Sends the freeze and waits for the reply. Job threads only.
 *
 * Returns: (transfer full): a window; see firn_freeze_is_whole()
 */
FirnFreeze *firn_freeze_begin(FirnGuestCheck *check, GCancellable *cancellable);

/**
 * firn_freeze_may_pass:
 *
 * Returns: whether the freeze has failed in a way that may pass without anybody's help: VSS in a
 * Windows guest is busy, for example
 */
gboolean firn_freeze_may_pass(FirnFreeze *self);

/**
 * firn_freeze_is_whole:
 *
 * Errors: %FIRN_HOST_ERROR_FREEZE_FAILED, %FIRN_HOST_ERROR_FREEZE_TIMEOUT,
 * %FIRN_HOST_ERROR_GUEST_FROZEN, %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE if the agent reports that it froze everything that was expected
 */
gboolean firn_freeze_is_whole(FirnFreeze *self, GError **error);

/**
 * firn_freeze_keep:
 * @until: fires when the freeze window is no longer needed
 *
 * Keeps the guest frozen until then, but not after the window is broken or frozen-max has passed.
 * Checks about once a second for migrations and block jobs. Job threads only.
 */
void firn_freeze_keep(FirnFreeze *self, GCancellable *until);

/**
 * firn_freeze_give_up:
 * @self: a window whose freeze has failed
 *
 * Thaws the guest, as firn_freeze_end() does, so that another freeze may follow; why it failed is
 * still known. The guest is not asked for a report. Cannot be cancelled and never gives up.
 */
void firn_freeze_give_up(FirnFreeze *self);

/**
 * firn_freeze_end:
 * @self: (transfer full) (nullable): a window
 *
 * Thaws the guest and waits until it is known to be thawed, or gone; then the evidence holds
 * everything that the window proves or disproves. Cannot be cancelled and never gives up.
 */
void firn_freeze_end(FirnFreeze *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnFreeze, firn_freeze_end)
