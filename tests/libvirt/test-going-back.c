/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What administrators and their tools do to a domain, its images and its host between a snapshot
 * and its restore: the restore works, or is refused before anything is changed. It needs no guest:
 * firmware without a system has RAM, which is enough. */
#include <glib/gstdio.h>
#include <string.h>

#include "disk-image.h"
#include "domain.h"
#include "firnd.h"
#include "patience.h"
#include "scratch-dir.h"
#include "wire.h"

#define LOOK_AGAIN_US (50 * 1000)
#define UUID          "5e0f7f1c-6a3e-4a7c-9a35-2f3e7f3c1a01"
#define GO_BACK       "restore web1 s1 --stop --grace=0 --accept-inconsistent"

typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    const char *folder;      /* (unowned) */
    FirnTestFirnd *firnd;    /* (owned) */
} Fixture;

static char *
path_of(Fixture *fixture, const char *name)
{
    return g_build_filename(fixture->folder, name, NULL);
}

static void
make_image(Fixture *fixture, const char *name, const char *format)
{
    g_autofree char *path = path_of(fixture, name);

    g_free(firn_test_disk_image_run("qemu-img", "create", "-q", "-f", format, path, "1M", NULL));
}

static void
write_image(Fixture *fixture, const char *name, const char *command)
{
    g_autofree char *path = path_of(fixture, name);

    g_free(firn_test_disk_image_run("qemu-io", "-f", "qcow2", "-c", command, path, NULL));
}

static void
assert_bytes(Fixture *fixture, const char *name, const char *bytes)
{
    g_autofree char *path = path_of(fixture, name);
    g_autofree char *text = firn_test_disk_image_run("qemu-io",
                                                     "-U",
                                                     "-f",
                                                     "qcow2",
                                                     "-r",
                                                     "-c",
                                                     "read -v 0 16",
                                                     path,
                                                     NULL);

    g_assert_nonnull(strstr(text, bytes));
}

/* FOLDER stands for the folder of the images. */
static void
virsh(Fixture *fixture, const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, "FOLDER", -1);
    g_autofree char *placed = g_strjoinv(fixture->folder, parts);
    g_autofree char *all = g_strconcat("virsh --quiet --connect qemu:///system ", placed, NULL);
    g_autofree char *out = NULL;
    g_autofree char *errors = NULL;
    int status = -1;

    g_assert_true(g_spawn_command_line_sync(all, &out, &errors, &status, NULL));
    g_test_message("virsh %s: %s", placed, errors);
    g_assert_cmpint(status, ==, 0);
}

#define DISK(file, target, more)                                                                   \
    "<disk type='file' " more "><driver name='qemu' type='qcow2'/><source file='FOLDER/" file      \
    "'/><target dev='" target "' bus='virtio'/></disk>"
#define CD                                                                                         \
    "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>"                            \
    "<source file='FOLDER/cd.iso'/><target dev='sda' bus='sata'/><readonly/></disk>"

static void
define(Fixture *fixture, const char *name, const char *uuid, const char *devices)
{
    g_auto(GStrv) parts = g_strsplit(devices, "FOLDER", -1);
    g_autofree char *placed = g_strjoinv(fixture->folder, parts);
    g_autofree char *path = path_of(fixture, "domain.xml");
    g_autofree char *xml =
        g_strdup_printf("<domain type='qemu'><name>%s</name><uuid>%s</uuid>"
                        "<memory unit='MiB'>32</memory><os><type machine='q35'>hvm</type></os>"
                        "<features><acpi/></features><devices>%s</devices></domain>",
                        name,
                        uuid,
                        placed);

    g_assert_true(g_file_set_contents(path, xml, -1, NULL));
    virsh(fixture, "define FOLDER/domain.xml");
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->dir = firn_test_scratch_dir_new();
    fixture->folder = firn_test_scratch_dir_get_path(fixture->dir);
    make_image(fixture, "a.qcow2", "qcow2");
    make_image(fixture, "b.qcow2", "qcow2");
    make_image(fixture, "cd.iso", "raw");
    fixture->firnd = firn_test_firnd_new();
    firn_test_firnd_start(fixture->firnd);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_domain_virsh(NULL, "destroy", UUID, NULL);
    firn_test_firnd_free(fixture->firnd);
    firn_test_domain_virsh(NULL,
                           "undefine",
                           UUID,
                           "--snapshots-metadata",
                           "--checkpoints-metadata",
                           NULL);
    firn_test_scratch_dir_free(fixture->dir);
}

