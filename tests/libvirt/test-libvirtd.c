/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libvirtd is restarted, killed or stopped in each phase of a job. */
#include <signal.h>

#include "crash-rig.h"
#include "domain.h"
#include "libvirtd.h"

typedef struct {
    const char *name;
    void (*strike)(FirnCrashRig *rig);
} Blow;

typedef struct {
    const char *step;
    const char *name;
    const char *line;
    guint left; /* snapshots after a successful job */
} Phase;

typedef struct {
    const Blow *blow;
    const Phase *phase;
} Round;

/* One guest for all rounds: each leaves it running and thawed. */
static FirnCrashRig rig;

static void
go_on(void)
{
    firn_test_firnd_signal(rig.firnd, SIGCONT);
}

/* It is back before firnd continues. */
static void
restart(FirnCrashRig *unused)
{
    firn_test_libvirtd_signal(SIGTERM);
    firn_test_libvirtd_wait_end();
    firn_test_libvirtd_start();
    go_on();
}

/* It is back after firnd has noticed. */
static void
kill_it(FirnCrashRig *unused)
{
    firn_test_libvirtd_signal(SIGKILL);
    firn_test_libvirtd_wait_end();
    go_on();
    firn_crash_rig_wait_state(&rig, "unknown", TRUE);
    firn_test_libvirtd_start();
}

/* It continues after firnd has closed that connection. */
static void
stop(FirnCrashRig *unused)
{
    firn_test_libvirtd_signal(SIGSTOP);
    go_on();
    firn_crash_rig_wait_state(&rig, "unknown", TRUE);
    firn_test_libvirtd_signal(SIGCONT);
}

static const Blow blows[] = {
    {"restarted", restart},
    {"killed",    kill_it},
    {"stopped",   stop   },
};

static const Phase phases[] = {
    {"freeze: before",               "before-the-freeze", "create web1 s1",               1},
    {"freeze: after",                "frozen",            "create web1 s1",               1},
    {"cut: after",                   "cut",               "create web1 s1",               1},
    {"thaw: after",                  "thawed",            "create web1 s1",               1},
    {"memory: the guest is paused",  "standing",          "create web1 s1 --memory=live", 1},
    {"memory: the guest is resumed", "streaming",         "create web1 s1 --memory=live", 1},
    {"discard: after",               "deleted",           "delete web1 s1 --yes",         0},
};

static void
prepare(const Phase *phase)
{
    if (phase->left == 0)
        firn_crash_rig_do(&rig, "create web1 s1");
}

/* The guest runs and is thawed, and firnd, which was not restarted, works. */
static void
assert_well(const Phase *phase, int status)
{
    guint count;

    firn_crash_rig_wait_state(&rig, "running", TRUE);
    firn_crash_rig_settle(&rig);
    firn_crash_rig_assert_promises(&rig);
    count = firn_crash_rig_count(&rig);
    g_test_message("firn %s: %d, %u snapshots", phase->line, status, count);
    if (status == 0)
        g_assert_cmpuint(count, ==, phase->left);
    else if (phase->left > 0)
        g_assert_cmpuint(count, ==, 0);
    firn_crash_rig_do(&rig, "create web1 s2");
    firn_crash_rig_do(&rig, "delete web1 --all --yes");
    firn_crash_rig_assert_promises(&rig);
}

static void
test_round(gconstpointer data)
{
    const Round *round = data;
    g_autofree char *step = NULL;

    prepare(round->phase);
    g_assert_true(firn_crash_rig_begin(&rig, round->phase->step, round->phase->line));
    step = firn_crash_rig_wait_step(&rig);
    g_assert_cmpstr(step, ==, round->phase->step);
    round->blow->strike(&rig);
    assert_well(round->phase, firn_crash_rig_wait_client(&rig));
}

static void
add_rounds(Round *rounds)
{
    for (guint i = 0; i < G_N_ELEMENTS(blows); i++)
        for (guint j = 0; j < G_N_ELEMENTS(phases); j++) {
            g_autofree char *path =
                g_strdup_printf("/libvirt/libvirtd/%s/%s", blows[i].name, phases[j].name);

            *rounds = (Round){&blows[i], &phases[j]};
            g_test_add_data_func(path, rounds++, test_round);
        }
}

int
main(int argc, char **argv)
{
    static Round rounds[G_N_ELEMENTS(blows) * G_N_ELEMENTS(phases)];
    int status;

    g_test_init(&argc, &argv, NULL);
    add_rounds(rounds);
    firn_crash_rig_set_up(&rig, NULL);
    firn_crash_rig_do(&rig, "policy web1 set allow-memory=yes");
    status = g_test_run();
    firn_crash_rig_tear_down(&rig, NULL);
    return status;
}
