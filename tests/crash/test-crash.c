/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* test-crash VICTIM JOB... [STEP]: goes through every step of each job, or to the one, and ends the
 * victim there. One guest serves for all steps: each walk restores its state. With
 * FIRN_CRASH_SAMPLE=FIRST/EVERY, walks begin at step FIRST and take every EVERY-th one: those of
 * other victims than firnd over domains. See MORE_ONE and MORE_NONE for the others. */
#include <stdio.h>

#include "crash-job.h"
#include "crash-victim.h"
#include "domain.h"
#include "flash.h"

#define STEPS_MAX 500
/* So many times as many steps of a sample, if the walk is over a domain or its victim is another
 * one than firnd; and if none of both is so. */
#define MORE_ONE   2
#define MORE_NONE  6
#define UNDO_EVERY 2

typedef struct {
    FirnCrashRig *rig;
    const FirnCrashVictim *victim;
    const FirnCrashJob *job;
    guint step; /* 0: all of them, or a sample */
} Walk;

/* Which steps: all of them by default. */
typedef struct {
    guint first;
    guint every;
    guint turn; /* of the walks with the same steps: not each has its undos at the same ones */
} Sample;

/* Returns whether the guest was off. */
static gboolean
start_guest(FirnCrashRig *rig)
{
    firn_test_guest_follow(rig->guest);
    if (firn_test_guest_get_pid(rig->guest) != 0)
        return FALSE;
    firn_test_guest_start(rig->guest, NULL);
    firn_test_guest_wait_answer(rig->guest);
    return TRUE;
}

/* The guest's init starts it again a second after its end. */
static void
wait_for_agent(FirnCrashRig *rig)
{
    g_free(firn_test_guest_run(rig->guest,
                               "until ls -l /proc/$(pidof qemu-ga)/fd 2>/dev/null | grep -q vport;"
                               " do sleep 0.1; done"));
}

/* Restores the state before the first job. */
static void
clear(FirnCrashRig *rig, const Walk *walk)
{
    firn_crash_rig_settle(rig);
    start_guest(rig);
    if (walk->victim->kills_agent)
        wait_for_agent(rig);
    firn_crash_rig_do(rig, "delete web1 --all --yes");
    if (firn_crash_rig_can_undo(rig))
        firn_crash_rig_do(rig, "undo web1 --forget");
}

/* The UEFI variables match the disks. With RAM they are all zeros, as the guest's firmware leaves
 * them. */
static void
assert_variables(FirnCrashRig *rig)
{
    char found = firn_test_flash_read(firn_test_guest_get_path(rig->guest, "vars.fd"));
    g_autofree char *look = g_strdup_printf("grep -q ^%c /mnt/a/word", found);

    if (found != '\0')
        g_free(firn_test_guest_run(rig->guest, look));
}

/* The definition of a domain matches the disks, too. */
static void
assert_title(FirnCrashRig *rig)
{
    g_autofree char *title = NULL;
    g_autofree char *look = NULL;

    if (!firn_test_domain_is_wanted())
        return;
    g_assert_cmpint(firn_test_domain_virsh(&title,
                                           "desc",
                                           firn_test_guest_get_uuid(rig->guest),
                                           "--config",
                                           "--title",
                                           NULL),
                    ==,
                    0);
    look = g_strdup_printf("grep -qx %s /mnt/a/word", title);
    if (g_str_equal(title, "then") || g_str_equal(title, "now"))
        g_free(firn_test_guest_run(rig->guest, look));
}

/* The VM is in the old state or in the new one, and the new one can be undone. */
static void
undo(FirnCrashRig *rig, const char *word)
{
    g_autofree char *look = g_strdup_printf("[ \"$(cat /mnt/a/word)\" = %s ]", word);

    if (firn_crash_rig_can_undo(rig))
        firn_crash_rig_do(rig, "undo web1 --stop --grace=0 --running");
    start_guest(rig);
    firn_crash_rig_assert_promises(rig);
    g_free(firn_test_guest_run(rig->guest, look));
}

/* A guest that has died is started anyway. For one that survives this is an additional start, so a
 * sample does it only after some of the steps. */
static gboolean
wants_undo(const Walk *walk, const Sample *sample, guint step)
{
    return walk->job->word != NULL && (sample->every == 1 || walk->victim->kills_guest ||
                                       (step / sample->every + sample->turn) % UNDO_EVERY == 0);
}

/* Only the victim may have ended the guest. */
static void
assert_runs(FirnCrashRig *rig, const Walk *walk)
{
    firn_test_guest_follow(rig->guest);
    if (walk->job->keeps_running && !walk->victim->kills_guest)
        g_assert_cmpint(firn_test_guest_get_pid(rig->guest), !=, 0);
}