/* Returns its output, errors last. */
static char *
firn(Fixture *fixture, int status, const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(fixture->firnd, &outcome, line);
    if (outcome.status != status)
        g_error("firn %s: %d: %s%s", line, outcome.status, outcome.out, outcome.err);
    return g_strconcat(outcome.out, outcome.err, NULL);
}

static void
assert_says(Fixture *fixture, int status, const char *line, const char *part)
{
    g_autofree char *text = firn(fixture, status, line);

    if (strstr(text, part) == NULL)
        g_error("no \"%s\" in what firn %s says:\n%s", part, line, text);
}

static void
wait_for_state(Fixture *fixture, const char *name, const char *state)
{
    gint64 deadline_us = firn_test_give_up_us();
    g_autofree char *line = g_strdup_printf("%s  %s", name, state);

    for (;;) {
        g_autofree char *text = firn(fixture, 0, "status --no-legend");

        if (strstr(text, line) != NULL)
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

static char *
dup_run(const char *name)
{
    char *id = NULL;

    g_assert_cmpint(firn_test_domain_virsh(&id, "domid", name, NULL), ==, 0);
    return g_strstrip(id);
}

/* Refused by the dry run and by the job, while the same guest keeps running. */
static void
assert_refused(Fixture *fixture, int status, const char *line, const char *part)
{
    g_autofree char *before = dup_run("web1");
    g_autofree char *dry = g_strconcat(line, " --dry-run", NULL);
    g_autofree char *after = NULL;

    assert_says(fixture, status, dry, part);
    assert_says(fixture, status, line, part);
    after = dup_run("web1");
    g_assert_cmpstr(before, ==, after);
}

static void
start(Fixture *fixture, const char *devices)
{
    define(fixture, "web1", UUID, devices);
    virsh(fixture, "start web1");
    wait_for_state(fixture, "web1", "running");
    g_free(firn(fixture, 0, "create web1 s1 --quiesce=never"));
}

/* The test follows the remedy. */
static void
test_medium_gone(Fixture *fixture, gconstpointer data)
{
    g_autofree char *iso = path_of(fixture, "cd.iso");

    start(fixture, DISK("a.qcow2", "vda", "") CD);
    g_assert_no_errno(g_unlink(iso));
    assert_refused(fixture, 1, GO_BACK, "drive sda: its medium ");
    assert_says(fixture, 1, "doctor web1", "virsh change-media 'web1' sda --eject --config");
    assert_says(fixture, 0, "create web1 s2 --quiesce=never --dry-run", "CannotStart");
    virsh(fixture, "change-media web1 sda --eject --config");
    assert_refused(fixture, 1, GO_BACK, "put it back, restore without it with --mode=best-effort");
    assert_says(fixture, 0, GO_BACK " --mode=best-effort", "drive sda is left empty");
    wait_for_state(fixture, "web1", "running");
    g_free(firn(fixture, 0, "verify web1"));
}

static void
test_medium_gone_off(Fixture *fixture, gconstpointer data)
{
    g_autofree char *iso = path_of(fixture, "cd.iso");

    define(fixture, "web1", UUID, DISK("a.qcow2", "vda", "") CD);
    wait_for_state(fixture, "web1", "off");
    g_free(firn(fixture, 0, "create web1 s1"));
    g_free(firn(fixture, 0, "create web1 s2"));
    g_assert_no_errno(g_unlink(iso));
    g_free(firn(fixture, 0, "delete web1 s2"));
    g_free(firn(fixture, 0, "restore web1 s1 --off"));
    assert_says(fixture, 8, "undo web1", "missing: drive sda: its medium ");
    g_free(firn(fixture, 0, "undo web1 --forget"));
    g_free(firn(fixture, 0, "adopt web1"));
    g_free(firn(fixture, 0, "verify web1"));
}

/* QEMU writes the bitmap into the image at its exit, so the image has it when the disk is
 * reverted. */
static void
test_bitmap(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = path_of(fixture, "b.qcow2");
    g_autofree char *facts = NULL;

    g_free(firn_test_disk_image_run("qemu-img", "bitmap", "--add", path, "nightly", NULL));
    start(fixture, DISK("a.qcow2", "vda", "") DISK("b.qcow2", "vdb", ""));
    assert_says(fixture, 0, "show web1 s1", "DirtyBitmaps");
    assert_refused(fixture, 5, GO_BACK, "disk vdb: a backup tool keeps dirty bitmap nightly");
    assert_says(fixture, 0, GO_BACK " --drop-bitmaps", "nightly) are removed");
    wait_for_state(fixture, "web1", "running");
    g_free(firn(fixture, 0, "verify web1"));
    virsh(fixture, "destroy web1");
    wait_for_state(fixture, "web1", "off");
    facts = firn_test_disk_image_run("qemu-img", "info", path, NULL);
    g_assert_null(strstr(facts, "nightly"));
}

static int
back_up(Fixture *fixture, const char *since, const char *name)
{
    g_autofree char *file = path_of(fixture, "backup.xml");
    g_autofree char *target = path_of(fixture, name);
    g_autofree char *xml =
        g_strdup_printf("<domainbackup mode='push'>%s<disks><disk name='vda' type='file'>"
                        "<target file='%s'/></disk></disks></domainbackup>",
                        since,
                        target);

    g_assert_true(g_file_set_contents(file, xml, -1, NULL));
    return firn_test_domain_virsh(NULL, "backup-begin", "web1", file, NULL);
}

/* A bitmap of libvirt's checkpoint does not record the revert: an incremental backup since then
 * would lack what it has changed. It is refused, and a full backup is not. */
static void
test_checkpoint(Fixture *fixture, gconstpointer data)
{
    start(fixture, DISK("a.qcow2", "vda", ""));
    virsh(fixture, "checkpoint-create-as web1 c1 --diskspec vda");
    assert_refused(fixture, 5, GO_BACK, "disk vda: a backup tool keeps dirty bitmap c1");
    assert_says(fixture, 0, GO_BACK " --drop-bitmaps", "c1) are removed");
    wait_for_state(fixture, "web1", "running");
    g_assert_cmpint(back_up(fixture, "<incremental>c1</incremental>", "part.qcow2"), !=, 0);
    g_assert_cmpint(back_up(fixture, "", "whole.qcow2"), ==, 0);
}

static void
take_ram(Fixture *fixture)
{
    define(fixture, "web1", UUID, DISK("a.qcow2", "vda", ""));
    virsh(fixture, "start web1");
    wait_for_state(fixture, "web1", "running");
    g_free(firn(fixture, 0, "policy web1 set allow-memory=yes"));
    g_free(firn(fixture, 0, "create web1 s1 --memory"));
    virsh(fixture, "destroy web1");
    wait_for_state(fixture, "web1", "off");
}

/* libvirt does not rename a domain when it loads RAM, so it gets the save image with the current
 * name. */
static void
test_renamed(Fixture *fixture, gconstpointer data)
{
    take_ram(fixture);
    virsh(fixture, "domrename web1 shop");
    wait_for_state(fixture, "shop", "off");
    virsh(fixture, "start shop");
    wait_for_state(fixture, "shop", "running");
    g_free(firn(fixture, 0, "restore shop s1 --stop --grace=0"));
    wait_for_state(fixture, "shop", "running");
    g_assert_cmpint(firn_test_domain_virsh(NULL, "domid", "web1", NULL), !=, 0);
    g_free(firn(fixture, 0, "verify shop"));
}

/* The old image is not changed, and the guest continues with the one that was reverted. */
static void
test_moved(Fixture *fixture, gconstpointer data)
{
    g_autofree char *old = path_of(fixture, "a.qcow2");
    g_autofree char *fresh = path_of(fixture, "c.qcow2");
    g_autofree char *list = NULL;

    take_ram(fixture);
    g_free(firn_test_disk_image_run("cp", old, fresh, NULL));
    write_image(fixture, "a.qcow2", "write -P 0xaa 0 64k");
    write_image(fixture, "c.qcow2", "write -P 0xcc 0 64k");
    define(fixture, "web1", UUID, DISK("c.qcow2", "vda", ""));
    g_free(firn(fixture, 0, "restore web1 s1"));
    g_assert_cmpint(firn_test_domain_virsh(&list, "domblklist", "web1", NULL), ==, 0);
    g_assert_nonnull(strstr(list, fresh));
    assert_bytes(fixture, "a.qcow2", "aa aa");
    assert_bytes(fixture, "c.qcow2", "00 00");
}

/* The domain would start without it; the test follows the remedy. */
static void
test_live_only(Fixture *fixture, gconstpointer data)
{
    define(fixture, "web1", UUID, DISK("a.qcow2", "vda", ""));
    virsh(fixture, "start web1");
    virsh(fixture, "attach-disk web1 FOLDER/b.qcow2 vdb --subdriver qcow2 --live");
    wait_for_state(fixture, "web1", "running");
    assert_says(fixture, 0, "create web1 s1 --quiesce=never --dry-run", "NotDefined");
    g_free(firn(fixture, 0, "create web1 s1 --quiesce=never"));
    assert_refused(fixture, 1, GO_BACK, "disk vdb: it is not in the persistent definition");
    virsh(fixture, "attach-disk web1 FOLDER/b.qcow2 vdb --subdriver qcow2 --config");
    g_free(firn(fixture, 0, GO_BACK));
    wait_for_state(fixture, "web1", "running");
    g_free(firn(fixture, 0, "undo web1 --stop --grace=0"));
    g_free(firn(fixture, 0, "verify web1"));
}

/* A disk that is not reverted, but would be missing after the start, is reported. */
static void
test_live_only_besides(Fixture *fixture, gconstpointer data)
{
    start(fixture, DISK("a.qcow2", "vda", ""));
    virsh(fixture, "attach-disk web1 FOLDER/b.qcow2 vdb --subdriver qcow2 --live");
    assert_says(fixture,
                0,
                GO_BACK " --dry-run",
                "the VM will not have disk vdb after the restore");
}

static void
test_network_inactive(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = path_of(fixture, "net.xml");

    g_assert_true(g_file_set_contents(path, "<network><name>lan</name></network>", -1, NULL));
    start(fixture, DISK("a.qcow2", "vda", ""));
    virsh(fixture, "net-define FOLDER/net.xml");
    virsh(fixture, "attach-interface web1 network lan --config");
    assert_refused(fixture, 1, GO_BACK, "network: lan is not active");
    virsh(fixture, "net-undefine lan");
}

/* A clone reads data in its golden image, even while it is off. */
static void
test_golden(Fixture *fixture, gconstpointer data)
{
    static const char clone[] = "5e0f7f1c-6a3e-4a7c-9a35-2f3e7f3c1a02";
    g_autofree char *base = path_of(fixture, "a.qcow2");
    g_autofree char *overlay = path_of(fixture, "c.qcow2");

    define(fixture, "web1", UUID, DISK("a.qcow2", "vda", ""));
    wait_for_state(fixture, "web1", "off");
    g_free(firn(fixture, 0, "create web1 s1"));
    write_image(fixture, "a.qcow2", "write -P 0xaa 0 64k");
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    "qcow2",
                                    "-F",
                                    "qcow2",
                                    "-b",
                                    base,
                                    overlay,
                                    NULL));
    define(fixture, "clone1", clone, DISK("c.qcow2", "vda", ""));
    wait_for_state(fixture, "clone1", "off");
    assert_says(fixture, 5, "restore web1 s1 --dry-run", "of VM clone1 (disk vda)");
    assert_says(fixture, 5, "restore web1 s1", "of VM clone1 (disk vda)");
    assert_says(fixture, 5, "delete web1 s1", "of VM clone1 (disk vda)");
    assert_bytes(fixture, "c.qcow2", "aa aa");
    virsh(fixture, "undefine clone1");
}

