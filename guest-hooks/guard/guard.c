/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernel-log.h"
#include "sync.h"

#define PREPARED_FOR_MS  60000
#define PREPARE_TOTAL_S  3600
#define SYNC_MS          5000
#define FIRST_ANSWERS_MS 500
#define ANSWERS_MS       10000
#define STOP_MS          1000
#define MARGIN_MS        2000

static bool
fail(FirnGuard *self, unsigned code, const FirnHookRun *run, const char *reason)
{
    self->failure.code = code;
    self->failure.phase = run != NULL ? run->phase : "";
    firn_reason_set(&self->failure.reason, "%s", reason);
    self->failure.hook[0] = '\0';
    if (run != NULL)
        strcpy(self->failure.hook, run->hook->name);
    return false;
}

static FirnHookRunner
make_runner(FirnGuard *self, int64_t end_ms)
{
    return (FirnHookRunner){&self->paths, &self->waiter, self->request.token, end_ms};
}

static void
join(const FirnGuard *self, const char *path, char *out)
{
    if (!firn_paths_join(&self->paths, path, out, FIRN_PATH_BYTES))
        *out = '\0';
}

static bool
make_dir(const FirnGuard *self, const char *path, mode_t mode, FirnReason *reason)
{
    char whole[FIRN_PATH_BYTES];

    join(self, path, whole);
    if ((mkdir(whole, mode) == 0 || errno == EEXIST) && chmod(whole, mode) == 0)
        return true;
    return firn_reason_set(reason, "%s: %s", path, strerror(errno));
}

/* What a guard that is killed leaves for the next one. */
static void
mark_armed(const FirnGuard *self, bool is_armed)
{
    char path[FIRN_PATH_BYTES];
    int file;

    join(self, FIRN_ARMED_PATH, path);
    if (!is_armed) {
        unlink(path);
        return;
    }
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file >= 0)
        close(file);
}

static bool
is_marked_armed(const FirnGuard *self)
{
    char path[FIRN_PATH_BYTES];

    join(self, FIRN_ARMED_PATH, path);
    return access(path, F_OK) == 0;
}

/* Those of a dead-man that is disarmed stay. */
static void
take_results(FirnGuard *self)
{
    size_t count = 0;

    if (self->deadman == NULL)
        return;
    while (count < FIRN_GUARD_RESULTS_MAX &&
           firn_deadman_get_result(self->deadman, count, &self->results[count]))
        count++;
    self->n_results = count;
}

/* A hook that never proves anything says nothing of its application; of the others the one that
 * proves least counts. */
static const char *
judge_level(const FirnGuard *self)
{
    FirnLevel least = FIRN_LEVEL_APP;
    bool is_proved = false;

    if (self->failure.code != 0 || !self->was_armed || self->fired_after_ms >= 0)
        return "none";
    for (size_t i = 0; i < self->set.count; i++) {
        if (self->runs[i].result >= FIRN_HOOK_FAILED)
            return "fs";
        if (self->runs[i].result == FIRN_HOOK_OK &&
            self->runs[i].hook->conf.level != FIRN_LEVEL_NONE) {
            FirnLevel level = firn_hook_run_get_level(&self->runs[i]);

            least = level < least ? level : least;
            is_proved = true;
        }
    }
    return is_proved && least != FIRN_LEVEL_NONE ? firn_level_get_name(least) : "fs";
}

void
firn_guard_store_report(FirnGuard *self, const char *state)
{
    FirnReport report = {
        .token = self->request.token,
        .state = state,
        .level = judge_level(self),
        .failure = &self->failure,
        .timeout_s = self->request.deadman_s,
        .was_armed = self->was_armed,
        .fired_after_ms = self->fired_after_ms,
        .results = self->results,
        .mounts = &self->mounts,
        .runs = self->runs,
        .n_runs = self->set.count,
    };
    char folder[FIRN_PATH_BYTES];

    take_results(self);
    report.n_results = self->n_results;
    join(self, FIRN_RUN_DIR, folder);
    if (!firn_report_store(&report, folder))
        firn_kernel_log(&self->paths, "cannot write the report: %s", strerror(errno));
}

static void
arm(FirnGuard *self, int64_t timeout_ms, FirnReason *reason)
{
    self->armed_ms = firn_clock_ms();
    self->deadman = firn_deadman_arm(&self->mounts, timeout_ms, self->thawer, reason);
    if (self->deadman == NULL)
        return;
    mark_armed(self, true);
    self->was_armed = true;
    self->fired_after_ms = -1;
}

