/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trusted-open.h"

#define EXIT_TEMPORARY      75
#define EXIT_NOT_APPLICABLE 77
#define N_VARIABLES         10

static const char *const result_names[] =
    {"unused", "ok", "skipped", "failed", "timeout", "refused", "died"};

typedef struct Environment {
    char text[N_VARIABLES][FIRN_PATH_BYTES + 32];
    char *variables[N_VARIABLES + FIRN_OWN_SETTINGS_MAX + 1];
} Environment;

/* The time limit of a phase, whatever is left of it by the time that a process starts. */
typedef struct Limit {
    int64_t end_ms;
    unsigned ms;
} Limit;

const char *
firn_hook_result_get_name(FirnHookResult result)
{
    return result_names[result];
}

FirnLevel
firn_hook_run_get_level(const FirnHookRun *self)
{
    FirnLevel level = self->hook->conf.level;

    if (self->output.is_level_none)
        return FIRN_LEVEL_NONE;
    return self->output.is_flushed_only && level > FIRN_LEVEL_FLUSHED ? FIRN_LEVEL_FLUSHED : level;
}

void
firn_hook_run_init(FirnHookRun *self, const FirnHook *hook)
{
    memset(self, 0, sizeof *self);
    self->hook = hook;
    self->phase = "";
    self->process.input = self->process.output = -1;
}

/* The first failure is told: what follows from it does not hide it. */
static bool
fail(FirnHookRun *self, const char *phase, FirnHookResult result, const char *reason)
{
    if (self->result >= FIRN_HOOK_FAILED)
        return false;
    self->result = result;
    self->phase = phase;
    self->exit = self->last_exit;
    firn_reason_set(&self->reason, "%s", reason);
    return false;
}

/* They belong to the hook, which outlives its process's start. */
static unsigned
add_own_settings(Environment *self, unsigned count, const FirnOwnSettings *own)
{
    const char *end = own->text + own->length;

    for (const char *at = own->text; at < end; at += strlen(at) + 1)
        self->variables[count++] = (char *)at;
    return count;
}