static void
test_snapshot_no(Fixture *fixture, gconstpointer data)
{
    define(fixture,
           "web1",
           UUID,
           DISK("a.qcow2", "vda", "") DISK("b.qcow2", "vdb", "snapshot='no'"));
    wait_for_state(fixture, "web1", "off");
    g_free(firn(fixture, 0, "create web1 s1"));
    assert_says(fixture, 0, "show web1 s1", "SnapshotNo");
    assert_says(fixture, 0, "show web1 s1", "Excluded      vdb\n");
    write_image(fixture, "b.qcow2", "write -P 0xbb 0 64k");
    assert_says(fixture, 0, "restore web1 s1", "disk vdb is not changed");
    assert_bytes(fixture, "b.qcow2", "bb bb");
}

#define ADD(name, function)                                                                        \
    g_test_add("/libvirt/going-back/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("medium-gone-while-it-runs", test_medium_gone);
    ADD("medium-gone-while-it-is-off", test_medium_gone_off);
    ADD("dirty-bitmap", test_bitmap);
    ADD("checkpoint", test_checkpoint);
    ADD("renamed-with-ram", test_renamed);
    ADD("moved-with-ram", test_moved);
    ADD("disk-of-the-running-domain-only", test_live_only);
    ADD("disk-of-the-running-domain-only-besides", test_live_only_besides);
    ADD("network-that-is-not-active", test_network_inactive);
    ADD("golden-image-below-a-clone", test_golden);
    ADD("snapshot-no", test_snapshot_no);
    return g_test_run();
}
