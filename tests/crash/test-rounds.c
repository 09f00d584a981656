/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* test-rounds [GTest's options] NUMBER: runs jobs one after the other, and ends a random process at
 * a random moment of each. GTest prints the seed; --seed=SEED repeats the same rounds. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "crash-rig.h"

#define LATEST_US (400 * 1000)
#define SAMPLED   10 /* a sample has one of so many */
#define MANY      6

typedef enum { NOBODY, FIRND, AGENT, CLIENT, QEMU, N_VICTIMS } Victim;

static const char *const victim_names[] = {"nobody", "firnd", "agent", "client", "qemu"};

typedef struct {
    FirnCrashRig rig;
    guint made;
    guint struck[N_VICTIMS];
} Fixture;

static guint rounds;

static void
set_up(Fixture *self, gconstpointer data)
{
    firn_crash_rig_set_up(&self->rig, NULL);
    firn_crash_rig_do(&self->rig, "policy web1 set max-snapshots=100");
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_crash_rig_tear_down(&self->rig, NULL);
}

/* A new QEMU takes seconds to boot, so it is ended less often. */
static Victim
choose_victim(void)
{
    static const Victim weighted[] =
        {NOBODY, FIRND, FIRND, FIRND, AGENT, AGENT, CLIENT, CLIENT, CLIENT, QEMU};

    return weighted[g_test_rand_int_range(0, G_N_ELEMENTS(weighted))];
}

static char *
choose_job(Fixture *self)
{
    guint there = firn_crash_rig_count(&self->rig);

    if (there >= MANY)
        return g_strdup("delete web1 --all --yes");
    switch (g_test_rand_int_range(0, there > 0 ? 5 : 4)) {
    case 0:
    case 1:
        return g_strdup_printf("create web1 s%u", ++self->made);
    case 2:
        return g_strdup_printf("create web1 s%u --quiesce=try", ++self->made);
    case 3:
        return g_strdup("quiesce web1 --exec sleep 0.2");
    default:
        return g_strdup("delete web1 @current --yes");
    }
}

static void
strike(Fixture *self, Victim victim)
{
    FirnCrashRig *rig = &self->rig;

    switch (victim) {
    case FIRND:
        firn_test_firnd_signal(rig->firnd, SIGKILL);
        g_assert_cmpint(firn_test_firnd_wait_end(rig->firnd), ==, -SIGKILL);
        break;
    case AGENT:
        g_free(firn_test_guest_run(rig->guest, "killall -9 qemu-ga || true"));
        break;
    case CLIENT:
        kill(rig->client, SIGKILL);
        break;
    case QEMU:
        firn_test_guest_kill(rig->guest);
        break;
    default:
        break;
    }
    self->struck[victim]++;
}

static void
play_round(Fixture *self, guint number)
{
    Victim victim = choose_victim();
    guint wait_us = (guint)g_test_rand_int_range(0, LATEST_US);
    g_autofree char *job = choose_job(self);
    FirnCrashRig *rig = &self->rig;
    guint before = firn_crash_rig_count(rig);
    gboolean is_create = g_str_has_prefix(job, "create");
    int status;

    g_test_message("round %u: %s, %s dies after %u us", number, job, victim_names[victim], wait_us);
    rig->client = firn_test_firnd_spawn_line(rig->firnd, job);
    g_usleep(wait_us);
    strike(self, victim);
    status = firn_crash_rig_wait_client(rig);
    firn_crash_rig_settle(rig);
    if (firn_test_guest_get_pid(rig->guest) == 0) {
        firn_crash_rig_assert_promises(rig);
        firn_test_guest_start(rig->guest, NULL);
    }
    firn_test_guest_wait_ready(rig->guest);
    firn_crash_rig_settle(rig);
    firn_crash_rig_assert_promises(rig);
    /* What firn has reported exists. */
    if (is_create && status == 0)
        g_assert_cmpuint(firn_crash_rig_count(rig), ==, before + 1);
}

static void
test_rounds(Fixture *self, gconstpointer data)
{
    for (guint i = 1; i <= rounds; i++)
        play_round(self, i);
    for (guint i = 0; i < N_VICTIMS; i++)
        g_test_message("%s died in %u of %u rounds", victim_names[i], self->struck[i], rounds);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    rounds = argc > 1 ? (guint)atoi(argv[1]) : 100;
    if (g_getenv("FIRN_CRASH_SAMPLE") != NULL)
        rounds /= SAMPLED;
    g_test_add("/crash/rounds", Fixture, NULL, set_up, test_rounds, tear_down);
    return g_test_run();
}