static void
fill_environment(Environment *self,
                 const FirnHookRun *run,
                 const FirnHookRunner *runner,
                 const char *phase,
                 const char *home,
                 int64_t end_ms)
{
    int64_t left_ms = end_ms - firn_clock_ms();
    unsigned i = 0;

    snprintf(self->text[i++],
             sizeof *self->text,
             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    snprintf(self->text[i++], sizeof *self->text, "LC_ALL=C");
    snprintf(self->text[i++], sizeof *self->text, "HOME=%s", home);
    snprintf(self->text[i++], sizeof *self->text, "TMPDIR=%s" FIRN_TMP_DIR, runner->paths->root);
    snprintf(self->text[i++], sizeof *self->text, "FIRN_HOOK=%s", run->hook->name);
    snprintf(self->text[i++], sizeof *self->text, "FIRN_TOKEN=%s", runner->token);
    snprintf(self->text[i++], sizeof *self->text, "FIRN_PHASE=%s", phase);
    snprintf(self->text[i++],
             sizeof *self->text,
             "FIRN_LEVEL=%s",
             firn_level_get_name(run->hook->conf.level));
    snprintf(self->text[i++],
             sizeof *self->text,
             "FIRN_DEADLINE_MS=%lld",
             left_ms > 0 ? (long long)left_ms : 0);
    snprintf(self->text[i++],
             sizeof *self->text,
             "FIRN_STATE_DIR=%s" FIRN_STATE_DIR "/%.96s",
             runner->paths->root,
             run->hook->name);
    for (unsigned j = 0; j < i; j++)
        self->variables[j] = self->text[j];
    i = add_own_settings(self, i, &run->hook->conf.own);
    self->variables[i] = NULL;
}

static bool
open_credential(const FirnHook *hook, const FirnPaths *paths, int *out, FirnReason *reason)
{
    struct stat found;

    *out = -1;
    if (*hook->conf.credential == '\0')
        return true;
    *out = firn_trusted_open(paths, hook->conf.credential, reason);
    if (*out < 0)
        return false;
    if (fstat(*out, &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 077) == 0)
        return true;
    close(*out);
    return firn_reason_set(reason, "%s may be read by others", hook->conf.credential);
}

/* The hook's own, on a file system that is never frozen. It may have run as another user before. */
static void
make_state_dir(const FirnHookRun *run, const FirnHookRunner *runner, const FirnUser *user)
{
    char path[2 * FIRN_PATH_BYTES];

    snprintf(path, sizeof path, "%s" FIRN_STATE_DIR "/%s", runner->paths->root, run->hook->name);
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return;
    (void)!lchown(path,
                  user != NULL ? user->uid : runner->paths->owner,
                  user != NULL ? user->gid : (gid_t)-1);
}

static bool
start(FirnHookRun *self,
      const FirnHookRunner *runner,
      const char *argument,
      const char *phase,
      int64_t end_ms,
      FirnReason *reason)
{
    const FirnHook *hook = self->hook;
    Environment environment;
    FirnUser user;
    FirnLaunch launch = {.file = hook->file, .name = hook->source, .argument = argument};
    bool is_started;

    if (*hook->conf.user != '\0') {
        if (!firn_user_find(runner->paths, hook->conf.user, &user, reason))
            return false;
        launch.user = &user;
    }
    if (!open_credential(hook, runner->paths, &launch.credential, reason))
        return false;
    make_state_dir(self, runner, launch.user);
    fill_environment(&environment,
                     self,
                     runner,
                     phase,
                     launch.user != NULL ? user.home : "/root",
                     end_ms);
    launch.environment = environment.variables;
    launch.has_input = hook->conf.mode == FIRN_MODE_SESSION;
    is_started = firn_process_start(&self->process, &launch, reason);
    if (launch.credential >= 0)
        close(launch.credential);
    return is_started;
}

static int
get_exit(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static bool
describe_end(FirnHookRun *self, const char *phase, FirnHookResult result)
{
    char text[FIRN_REASON_BYTES];

    snprintf(text,
             sizeof text,
             "exit status %d%s%s",
             self->last_exit,
             *self->output.message == '\0' ? "" : ": ",
             self->output.message);
    return fail(self, phase, result, text);
}

static bool
describe_stop(FirnHookRun *self, const char *phase, FirnProcessResult result, Limit limit)
{
    char text[FIRN_REASON_BYTES];

    if (result == FIRN_PROCESS_CANCELLED)
        return fail(self, phase, FIRN_HOOK_FAILED, "cancelled");
    snprintf(text,
             sizeof text,
             "did not end within %u ms%s%s",
             limit.ms,
             *self->output.message == '\0' ? "" : ": ",
             self->output.message);
    return fail(self, phase, FIRN_HOOK_TIMEOUT, text);
}

/* Sets @exit if the process has ended. */
static bool
run_once(FirnHookRun *self,
         const FirnHookRunner *runner,
         const char *argument,
         const char *phase,
         Limit limit)
{
    FirnProcessResult result;
    FirnReason reason = {""};

    self->last_exit = 0;
    if (!start(self, runner, argument, phase, limit.end_ms, &reason))
        return fail(self, phase, FIRN_HOOK_FAILED, reason.text);
    result = firn_process_wait(&self->process, runner->waiter, NULL, &self->output, limit.end_ms);
    if (result == FIRN_PROCESS_ENDED) {
        self->last_exit = get_exit(self->process.status);
        return true;
    }
    firn_process_stop(&self->process, runner->waiter);
    return describe_stop(self, phase, result, limit);
}

static bool
run_oneshot(FirnHookRun *self,
            const FirnHookRunner *runner,
            const char *argument,
            const char *phase,
            Limit limit)
{
    bool has_ended = run_once(self, runner, argument, phase, limit);

    if (has_ended && self->last_exit == EXIT_TEMPORARY)
        has_ended = run_once(self, runner, argument, phase, limit);
    if (!has_ended)
        return false;
    if (self->last_exit != 0 && self->last_exit != EXIT_NOT_APPLICABLE)
        return describe_end(self, phase, FIRN_HOOK_FAILED);
    if (self->result == FIRN_HOOK_UNUSED || self->result == FIRN_HOOK_OK) {
        self->result = self->last_exit == 0 ? FIRN_HOOK_OK : FIRN_HOOK_SKIPPED;
        self->exit = self->last_exit;
        self->phase = phase;
    }
    return true;
}

/* That of the hook, or what is left of all hooks' time. */
static Limit
get_limit(const FirnHookRunner *runner, unsigned limit_s)
{
    int64_t now_ms = firn_clock_ms();
    int64_t end_ms = now_ms + 1000 * (int64_t)limit_s;

    if (end_ms > runner->end_ms)
        end_ms = runner->end_ms;
    return (Limit){end_ms, end_ms > now_ms ? (unsigned)(end_ms - now_ms) : 0};
}

static bool
check_allowed(FirnHookRun *self, const char *phase)
{
    if (*self->hook->refused.text == '\0')
        return true;
    return fail(self, phase, FIRN_HOOK_REFUSED, self->hook->refused.text);
}

bool
firn_hook_run_prepare(FirnHookRun *self, const FirnHookRunner *runner)
{
    int64_t began_ms = firn_clock_ms();
    bool is_well;

    if (!check_allowed(self, "prepare"))
        return false;
    if (self->hook->is_compat || self->hook->conf.mode == FIRN_MODE_SESSION)
        return true;
    is_well = run_oneshot(self,
                          runner,
                          "prepare",
                          "prepare",
                          get_limit(runner, self->hook->conf.prepare_s));
    self->prepare_ms = (unsigned)(firn_clock_ms() - began_ms);
    return is_well;
}

static bool
start_session(FirnHookRun *self, const FirnHookRunner *runner, Limit limit)
{
    FirnProcessResult result;
    FirnReason reason = {""};

    if (!start(self, runner, "session", "freeze", limit.end_ms, &reason))
        return fail(self, "freeze", FIRN_HOOK_FAILED, reason.text);
    result = firn_process_wait(&self->process,
                               runner->waiter,
                               &self->output.is_ready,
                               &self->output,
                               limit.end_ms);
    if (result == FIRN_PROCESS_SAID) {
        self->result = FIRN_HOOK_OK;
        self->phase = "freeze";
        return true;
    }
    if (result != FIRN_PROCESS_ENDED)
        return describe_stop(self, "freeze", result, limit);
    self->last_exit = get_exit(self->process.status);
    if (self->last_exit != EXIT_NOT_APPLICABLE)
        return describe_end(self, "freeze", FIRN_HOOK_FAILED);
    self->is_started = false;
    self->result = FIRN_HOOK_SKIPPED;
    self->phase = "freeze";
    return true;
}

bool
firn_hook_run_freeze(FirnHookRun *self, const FirnHookRunner *runner)
{
    int64_t began_ms = firn_clock_ms();
    Limit limit = get_limit(runner, self->hook->conf.freeze_s);
    bool is_well;

    if (!check_allowed(self, "freeze"))
        return false;
    if (self->result == FIRN_HOOK_SKIPPED)
        return true;
    self->is_started = true;
    is_well = self->hook->conf.mode == FIRN_MODE_SESSION
                  ? start_session(self, runner, limit)
                  : run_oneshot(self, runner, "freeze", "freeze", limit);
    self->freeze_ms = (unsigned)(firn_clock_ms() - began_ms);
    if (is_well && self->is_started)
        self->held_since_ms = firn_clock_ms();
    return is_well;
}

bool
firn_hook_run_check_held(FirnHookRun *self)
{
    if (self->held_since_ms == 0 || self->process.pid == 0)
        return true;
    if (waitpid(self->process.pid, &self->process.status, WNOHANG) != self->process.pid)
        return true;
    self->last_exit = get_exit(self->process.status);
    self->process.pid = 0;
    return describe_end(self, "hold", FIRN_HOOK_DIED);
}

static void
release_session(FirnHookRun *self, const FirnHookRunner *runner, bool is_abort, Limit limit)
{
    const char *word = is_abort ? "ABORT\n" : "THAW\n";
    const char *phase = is_abort ? "abort" : "thaw";
    FirnProcessResult result;

    if (!firn_hook_run_check_held(self) || self->process.pid == 0)
        return;
    /* The end of its input follows, which ends a session that could not be told more. */
    (void)!write(self->process.input, word, strlen(word));
    close(self->process.input);
    self->process.input = -1;
    result = firn_process_wait(&self->process, runner->waiter, NULL, &self->output, limit.end_ms);
    if (result != FIRN_PROCESS_ENDED) {
        firn_process_stop(&self->process, runner->waiter);
        describe_stop(self, phase, result, limit);
        return;
    }
    self->last_exit = get_exit(self->process.status);
    if (self->last_exit != 0 || !self->output.is_done)
        describe_end(self, phase, FIRN_HOOK_FAILED);
    else if (self->result == FIRN_HOOK_OK)
        self->phase = phase;
}

void
firn_hook_run_release(FirnHookRun *self, const FirnHookRunner *runner, bool is_abort)
{
    int64_t began_ms = firn_clock_ms();
    unsigned thaw_ms = 1000 * self->hook->conf.thaw_s;
    Limit limit = {began_ms + thaw_ms, thaw_ms};
    const char *phase = is_abort ? "abort" : "thaw";

    if (!self->is_started)
        return;
    self->is_started = false;
    if (self->held_since_ms != 0)
        self->hold_ms = (unsigned)(began_ms - self->held_since_ms);
    if (self->hook->conf.mode == FIRN_MODE_SESSION)
        release_session(self, runner, is_abort, limit);
    else
        run_oneshot(self, runner, self->hook->is_compat ? "thaw" : phase, phase, limit);
    self->held_since_ms = 0;
    firn_process_stop(&self->process, runner->waiter);
    self->thaw_ms = (unsigned)(firn_clock_ms() - began_ms);
}
