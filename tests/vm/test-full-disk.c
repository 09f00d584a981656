/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>

#include "disk-image.h"
#include "scratch-dir.h"
#include "vm-rig.h"

#define NO_SPACE 7

/* The second disk is on a file system of 8 MiB, which a test can fill. */
typedef struct {
    FirnVmRig rig;
    FirnTestScratchDir *scratch; /* (owned) */
    char *folder;                /* (owned) */
    char *image;                 /* (owned) */
    char *filler;                /* (owned) */
    FirnVmRigOptions options;
    char *drive; /* (owned) */
    const char *extra[5];
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->folder =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "small", NULL);
    g_assert_cmpint(g_mkdir(fixture->folder, 0700), ==, 0);
    fixture->image = g_build_filename(fixture->folder, "b.qcow2", NULL);
    fixture->filler = g_build_filename(fixture->folder, "filler", NULL);
    g_assert_cmpint(mount("none", fixture->folder, "tmpfs", 0, "size=8m"), ==, 0);
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    "qcow2",
                                    fixture->image,
                                    "64M",
                                    NULL));
    fixture->drive =
        g_strdup_printf("if=none,id=vdb,node-name=node-vdb,format=qcow2,file=%s", fixture->image);
    fixture->extra[0] = "-drive";
    fixture->extra[1] = fixture->drive;
    fixture->extra[2] = "-device";
    fixture->extra[3] = "virtio-blk-pci,drive=vdb";
    fixture->options = (FirnVmRigOptions){
        .guest = {.n_disks = 1, .extra = fixture->extra},
        .with_proxy = TRUE,
    };
    firn_vm_rig_set_up(&fixture->rig, &fixture->options);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_vm_rig_tear_down(&fixture->rig, &fixture->options);
    firn_test_scratch_dir_free(fixture->scratch);
    g_free(fixture->folder);
    g_free(fixture->image);
    g_free(fixture->filler);
    g_free(fixture->drive);
}

/* Writes until the file system is full. */
static void
fill(Fixture *fixture)
{
    FILE *file = g_fopen(fixture->filler, "w");
    char block[512] = {1};

    setvbuf(file, NULL, _IONBF, 0);
    while (fwrite(block, sizeof block, 1, file) == 1)
        continue;
    fclose(file);
}

static FirnTestVerdict
fill_in_window(const char *line, gpointer fixture)
{
    fill(fixture);
    return FIRN_TEST_VERDICT_FORWARD;
}

static void
assert_no_trace(Fixture *fixture)
{
    g_auto(GStrv) first =
        firn_test_disk_image_list_snapshots(firn_test_guest_get_disk(fixture->rig.guest, 0));
    g_auto(GStrv) second = firn_test_disk_image_list_snapshots(fixture->image);
    g_auto(FirnTestOutcome) outcome = {0};

    g_assert_cmpuint(g_strv_length(first), ==, 0);
    g_assert_cmpuint(g_strv_length(second), ==, 0);
    g_assert_true(firn_test_guest_is_running(fixture->rig.guest));
    g_assert_false(firn_test_guest_is_frozen(fixture->rig.guest, "/mnt/a"));
    firn_test_firnd_firn(fixture->rig.firnd, &outcome, "show", "web1", "s1", NULL);
    g_assert_cmpint(outcome.status, ==, 3);
}

static void
test_full_before(Fixture *fixture, gconstpointer data)
{
    fill(fixture);
    g_free(firn_vm_rig_create(&fixture->rig, NO_SPACE, NULL));
    g_assert_cmpuint(firn_test_proxy_count(fixture->rig.monitor, "\"transaction\""), ==, 0);
    assert_no_trace(fixture);
}

static void
test_full_in_the_window(Fixture *fixture, gconstpointer data)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_proxy_on_request(fixture->rig.monitor, "\"transaction\"", 1, fill_in_window, fixture);
    firn_test_firnd_firn(fixture->rig.firnd, &outcome, "create", "web1", "s1", NULL);
    g_assert_cmpint(outcome.status, !=, 0);
    g_assert_cmpuint(firn_test_proxy_count(fixture->rig.monitor, "\"transaction\""), ==, 1);
    assert_no_trace(fixture);
}

/* As where images and firn's state are on one file system. */
static void
share_with_state(Fixture *fixture)
{
    FirnTestFirnd *firnd = fixture->rig.firnd;
    g_autofree char *state = g_build_filename(fixture->folder, "state", NULL);

    firn_test_firnd_signal(firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd), ==, 0);
    g_assert_no_errno(g_mkdir(state, 0700));
    g_assert_no_errno(mount(state, firn_test_firnd_get_state_dir(firnd), NULL, MS_BIND, NULL));
    firn_test_firnd_start(firnd);
}

static void
stop_sharing(Fixture *fixture)
{
    FirnTestFirnd *firnd = fixture->rig.firnd;

    firn_test_firnd_signal(firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(firnd), ==, 0);
    g_assert_no_errno(umount(firn_test_firnd_get_state_dir(firnd)));
    firn_test_firnd_start(firnd);
}

/* A deletion frees space, and takes some first: for firn's journal, and for the image's new table
 * of snapshots. */
static void
test_delete_when_full(Fixture *fixture, gconstpointer data)
{
    FirnVmRig *rig = &fixture->rig;
    g_autofree char *complaint = NULL;

    share_with_state(fixture);
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    g_free(firn_vm_rig_run(rig, 0, "create web1 s2"));
    fill(fixture);
    complaint = firn_vm_rig_run(rig, NO_SPACE, "create web1 s3");
    g_assert_nonnull(strstr(complaint, "delete"));
    g_free(firn_vm_rig_run(rig, 0, "delete web1 s1"));
    g_free(firn_vm_rig_run(rig, 0, "delete web1 s2"));
    assert_no_trace(fixture);
    stop_sharing(fixture);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/vm/full-disk/full-before-the-check",
               Fixture,
               NULL,
               set_up,
               test_full_before,
               tear_down);
    g_test_add("/vm/full-disk/full-in-the-window",
               Fixture,
               NULL,
               set_up,
               test_full_in_the_window,
               tear_down);
    g_test_add("/vm/full-disk/delete-when-full",
               Fixture,
               NULL,
               set_up,
               test_delete_when_full,
               tear_down);
    return g_test_run();
}
