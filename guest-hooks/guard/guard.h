/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "protocol.h"
#include "report.h"
#include "request.h"

#define FIRN_GUARD_RESULTS_MAX 256

/**
 * FirnWindow:
 * @FIRN_WINDOW_CLOSED: nothing is held, and the dead-man is disarmed
 * @FIRN_WINDOW_FROZEN: hooks hold, and the dead-man is armed
 * @FIRN_WINDOW_EXPIRED: hooks were aborted, and the dead-man thaws until it is disarmed
 */
typedef enum {
    FIRN_WINDOW_CLOSED,
    FIRN_WINDOW_FROZEN,
    FIRN_WINDOW_EXPIRED,
} FirnWindow;

/**
 * FirnGuard:
 * @thawer: (unowned): the border to the kernel
 * @prepared_ms: when prepare ended well, of firn_clock_ms(); 0: has not
 * @set: hooks of this window, or of the last one
 * @runs: (owned) (array length=set.count): what became of them
 * @mounts: when it was armed last
 * @results: of the dead-man, once it is disarmed
 *
 * What happens between freeze and thaw, as straight-line code. Who asks for it is the server's
 * affair.
 */
typedef struct FirnGuard {
    FirnPaths paths;
    const FirnThawer *thawer;
    FirnWaiter waiter;
    FirnSettings settings;
    FirnRequest request;
    FirnWindow window;
    int64_t prepared_ms;
    FirnHookSet set;
    FirnHookRun *runs;
    FirnMounts mounts;
    FirnDeadman *deadman;
    bool was_armed;
    int64_t armed_ms;
    int64_t fired_after_ms;
    FirnThawResult results[FIRN_GUARD_RESULTS_MAX];
    size_t n_results;
    FirnFailure failure;
} FirnGuard;

/**
 * firn_guard_init:
 * @paths: where files are
 * @thawer: the border to the kernel
 *
 * Makes the directories below /run/firn, and, if a guard was killed while it was armed, thaws
 * everything.
 */
bool firn_guard_init(FirnGuard *self,
                     const FirnPaths *paths,
                     const FirnThawer *thawer,
                     FirnReason *reason);

/**
 * firn_guard_announce:
 *
 * Writes a report of no freeze, with the hooks that would run, unless there is one of a freeze: so
 * a host sees before the first freeze that the guest has a guard.
 */
void firn_guard_announce(FirnGuard *self);

/**
 * firn_guard_clear:
 *
 * Ends the window, whatever its state: thaws, aborts hooks. Then frees everything.
 */
void firn_guard_clear(FirnGuard *self);

/**
 * firn_guard_get_limit_ms:
 * @verb: freeze, thaw, prepare or abort
 *
 * Returns: how long firn_guard_run() may take at most, with the hooks that are loaded
 */
unsigned firn_guard_get_limit_ms(const FirnGuard *self, FirnVerb verb);

/**
 * firn_guard_load:
 * @self: a guard whose window is not frozen, if @verb is freeze or prepare
 * @verb: freeze or prepare: reads settings and hooks for it; for the others does nothing
 *
 * Returns: whether firn_guard_run() may follow; else what failed is in @failure
 */
bool firn_guard_load(FirnGuard *self, FirnVerb verb);

/**
 * firn_guard_run:
 * @verb: freeze, thaw, prepare or abort
 *
 * Does what was asked for. What failed is in @failure, in which 0 means well; thaw and abort never
 * fail.
 */
void firn_guard_run(FirnGuard *self, FirnVerb verb);

/**
 * firn_guard_undo_freeze:
 *
 * Ends a window whose freeze has succeeded, and whose client has not learnt that.
 */
void firn_guard_undo_freeze(FirnGuard *self);

/**
 * firn_guard_check:
 *
 * Looks after an open window: a dead-man that has expired, sessions that have ended or have held
 * too long.
 *
 * Returns: when to look again at the latest, of firn_clock_ms(); INT64_MAX: there is no such time
 */
int64_t firn_guard_check(FirnGuard *self);

/**
 * firn_guard_get_state:
 *
 * Returns: "idle", "frozen" or "expired"
 */
const char *firn_guard_get_state(const FirnGuard *self);

/**
 * firn_guard_store_report:
 * @state: of the report
 *
 * Writes the report.
 */
void firn_guard_store_report(FirnGuard *self, const char *state);
