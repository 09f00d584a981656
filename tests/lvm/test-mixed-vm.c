/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A VM that is off, whose disks are a thin LV, a qcow2 image and a thick LV, and firnd. */
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "firnd.h"
#include "lvm-rig.h"
#include "scratch-dir.h"

#define WAIT_S        600
#define LOOK_AGAIN_MS 50

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    char *image;                 /* (owned) */
    FirnTestFirnd *firnd;        /* (owned) */
} Fixture;

static void
write_machine_file(Fixture *fixture)
{
    g_autofree char *path =
        g_build_filename(firn_test_firnd_get_machines_dir(fixture->firnd), "web1.conf", NULL);
    g_autofree char *text =
        g_strdup_printf("[machine]\nuuid=6e0a5a2c-9d0f-4c54-8f2e-0f3d1c2b4a5d\nqmp=%s/qmp\n"
                        "[disks]\nvda=raw:/dev/test-vg/thin\nvdb=qcow2:%s\n"
                        "vdc=raw:/dev/mapper/test--vg-thick\n",
                        firn_test_scratch_dir_get_path(fixture->scratch),
                        fixture->image);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->image =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "image", NULL);
    fixture->firnd = firn_test_firnd_new();
    firn_lvm_rig_do_run("lvm lvcreate -q -y -Wn -V 8M --thinpool pool -n thin test-vg && "
                        "lvm lvcreate -q -y -Wn -L 8M -n thick test-vg && "
                        "qemu-img create -q -f qcow2 %s 8M",
                        fixture->image);
    write_machine_file(fixture);
    firn_test_firnd_start(fixture->firnd);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_firnd_free(fixture->firnd);
    firn_lvm_rig_do_run("lvm lvs --noheadings -o vg_name,lv_name --select 'lv_name!=pool' "
                        "--separator / | xargs lvm lvremove -q -y");
    g_free(fixture->image);
    firn_test_scratch_dir_free(fixture->scratch);
}

static void
write_all(Fixture *fixture, char letter)
{
    firn_lvm_rig_do_run("head -c 1M /dev/zero | tr '\\0' %c | tee /dev/test-vg/thin "
                        ">/dev/test-vg/thick && sync && "
                        "qemu-io -f qcow2 -c 'write -q -P %d 0 1M' %s",
                        letter,
                        letter,
                        fixture->image);
}

static void
assert_all(Fixture *fixture, char letter)
{
    firn_lvm_rig_do_run("head -c 1M /dev/zero | tr '\\0' %c >/tmp/wanted && "
                        "cmp -n 1048576 /tmp/wanted /dev/test-vg/thin && "
                        "cmp -n 1048576 /tmp/wanted /dev/test-vg/thick && "
                        "! qemu-io -f qcow2 -c 'read -q -P %d 0 1M' %s | grep .",
                        letter,
                        letter,
                        fixture->image);
}

static void
firn(Fixture *fixture, const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(fixture->firnd, &outcome, line);
    if (outcome.status != 0)
        g_error("firn %s: exit status %d: %s", line, outcome.status, outcome.err);
}

static void
assert_listed(Fixture *fixture, const char *line, const char *word)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(fixture->firnd, &outcome, line);
    g_assert_cmpint(outcome.status, ==, 0);
    g_assert_nonnull(strstr(outcome.out, word));
}

static void
test_life_cycle(Fixture *fixture, gconstpointer data)
{
    g_autofree char *before = firn_lvm_rig_list_lvs();
    g_autofree char *after = NULL;

    write_all(fixture, 'a');
    firn(fixture, "create web1 s1 --accept-unclean");
    assert_listed(fixture, "--json show web1 s1", "lvm-thin");
    assert_listed(fixture, "--json show web1 s1", "lvm-thick");
    assert_listed(fixture, "--json show web1 s1", "qcow2");
    write_all(fixture, 'b');
    firn(fixture, "restore web1 s1 --accept-inconsistent");
    assert_all(fixture, 'a');
    firn(fixture, "undo web1");
    assert_all(fixture, 'b');
    firn(fixture, "delete web1 s1 --yes");
    firn(fixture, "undo web1 --forget");
    after = firn_lvm_rig_list_lvs();
    g_assert_cmpstr(after, ==, before);
}

/* The tags of LVs tell enough for a catalogue that is lost. */
static void
test_adopt(Fixture *fixture, gconstpointer data)
{
    g_autofree char *before = firn_lvm_rig_list_lvs();
    g_autofree char *after = NULL;

    write_all(fixture, 'a');
    firn(fixture, "create web1 s1 --accept-unclean");
    write_all(fixture, 'b');
    firn_test_firnd_signal(fixture->firnd, SIGTERM);
    firn_test_firnd_wait_end(fixture->firnd);
    firn_lvm_rig_do_run("rm -r %s/*", firn_test_firnd_get_state_dir(fixture->firnd));
    firn_test_firnd_start(fixture->firnd);
    firn(fixture, "adopt web1");
    assert_listed(fixture, "--json show web1 @latest", "lvm-thin");
    firn(fixture, "restore web1 @latest --accept-inconsistent");
    assert_all(fixture, 'a');
    firn(fixture, "delete web1 --all --yes");
    firn(fixture, "undo web1 --forget");
    after = firn_lvm_rig_list_lvs();
    g_assert_cmpstr(after, ==, before);
}

#ifdef FIRN_STEPS
static gboolean
has_stopped(Fixture *fixture)
{
    return firn_test_firnd_has_stopped(fixture->firnd);
}

/* The VM is as before once firnd has been killed where its thin disk has no LV, and started. */
static void
test_killed_in_restore(Fixture *fixture, gconstpointer data)
{
    gint64 end_us = g_get_monotonic_time() + WAIT_S * G_USEC_PER_SEC;

    write_all(fixture, 'a');
    firn(fixture, "create web1 s1 --accept-unclean");
    write_all(fixture, 'b');
    firn_test_firnd_signal(fixture->firnd, SIGTERM);
    firn_test_firnd_wait_end(fixture->firnd);
    firn_test_firnd_set_crash_at(fixture->firnd, "lvm: a disk is without its LV");
    firn_test_firnd_start(fixture->firnd);
    firn(fixture, "restore web1 s1 --accept-inconsistent --no-block");
    while (!has_stopped(fixture)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
    g_assert_false(g_file_test("/dev/test-vg/thin", G_FILE_TEST_EXISTS));
    firn_test_firnd_signal(fixture->firnd, SIGKILL);
    firn_test_firnd_wait_end(fixture->firnd);
    firn_test_firnd_set_crash_at(fixture->firnd, NULL);
    firn_test_firnd_start(fixture->firnd);
    while (!firn_test_firnd_is_idle(fixture->firnd)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
    assert_all(fixture, 'b');
}
#endif

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_lvm_rig_do_run("lvm pvcreate -q /dev/vda && lvm vgcreate -q test-vg /dev/vda && "
                        "lvm lvcreate -q -y --type thin-pool -L 64M --poolmetadatasize 4M -n pool "
                        "test-vg");
    g_test_add("/mixed-vm/life-cycle", Fixture, NULL, set_up, test_life_cycle, tear_down);
    g_test_add("/mixed-vm/adopt", Fixture, NULL, set_up, test_adopt, tear_down);
#ifdef FIRN_STEPS
    g_test_add("/mixed-vm/killed-in-restore",
               Fixture,
               NULL,
               set_up,
               test_killed_in_restore,
               tear_down);
#endif
    return g_test_run();
}