/* Returns whether there was such a step. */
static gboolean
strike_at(FirnCrashRig *rig, const Walk *walk, const Sample *sample, guint step)
{
    g_autofree char *number = g_strdup_printf("%u", step);
    g_autofree char *name = NULL;
    gboolean is_begun;
    int status;

    if (walk->job->prepare != NULL)
        walk->job->prepare(rig);
    is_begun = firn_crash_rig_begin(rig, number, walk->job->line);
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
    assert_runs(rig, walk);
    firn_crash_rig_assert_promises(rig);
    if (status == 0 && is_begun && walk->job->line != NULL)
        g_assert_cmpuint(firn_crash_rig_count(rig), ==, walk->job->left);
    if (wants_undo(walk, sample, step))
        undo(rig, walk->job->word);
    else if (start_guest(rig))
        firn_crash_rig_assert_promises(rig);
    assert_variables(rig);
    assert_title(rig);
    clear(rig, walk);
    return name != NULL;
}

static Sample
choose_steps(const Walk *walk)
{
    const char *text = g_getenv("FIRN_CRASH_SAMPLE");
    gboolean is_other = !g_str_equal(walk->victim->name, "firnd");
    guint first;
    guint every;

    if (text == NULL)
        return (Sample){1, 1, 0};
    g_assert_cmpint(sscanf(text, "%u/%u", &first, &every), ==, 2);
    if (!firn_test_domain_is_wanted() && !is_other)
        every /= MORE_NONE;
    else if (!firn_test_domain_is_wanted() || !is_other)
        every /= MORE_ONE;
    every = MAX(every, 1);
    return (Sample){(first - 1) % every + 1, every, (first - 1) / every};
}

static void
walk_over(const Walk *walk)
{
    Sample sample = choose_steps(walk);
    guint step = sample.first;
    guint n_struck = 0;

    while (strike_at(walk->rig, walk, &sample, step)) {
        g_assert_cmpuint(step, <, STEPS_MAX);
        step += sample.every;
        n_struck++;
    }
    /* The job has fewer steps than the first of the sample. */
    if (n_struck == 0)
        n_struck += strike_at(walk->rig, walk, &sample, 1);
    g_assert_cmpuint(n_struck, >, 0);
    g_test_message("%s: %s ended at %s%u steps",
                   walk->job->name,
                   walk->victim->name,
                   sample.every == 1 ? "each of " : "",
                   n_struck);
}

static const FirnCrashVictim *
find_victim(const char *name)
{
    for (const FirnCrashVictim *victim = firn_crash_victims(); victim->name != NULL; victim++)
        if (g_str_equal(name, victim->name))
            return victim;
    g_error("there is no victim %s", name);
}

static const FirnCrashJob *
find_job(const char *name)
{
    for (const FirnCrashJob *job = firn_crash_jobs(); job->name != NULL; job++)
        if (g_str_equal(name, job->name))
            return job;
    g_error("there is no job %s", name);
}

/* Returns: 0 if it is not a number. */
static guint
read_step(const char *word)
{
    return (guint)g_ascii_strtoull(word, NULL, 10);
}

static void
run_walk(gconstpointer data)
{
    const Walk *walk = data;
    const Sample all = {1, 1, 0};

    if (walk->step == 0)
        walk_over(walk);
    else
        g_assert_true(strike_at(walk->rig, walk, &all, walk->step));
}

static void
free_walk(gpointer walk)
{
    g_free(walk);
}

static void
add_walk(FirnCrashRig *rig, const FirnCrashVictim *victim, const char *job, guint step)
{
    g_autofree char *path = g_strdup_printf("/crash/%s/%s", victim->name, job);
    Walk *walk = g_new0(Walk, 1);

    *walk = (Walk){rig, victim, find_job(job), step};
    g_test_add_data_func_full(path, walk, run_walk, free_walk);
}

int
main(int argc, char **argv)
{
    const FirnCrashVictim *victim;
    FirnCrashRig rig;
    guint step;
    int n_jobs;
    int status;

    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, >=, 3);
    victim = find_victim(argv[1]);
    step = read_step(argv[argc - 1]);
    n_jobs = argc - 2 - (step > 0);
    for (int i = 0; i < n_jobs; i++)
        add_walk(&rig, victim, argv[2 + i], step);
    firn_crash_rig_set_up(&rig, NULL);
    status = g_test_run();
    firn_crash_rig_tear_down(&rig, NULL);
    return status;
}
