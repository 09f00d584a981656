/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crash-job.h"

#include <signal.h>

#include "domain.h"
#include "flash.h"

static void
have_one(FirnCrashRig *rig)
{
    firn_crash_rig_do(rig, "create web1 s1");
}

static void
have_two(FirnCrashRig *rig)
{
    firn_crash_rig_do(rig, "create web1 s1");
    firn_crash_rig_do(rig, "create web1 s2");
}

/* As if firnd had been killed when the disks were cut and the guest was frozen. */
static void
be_interrupted(FirnCrashRig *rig)
{
    g_autofree char *name = NULL;

    g_assert_true(firn_crash_rig_begin(rig, "cut: after", "create web1 s1"));
    name = firn_crash_rig_wait_step(rig);
    g_assert_nonnull(name);
    firn_test_firnd_signal(rig->firnd, SIGKILL);
    g_assert_cmpint(firn_test_firnd_wait_end(rig->firnd), ==, -SIGKILL);
    firn_crash_rig_wait_client(rig);
}

static void
be_off(FirnCrashRig *rig)
{
    firn_crash_rig_do(rig, "create web1 s0");
    firn_test_guest_quit(rig->guest);
}

static void
be_off_with_one(FirnCrashRig *rig)
{
    firn_crash_rig_do(rig, "create web1 s0");
    firn_crash_rig_do(rig, "create web1 s1");
    firn_test_guest_quit(rig->guest);
}

static void
write_word(FirnCrashRig *rig, const char *word)
{
    g_autofree char *command =
        g_strdup_printf("echo %s >/mnt/a/word; echo %s >/mnt/b/word; sync", word, word);

    g_free(firn_test_guest_run(rig->guest, command));
}

static void
write_variables(FirnCrashRig *rig, char byte)
{
    firn_test_flash_fill(firn_test_guest_get_path(rig->guest, "vars.fd"), byte);
}

/* The title of a domain, in its persistent definition. */
static void
write_title(FirnCrashRig *rig, const char *word)
{
    if (firn_test_domain_is_wanted())
        g_assert_cmpint(firn_test_domain_virsh(NULL,
                                               "desc",
                                               firn_test_guest_get_uuid(rig->guest),
                                               "--config",
                                               "--title",
                                               word,
                                               NULL),
                        ==,
                        0);
}

/* The UEFI variables begin like the words on the disks, and the domain's title is that word. */
static void
have_words(FirnCrashRig *rig)
{
    write_word(rig, "then");
    write_title(rig, "then");
    write_variables(rig, 't');
    firn_crash_rig_do(rig, "create web1 s1");
    write_word(rig, "now");
    write_title(rig, "now");
    write_variables(rig, 'n');
}

static void
allow_memory(FirnCrashRig *rig)
{
    write_word(rig, "now");
    firn_crash_rig_do(rig, "policy web1 set allow-memory=yes");
}

static void
have_memory(FirnCrashRig *rig)
{
    allow_memory(rig);
    write_word(rig, "then");
    write_title(rig, "then");
    firn_crash_rig_do(rig, "create web1 s1 --memory=live");
    write_word(rig, "now");
    write_title(rig, "now");
}

static void
off_with_words(FirnCrashRig *rig)
{
    have_words(rig);
    firn_test_guest_quit(rig->guest);
}

static void
be_back(FirnCrashRig *rig)
{
    off_with_words(rig);
    firn_crash_rig_do(rig, "restore web1 s1");
}

/* A new kind of job is added here, and in meson.build, which names the victims. */
static const FirnCrashJob jobs[] = {
    {"create",        NULL,            "create web1 s1",                   1, NULL,  TRUE },
    {"delete",        have_one,        "delete web1 s1 --yes",             0, NULL,  TRUE },
    {"delete-all",    have_two,        "delete web1 --all --yes",          0, NULL,  TRUE },
    {"quiesce",       NULL,            "quiesce web1 --exec true",         0, NULL,  TRUE },
    {"recover",       be_interrupted,  NULL,                               0, NULL,  TRUE },
    {"create-off",    be_off,          "create web1 s1 --accept-unclean",  2, NULL,  FALSE},
    {"delete-off",    be_off_with_one, "delete web1 s1 --yes",             1, NULL,  FALSE},
    {"restore-off",   off_with_words,  "restore web1 s1",                  1, "now", FALSE},
    {"restore",       have_words,      "restore web1 s1 --stop --grace=1", 1, "now", TRUE },
    {"undo",          be_back,         "undo web1 --running",              1, NULL,  FALSE},
    {"forget",        be_back,         "undo web1 --forget",               1, NULL,  FALSE},
    {"create-live",   allow_memory,    "create web1 s1 --memory=live",     1, NULL,  TRUE },
    {"create-paused", allow_memory,    "create web1 s1 --memory=paused",   1, NULL,  TRUE },
    {"restore-live",  have_memory,     "restore web1 s1 --stop --grace=0", 1, "now", TRUE },
    {NULL,            NULL,            NULL,                               0, NULL,  FALSE},
};

const FirnCrashJob *
firn_crash_jobs(void)
{
    return jobs;
}
