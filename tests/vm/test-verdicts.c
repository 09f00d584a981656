/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-rig.h"

#include <string.h>

#define NEEDS_CONSENT      5
#define GUEST_NOT_QUIESCED 6

#define FREEZE_WAIT        "--freeze-wait=1"
#define FROZEN_MAX         "--frozen-max=1"

/* Words for the guest's kernel command line; the first one is not. */
#define NO_CHANNEL "no channel"
#define NO_AGENT   "firn.noagent"
#define NO_MOUNT   "firn.nomount"
#define HOOK       "firn.hook"
#define NO_FREEZE  "firn.agentargs=-b,guest-fsfreeze-freeze"

/* One way in which a guest's freeze window goes wrong, and firn's answer. */
typedef struct {
    const char *name;
    const char *words; /* (nullable) for the guest's init */
    void (*prepare)(FirnVmRig *rig);
    FirnTestProxyHook scene; /* (nullable) run during the freeze window */
    const char *option;      /* (nullable) of firn create */
    const char *indication;
} Situation;

/* The guest mounts two of them. */
static const FirnVmRigOptions three_disks = {.guest = {.n_disks = 3}};

static void
leave_it(FirnVmRig *rig)
{
}

static void
fail_hook(FirnVmRig *rig)
{
    firn_test_guest_write_file(rig->guest, "/run/hook.sh", "[ $1 = thaw ] || exit 1\n");
}

static void
slow_hook(FirnVmRig *rig)
{
    firn_test_guest_write_file(rig->guest, "/run/hook.sh", "[ $1 = thaw ] || sleep 3\n");
}

static void
freeze_one(FirnVmRig *rig)
{
    g_free(firn_test_guest_run(rig->guest, "fsfreeze --freeze /mnt/b"));
}

static void
pause_it(FirnVmRig *rig)
{
    firn_test_guest_do(rig->guest, "stop");
}

static FirnTestVerdict
thaw_inside(const char *line, gpointer rig)
{
    g_free(firn_test_guest_run(((FirnVmRig *)rig)->guest, "fsfreeze --unfreeze /mnt/a"));
    return FIRN_TEST_VERDICT_FORWARD;
}

static FirnTestVerdict
reset(const char *line, gpointer rig)
{
    firn_test_guest_reset(((FirnVmRig *)rig)->guest);
    return FIRN_TEST_VERDICT_FORWARD;
}

static FirnTestVerdict
kill_agent(const char *line, gpointer rig)
{
    g_free(firn_test_guest_run(((FirnVmRig *)rig)->guest, "killall -9 qemu-ga"));
    return FIRN_TEST_VERDICT_FORWARD;
}

/* Waits until firn has thawed by itself: the cut comes too late. A stopped firnd cannot thaw. */
static FirnTestVerdict
too_slow(const char *line, gpointer rig)
{
    while (firn_test_guest_is_frozen(((FirnVmRig *)rig)->guest, "/mnt/a"))
        g_usleep(50000);
    return FIRN_TEST_VERDICT_FORWARD;
}

static const Situation situations[] = {
    {"no-agent",            NO_AGENT,   leave_it,   NULL,        NULL,        "NoGuestAgent"  },
    {"no-agent-channel",    NO_CHANNEL, leave_it,   NULL,        NULL,        "NoGuestAgent"  },
    {"agent-cannot-freeze", NO_FREEZE,  leave_it,   NULL,        NULL,        "FreezeDisabled"},
    {"freeze-error",        HOOK,       fail_hook,  NULL,        NULL,        "QuiesceFailed" },
    {"freeze-returns-0",    NO_MOUNT,   leave_it,   NULL,        NULL,        "QuiesceFailed" },
    {"slow-freeze",         HOOK,       slow_hook,  NULL,        FREEZE_WAIT, "QuiesceTimeout"},
    {"paused",              NULL,       pause_it,   NULL,        NULL,        "Paused"        },
    {"too-few-frozen",      NULL,       freeze_one, NULL,        NULL,        "QuiesceFailed" },
    {"thawed-early",        NULL,       leave_it,   thaw_inside, NULL,        "QuiesceExpired"},
    {"reset",               NULL,       leave_it,   reset,       NULL,        "QuiesceExpired"},
    {"agent-killed",        NULL,       leave_it,   kill_agent,  NULL,        "QuiesceExpired"},
    {"cut-too-slow",        NULL,       leave_it,   too_slow,    FROZEN_MAX,  "QuiesceExpired"},
};

static void
assert_well(FirnVmRig *rig, const Situation *situation)
{
    if (situation->prepare == pause_it) {
        g_assert_false(firn_test_guest_is_running(rig->guest));
        firn_test_guest_do(rig->guest, "cont");
    }
    if (g_strcmp0(situation->words, NO_MOUNT) != 0)
        firn_vm_rig_assert_well(rig);
}