static void
disarm(FirnGuard *self)
{
    if (self->deadman == NULL)
        return;
    if (self->fired_after_ms < 0 && firn_deadman_has_expired(self->deadman))
        self->fired_after_ms = firn_clock_ms() - self->armed_ms;
    firn_deadman_disarm(self->deadman);
    self->deadman = NULL;
    mark_armed(self, false);
}

static void
release(FirnGuard *self, bool is_abort)
{
    FirnHookRunner runner = make_runner(self, INT64_MAX);

    self->waiter.is_cancellable = false;
    /* On thaw, those of the stock script come before ours, in their own order. */
    for (size_t i = 0; i < self->set.count && !self->settings.is_compat_reversed; i++)
        if (self->runs[i].hook->is_compat)
            firn_hook_run_release(&self->runs[i], &runner, is_abort);
    for (size_t i = self->set.count; i > 0; i--)
        firn_hook_run_release(&self->runs[i - 1], &runner, is_abort);
}

/* Results are read before the threads that have them end. */
static void
close_window(FirnGuard *self, bool is_abort, const char *state)
{
    if (self->deadman != NULL && self->fired_after_ms < 0 &&
        firn_deadman_has_expired(self->deadman))
        self->fired_after_ms = firn_clock_ms() - self->armed_ms;
    if (self->fired_after_ms >= 0)
        state = "expired";
    take_results(self);
    disarm(self);
    release(self, is_abort);
    self->window = FIRN_WINDOW_CLOSED;
    self->prepared_ms = 0;
    firn_guard_store_report(self, state);
}

static void
expire(FirnGuard *self)
{
    self->fired_after_ms = firn_clock_ms() - self->armed_ms;
    self->window = FIRN_WINDOW_EXPIRED;
    firn_kernel_log(&self->paths, "the host has not thawed in time: thawing");
    /* Its threads have begun: the report tells what most of them did. */
    firn_deadman_wait_answers(self->deadman, firn_clock_ms() + FIRST_ANSWERS_MS);
    release(self, true);
    firn_guard_store_report(self, "expired");
}

static void
reset(FirnGuard *self)
{
    firn_hook_set_clear(&self->set);
    free(self->runs);
    self->runs = NULL;
    firn_mounts_clear(&self->mounts);
    self->failure = (FirnFailure){.phase = ""};
    self->was_armed = false;
    self->fired_after_ms = -1;
    self->n_results = 0;
}

static bool
load_hooks(FirnGuard *self)
{
    FirnReason reason = {""};

    reset(self);
    if (!firn_settings_load(&self->settings, &self->paths, &reason) ||
        !firn_hook_set_load(&self->set, &self->paths, &self->settings, &reason))
        return fail(self, FIRN_EXIT_CONFIG, NULL, reason.text);
    self->runs = calloc(self->set.count + 1, sizeof *self->runs);
    if (self->runs == NULL)
        return fail(self, FIRN_EXIT_CONFIG, NULL, strerror(errno));
    for (size_t i = 0; i < self->set.count; i++)
        firn_hook_run_init(&self->runs[i], &self->set.hooks[i]);
    return true;
}

static bool
has_host_prepared(const FirnGuard *self)
{
    return self->prepared_ms != 0 && firn_clock_ms() - self->prepared_ms < PREPARED_FOR_MS;
}

bool
firn_guard_load(FirnGuard *self, FirnVerb verb)
{
    if (verb != FIRN_VERB_FREEZE && verb != FIRN_VERB_PREPARE)
        return true;
    if (self->window == FIRN_WINDOW_EXPIRED)
        close_window(self, true, "expired");
    /* Preparing has loaded them. */
    if (verb == FIRN_VERB_FREEZE && has_host_prepared(self))
        return true;
    self->prepared_ms = 0;
    if (load_hooks(self))
        return true;
    firn_guard_store_report(self, "failed");
    return false;
}

static unsigned
sum_thaw_limits(const FirnGuard *self)
{
    unsigned sum_ms = 0;

    for (size_t i = 0; i < self->set.count; i++)
        sum_ms += 1000 * self->set.hooks[i].conf.thaw_s + STOP_MS;
    return sum_ms;
}

