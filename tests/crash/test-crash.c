/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* test-crash [GTest's options] VICTIM [JOB...]: walks over every step of every job, or of those
 * named, and has VICTIM end at each. */
#include <signal.h>
#include <string.h>

#include "crash-job.h"
#include "flash.h"

#define STEPS_MAX  500
#define JOBS_MAX   32
#define UNDO_EVERY 3

typedef struct {
    const char *name;
    void (*strike)(FirnCrashRig *rig);
} Victim;

typedef struct {
    const Victim *victim;
    const FirnCrashJob *job;
} Walk;

static void
go_on(FirnCrashRig *rig)
{
    firn_test_firnd_signal(rig->firnd, SIGCONT);
}

static void
strike_firnd(FirnCrashRig *rig)
{
    firn_test_firnd_signal(rig->firnd, SIGKILL);
    g_assert_cmpint(firn_test_firnd_wait_end(rig->firnd), ==, -SIGKILL);
}

static void
strike_qemu(FirnCrashRig *rig)
{
    firn_test_guest_follow(rig->guest);
    firn_test_guest_kill(rig->guest);
    go_on(rig);
}

static void
strike_both(FirnCrashRig *rig)
{
    firn_test_guest_follow(rig->guest);
    firn_test_guest_kill(rig->guest);
    strike_firnd(rig);
}

static void
strike_agent(FirnCrashRig *rig)
{
    g_free(firn_test_guest_run(rig->guest, "killall -9 qemu-ga"));
    go_on(rig);
}

static const Victim victims[] = {
    {"firnd", strike_firnd},
    {"qemu",  strike_qemu },
    {"agent", strike_agent},
    {"both",  strike_both },
};

static void
start_guest(FirnCrashRig *rig)
{
    firn_test_guest_follow(rig->guest);
    if (firn_test_guest_get_pid(rig->guest) == 0)
        firn_test_guest_start(rig->guest, NULL);
    firn_test_guest_wait_answer(rig->guest);
}

/* The guest's init starts it again a second after its end. */
static void
wait_for_agent(FirnCrashRig *rig)
{
    g_free(firn_test_guest_run(rig->guest,
                               "until ls -l /proc/$(pidof qemu-ga)/fd 2>/dev/null | grep -q vport;"
                               " do sleep 0.1; done"));
}

/* As it was before the first job. */
static void
clear(FirnCrashRig *rig)
{
    firn_crash_rig_settle(rig);
    start_guest(rig);
    wait_for_agent(rig);
    firn_crash_rig_do(rig, "delete web1 --all --yes");
    if (firn_crash_rig_can_undo(rig))
        firn_crash_rig_do(rig, "undo web1 --forget");
}

/* UEFI's variables are where the disks are. With RAM they are the guest's own affair: all zeros. */
static void
assert_variables(FirnCrashRig *rig)
{
    char found = firn_test_flash_read(firn_test_guest_get_path(rig->guest, "vars.fd"));
    g_autofree char *look = g_strdup_printf("grep -q ^%c /mnt/a/word", found);

    if (found != '\0')
        g_free(firn_test_guest_run(rig->guest, look));
}

/* The VM is in the old state or in the new one, and from the new one there is a way back. */
static void
undo(FirnCrashRig *rig, const char *word)
{
    g_autofree char *look = g_strdup_printf("[ \"$(cat /mnt/a/word)\" = %s ]", word);

    if (firn_crash_rig_can_undo(rig))
        firn_crash_rig_do(rig, "undo web1 --stop --grace=0 --running");
    start_guest(rig);
    firn_crash_rig_assert_promises(rig);
    g_free(firn_test_guest_run(rig->guest, look));
    assert_variables(rig);
}

/* A guest that has died boots anyway; for one that lives on it is a boot more. */
static gboolean
wants_undo(const Walk *walk, guint step)
{
    return walk->job->word != NULL &&
           (!g_str_equal(walk->victim->name, "firnd") || step % UNDO_EVERY == 1);
}

/* Returns whether there was such a step. */
static gboolean
strike_at(FirnCrashRig *rig, const Walk *walk, guint step)
{
    g_autofree char *number = g_strdup_printf("%u", step);
    g_autofree char *name = NULL;
    int status;

    if (walk->job->prepare != NULL)
        walk->job->prepare(rig);
    firn_crash_rig_begin(rig, number, walk->job->line);
    name = firn_crash_rig_wait_step(rig);
    if (name != NULL) {
        g_test_message("%s, %s, step %u: %s", walk->job->name, walk->victim->name, step, name);
        walk->victim->strike(rig);
    }
    status = firn_crash_rig_wait_client(rig);
    if (name == NULL) {
        g_assert_cmpint(status, ==, 0);
        firn_crash_rig_stop(rig);
    }
    firn_crash_rig_settle(rig);
    firn_crash_rig_assert_promises(rig);
    if (status == 0 && walk->job->line != NULL)
        g_assert_cmpuint(firn_crash_rig_count(rig), ==, walk->job->left);
    if (wants_undo(walk, step))
        undo(rig, walk->job->word);
    start_guest(rig);
    firn_crash_rig_assert_promises(rig);
    assert_variables(rig);
    clear(rig);
    return name != NULL;
}

static void
test_walk(FirnCrashRig *rig, gconstpointer data)
{
    guint step = 1;

    while (strike_at(rig, data, step))
        g_assert_cmpuint(step++, <, STEPS_MAX);
    g_assert_cmpuint(step, >, 1);
    g_test_message("%s: %s ended at each of %u steps",
                   ((const Walk *)data)->job->name,
                   ((const Walk *)data)->victim->name,
                   step - 1);
}

static gboolean
is_spared(const FirnCrashJob *job, const char *victim)
{
    g_auto(GStrv) spared = g_strsplit(job->spares == NULL ? "" : job->spares, " ", 0);

    return g_strv_contains((const char *const *)spared, victim);
}

static void
add_walk(const Victim *victim, const FirnCrashJob *job, Walk *walk)
{
    g_autofree char *path = g_strdup_printf("/crash/%s/%s", victim->name, job->name);

    *walk = (Walk){victim, job};
    g_test_add(path,
               FirnCrashRig,
               walk,
               firn_crash_rig_set_up,
               test_walk,
               firn_crash_rig_tear_down);
}

/* GTest's own -p prints a plan for each, which no reader of TAP takes. */
static gboolean
is_wanted(const FirnCrashJob *job, char **wanted)
{
    return wanted[0] == NULL || g_strv_contains((const char *const *)wanted, job->name);
}

static void
add_walks(const Victim *victim, char **wanted)
{
    static Walk walks[JOBS_MAX];
    guint n_walks = 0;

    for (const FirnCrashJob *job = firn_crash_jobs(); job->name != NULL; job++) {
        g_assert_cmpuint(n_walks, <, JOBS_MAX);
        if (is_wanted(job, wanted) && !is_spared(job, victim->name))
            add_walk(victim, job, &walks[n_walks++]);
    }
    g_assert_true(wanted[0] == NULL || n_walks == g_strv_length(wanted));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(victims); i++)
        if (argc > 1 && g_str_equal(argv[1], victims[i].name))
            add_walks(&victims[i], argv + 2);
    return g_test_run();
}