/* Twice: "require" must leave nothing, "try" must leave a snapshot with the right verdict. */
static void
test_situation(FirnVmRig *rig, gconstpointer data)
{
    static const char *const policies[] = {"--quiesce=require", "--quiesce=try"};
    const Situation *situation = data;

    if (situation->scene == too_slow && !firn_vm_rig_needs_proxy(rig))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(policies); i++) {
        situation->prepare(rig);
        if (situation->scene != NULL)
            firn_vm_rig_in_window(rig, situation->scene);
        g_free(firn_vm_rig_create(rig, GUEST_NOT_QUIESCED, policies[i], situation->option, NULL));
        firn_vm_rig_assert_tags(rig, i);
        assert_well(rig, situation);
    }
    firn_vm_rig_assert_verdict(rig, "crash", situation->indication);
}

static void
test_frozen(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *shown = NULL;

    g_free(firn_vm_rig_create(rig, 0, NULL));
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_verdict(rig, "filesystem", "GuestAgent");
    shown = firn_vm_rig_run(rig, 0, "show web1 s1");
    g_assert_null(strstr(shown, "DiskNotFrozen"));
    firn_vm_rig_assert_well(rig);
}

/* "filesystem" is about file systems: a disk without a mounted one is named, but does not change
 * the verdict. */
static void
test_not_mounted(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *shown = NULL;

    g_free(firn_vm_rig_create(rig, 0, NULL));
    firn_vm_rig_assert_verdict(rig, "filesystem", "DiskNotFrozen");
    shown = firn_vm_rig_run(rig, 0, "show web1 s1");
    g_assert_nonnull(strstr(shown, "\nNot frozen    vdc\n"));
    firn_vm_rig_assert_well(rig);
}

static void
test_never(FirnVmRig *rig, gconstpointer data)
{
    g_free(firn_vm_rig_create(rig, 0, "--quiesce=never", NULL));
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_verdict(rig, "crash", "QuiesceSkipped");
    firn_vm_rig_assert_well(rig);
}

static void
test_shut_down(FirnVmRig *rig, gconstpointer data)
{
    firn_vm_rig_shut_down(rig);
    g_free(firn_vm_rig_create(rig, 0, NULL));
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_verdict(rig, "offline", "Offline");
}

/* A request for a consistent snapshot fails; with --quiesce=try the snapshot gets the verdict
 * crash. */
static void
assert_unclean(FirnVmRig *rig)
{
    g_free(firn_vm_rig_create(rig, NEEDS_CONSENT, NULL));
    firn_vm_rig_assert_tags(rig, 0);
    g_free(firn_vm_rig_create(rig, GUEST_NOT_QUIESCED, "--quiesce=try", NULL));
    firn_vm_rig_assert_tags(rig, 1);
    firn_vm_rig_assert_verdict(rig, "crash", "OffUnclean");
}

static void
test_quit(FirnVmRig *rig, gconstpointer data)
{
    firn_test_guest_quit(rig->guest);
    assert_unclean(rig);
}

static void
test_killed(FirnVmRig *rig, gconstpointer data)
{
    firn_test_guest_kill(rig->guest);
    assert_unclean(rig);
}

static void
set_up_situation(FirnVmRig *rig, gconstpointer data)
{
    const Situation *situation = data;
    gboolean has_channel = g_strcmp0(situation->words, NO_CHANNEL) != 0;
    const FirnVmRigOptions options = {
        .guest = {.n_disks = 2,
                  .words = has_channel ? situation->words : NULL,
                  .without_agent_channel = !has_channel},
        .with_proxy = situation->scene != NULL,
    };

    firn_vm_rig_set_up(rig, &options);
}

static void
add(const char *path, void (*test)(FirnVmRig *, gconstpointer))
{
    g_test_add(path, FirnVmRig, NULL, firn_vm_rig_set_up, test, firn_vm_rig_tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/verdict/frozen-as-a-whole", test_frozen);
    g_test_add("/vm/verdict/disk-not-mounted",
               FirnVmRig,
               &three_disks,
               firn_vm_rig_set_up,
               test_not_mounted,
               firn_vm_rig_tear_down);
    add("/vm/verdict/never-frozen", test_never);
    add("/vm/verdict/shut-down", test_shut_down);
    add("/vm/verdict/told-to-quit", test_quit);
    add("/vm/verdict/killed", test_killed);
    for (guint i = 0; i < G_N_ELEMENTS(situations); i++) {
        g_autofree char *path = g_strconcat("/vm/verdict/", situations[i].name, NULL);

        g_test_add(path,
                   FirnVmRig,
                   &situations[i],
                   set_up_situation,
                   test_situation,
                   firn_vm_rig_tear_down);
    }
    return g_test_run();
}