unsigned
firn_guard_get_limit_ms(const FirnGuard *self, FirnVerb verb)
{
    unsigned limit_ms = sum_thaw_limits(self) + MARGIN_MS;

    if (verb == FIRN_VERB_FREEZE)
        limit_ms += 1000 * self->settings.freeze_total_s + STOP_MS;
    if (verb == FIRN_VERB_PREPARE)
        limit_ms += 1000 * PREPARE_TOTAL_S;
    if (verb == FIRN_VERB_ABORT)
        limit_ms += ANSWERS_MS;
    return limit_ms;
}

static unsigned
get_code(FirnHookResult result)
{
    return result == FIRN_HOOK_TIMEOUT   ? FIRN_EXIT_TIMEOUT
           : result == FIRN_HOOK_REFUSED ? FIRN_EXIT_CONFIG
                                         : FIRN_EXIT_HOOK_FAILED;
}

typedef bool (*RunPhase)(FirnHookRun *run, const FirnHookRunner *runner);

static bool
run_all(FirnGuard *self, RunPhase run_phase, int64_t end_ms)
{
    FirnHookRunner runner = make_runner(self, end_ms);

    for (size_t i = 0; i < self->set.count; i++) {
        FirnHookRun *run = &self->runs[i];

        if (run->result >= FIRN_HOOK_FAILED || run_phase(run, &runner))
            continue;
        firn_kernel_log(&self->paths, "%s: %s: %s", run->hook->name, run->phase, run->reason.text);
        if (run->hook->conf.is_critical || self->waiter.is_cancelled)
            return fail(self, get_code(run->result), run, run->reason.text);
    }
    return true;
}

static int64_t
limit(int64_t end_ms, int64_t most_ms)
{
    int64_t now_ms = firn_clock_ms();

    return end_ms - now_ms > most_ms ? now_ms + most_ms : end_ms;
}

static bool
read_mounts(FirnGuard *self)
{
    firn_mounts_clear(&self->mounts);
    if (firn_mounts_read(&self->mounts, self->thawer->mountinfo))
        return true;
    return fail(self, FIRN_EXIT_CANNOT_ARM, NULL, strerror(errno));
}

static void
run_prepare(FirnGuard *self)
{
    int64_t end_ms = firn_clock_ms() + 1000 * PREPARE_TOTAL_S;

    self->waiter.is_cancellable = true;
    if (!read_mounts(self) || !run_all(self, firn_hook_run_prepare, end_ms)) {
        firn_guard_store_report(self, "failed");
        return;
    }
    firn_sync(&self->mounts, &self->waiter, end_ms);
    self->prepared_ms = firn_clock_ms();
}

static bool
freeze(FirnGuard *self, int64_t end_ms)
{
    FirnReason reason = {""};

    if (!read_mounts(self))
        return false;
    if (!has_host_prepared(self)) {
        if (!run_all(self, firn_hook_run_prepare, end_ms))
            return false;
        firn_sync(&self->mounts, &self->waiter, limit(end_ms, SYNC_MS));
    }
    if (!run_all(self, firn_hook_run_freeze, end_ms))
        return false;
    firn_sync(&self->mounts, &self->waiter, limit(end_ms, SYNC_MS));
    if (self->waiter.is_cancelled)
        return fail(self, FIRN_EXIT_HOOK_FAILED, NULL, "cancelled");
    arm(self, 1000 * (int64_t)self->request.deadman_s, &reason);
    return self->deadman != NULL || fail(self, FIRN_EXIT_CANNOT_ARM, NULL, reason.text);
}

static void
run_freeze(FirnGuard *self)
{
    self->request = (FirnRequest){.deadman_s = self->settings.deadman_s};
    firn_request_take(&self->request, &self->paths, time(NULL));
    self->waiter.is_cancellable = true;
    if (freeze(self, firn_clock_ms() + 1000 * (int64_t)self->settings.freeze_total_s)) {
        self->window = FIRN_WINDOW_FROZEN;
        firn_guard_store_report(self, "frozen");
        return;
    }
    close_window(self, true, "failed");
}

static void
run_abort(FirnGuard *self)
{
    if (self->window == FIRN_WINDOW_FROZEN) {
        firn_deadman_expire(self->deadman);
        firn_deadman_wait_answers(self->deadman, firn_clock_ms() + ANSWERS_MS);
        expire(self);
    }
    if (self->window == FIRN_WINDOW_EXPIRED)
        close_window(self, true, "expired");
}

void
firn_guard_run(FirnGuard *self, FirnVerb verb)
{
    if (verb == FIRN_VERB_FREEZE)
        run_freeze(self);
    else if (verb == FIRN_VERB_PREPARE)
        run_prepare(self);
    else if (verb == FIRN_VERB_ABORT)
        run_abort(self);
    else if (self->window != FIRN_WINDOW_CLOSED)
        close_window(self, false, "thawed");
    self->waiter.is_cancellable = false;
}

void
firn_guard_undo_freeze(FirnGuard *self)
{
    fail(self, FIRN_EXIT_HOOK_FAILED, NULL, "firn-hook ended before it was told");
    close_window(self, true, "failed");
}

/* A hook that has held as long as it may. */
static bool
is_held_too_long(const FirnHookRun *run, int64_t *next_ms)
{
    int64_t end_ms;

    if (run->held_since_ms == 0 || run->hook->conf.max_hold_s == 0)
        return false;
    end_ms = run->held_since_ms + 1000 * (int64_t)run->hook->conf.max_hold_s;
    if (end_ms <= firn_clock_ms())
        return true;
    if (end_ms < *next_ms)
        *next_ms = end_ms;
    return false;
}

int64_t
firn_guard_check(FirnGuard *self)
{
    FirnHookRunner runner = make_runner(self, INT64_MAX);
    int64_t next_ms = INT64_MAX;

    if (self->window != FIRN_WINDOW_FROZEN)
        return next_ms;
    if (firn_deadman_has_expired(self->deadman)) {
        expire(self);
        return next_ms;
    }
    for (size_t i = 0; i < self->set.count; i++) {
        FirnHookRun *run = &self->runs[i];

        firn_hook_run_check_held(run);
        if (!is_held_too_long(run, &next_ms))
            continue;
        run->result = FIRN_HOOK_TIMEOUT;
        run->phase = "hold";
        firn_reason_set(&run->reason, "held for %u s", run->hook->conf.max_hold_s);
        firn_hook_run_release(run, &runner, true);
    }
    return next_ms;
}

const char *
firn_guard_get_state(const FirnGuard *self)
{
    static const char *const names[] = {"idle", "frozen", "expired"};

    return names[self->window];
}

/* Locks of applications have gone with the guard that held them: what it froze has no use. */
static bool
recover(FirnGuard *self, FirnReason *reason)
{
    if (!read_mounts(self))
        return firn_reason_set(reason, "%s", self->failure.reason.text);
    arm(self, 0, reason);
    if (self->deadman == NULL)
        return false;
    firn_kernel_log(&self->paths, "a guard has ended while it was armed: thawing");
    firn_deadman_wait_answers(self->deadman, firn_clock_ms() + ANSWERS_MS);
    self->fired_after_ms = 0;
    self->window = FIRN_WINDOW_EXPIRED;
    firn_guard_store_report(self, "expired");
    return true;
}

bool
firn_guard_init(FirnGuard *self,
                const FirnPaths *paths,
                const FirnThawer *thawer,
                FirnReason *reason)
{
    memset(self, 0, sizeof *self);
    self->paths = *paths;
    self->thawer = thawer;
    reset(self);
    self->settings = (FirnSettings){.deadman_s = 30, .freeze_total_s = 30, .is_strict = true};
    self->request.deadman_s = self->settings.deadman_s;
    if (!firn_waiter_init(&self->waiter))
        return firn_reason_set(reason, "signalfd: %s", strerror(errno));
    return make_dir(self, FIRN_RUN_DIR, 0700, reason) &&
           make_dir(self, FIRN_HOOKS_DIR, 0755, reason) &&
           make_dir(self, FIRN_TMP_DIR, 01777, reason) &&
           make_dir(self, FIRN_STATE_DIR, 0755, reason) &&
           (!is_marked_armed(self) || recover(self, reason));
}

void
firn_guard_announce(FirnGuard *self)
{
    char path[FIRN_PATH_BYTES];

    join(self, FIRN_RUN_DIR "/last.json", path);
    if (access(path, F_OK) == 0)
        return;
    load_hooks(self);
    firn_guard_store_report(self, "idle");
    reset(self);
}

void
firn_guard_clear(FirnGuard *self)
{
    run_abort(self);
    reset(self);
    firn_waiter_clear(&self->waiter);
}
