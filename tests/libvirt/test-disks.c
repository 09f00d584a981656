/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A real domain with disks of every kind: which of them firn snapshots, while the domain runs and
 * while it is off, and what it reports about the others. It needs no guest: nothing is frozen. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk-image.h"
#include "domain.h"
#include "firnd.h"
#include "patience.h"
#include "scratch-dir.h"
#include "wire.h"

#define LOOK_AGAIN_US (50 * 1000)

typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    const char *folder;      /* (unowned) */
    FirnTestFirnd *firnd;    /* (owned) */
    char *loop;              /* (owned) (nullable) a block device, if this machine allows one */
    int loop_open;           /* (owned) -1: none */
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

    g_free(firn_test_disk_image_run("qemu-img", "create", "-q", "-f", format, path, "1440K", NULL));
}

static int
run(char **words, char **out)
{
    int status = -1;

    g_spawn_sync(NULL,
                 words,
                 NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                 NULL,
                 NULL,
                 out,
                 NULL,
                 &status,
                 NULL);
    return status;
}

/* The loop device exists as long as it is open: it disappears when this program ends. */
static gboolean
keep_until_the_end(Fixture *fixture)
{
    char *words[] = {(char *)"losetup", (char *)"--detach", fixture->loop, NULL};

    fixture->loop_open = open(fixture->loop, O_RDONLY | O_CLOEXEC);
    return run(words, NULL) == 0 && fixture->loop_open >= 0;
}

/* A loop device with a qcow2 image directly on it, like a logical volume. */
static void
lend_block_device(Fixture *fixture)
{
    g_autofree char *path = path_of(fixture, "block.raw");
    g_autofree char *output = NULL;
    char *words[] = {(char *)"losetup", (char *)"--find", (char *)"--show", path, NULL};

    g_free(firn_test_disk_image_run("qemu-img", "create", "-q", "-f", "raw", path, "8M", NULL));
    if (run(words, &output) != 0)
        return;
    fixture->loop = g_strdup(g_strchomp(output));
    g_assert_true(keep_until_the_end(fixture));
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "-f",
                                    "qcow2",
                                    fixture->loop,
                                    "1M",
                                    NULL));
}

static void
virsh(const char *verb, const char *first, const char *second)
{
    g_assert_cmpint(firn_test_domain_virsh(NULL, verb, first, second, NULL), ==, 0);
}

static void
make_pool(Fixture *fixture)
{
    g_autofree char *folder = path_of(fixture, "pool");

    g_assert_cmpint(g_mkdir(folder, 0755), ==, 0);
    make_image(fixture, "pool/v.qcow2", "qcow2");
    g_assert_cmpint(
        firn_test_domain_virsh(NULL, "pool-define-as", "images", "dir", "--target", folder, NULL),
        ==,
        0);
    virsh("pool-start", "images", NULL);
}

/* FOLDER stands for the folder of the images. */
#define DISKS                                                                                      \
    "<disk type='file'><driver type='qcow2'/><source file='FOLDER/a.qcow2'/>"                      \
    "<target dev='vda' bus='virtio'/></disk>"                                                      \
    "<disk type='volume'><driver type='qcow2'/><source pool='images' volume='v.qcow2'/>"           \
    "<target dev='vdb' bus='virtio'/></disk>"                                                      \
    "<disk type='file'><driver type='qcow2'/><source file='FOLDER/t.qcow2'/>"                      \
    "<target dev='vdc' bus='virtio'/><transient/></disk>"                                          \
    "<disk type='file'><driver type='qcow2'/><source file='FOLDER/r.qcow2'/>"                      \
    "<target dev='vdd' bus='virtio'/><readonly/></disk>"                                           \
    "<disk type='file'><driver type='raw'/><source file='FOLDER/s.raw'/>"                          \
    "<target dev='vde' bus='virtio'/><shareable/></disk>"                                          \
    "<disk type='network'><driver type='raw'/><source protocol='nbd'>"                             \
    "<host transport='unix' socket='FOLDER/nbd'/></source>"                                        \
    "<target dev='vdf' bus='virtio'/></disk>"                                                      \
    "<disk type='file' device='floppy'><driver type='raw'/><source file='FOLDER/f.img'/>"          \
    "<target dev='fda' bus='fdc'/></disk>"                                                         \
    "<disk type='file' device='cdrom'><driver type='raw'/><source file='FOLDER/cd.iso'/>"          \
    "<target dev='hdc' bus='ide'/><readonly/></disk>"
#define LEAVE_OUT " --exclude-disk=vde --exclude-disk=vdf"

static void
define(Fixture *fixture, const char *name, const char *os, const char *devices)
{
    g_auto(GStrv) parts = g_strsplit(devices, "FOLDER", -1);
    g_autofree char *placed = g_strjoinv(fixture->folder, parts);
    g_autofree char *path = path_of(fixture, "domain.xml");
    g_autofree char *xml = g_strdup_printf("<domain type='qemu'><name>%s</name>"
                                           "<memory unit='MiB'>32</memory>"
                                           "<os><type machine='pc'>hvm</type>%s</os>"
                                           "<features><acpi/></features>"
                                           "<devices>%s</devices></domain>",
                                           name,
                                           os,
                                           placed);

    g_assert_true(g_file_set_contents(path, xml, -1, NULL));
    virsh("define", path, NULL);
}

static void
define_web1(Fixture *fixture)
{
    g_autofree char *block =
        fixture->loop == NULL
            ? g_strdup("")
            : g_strdup_printf("<disk type='block'><driver type='qcow2'/><source dev='%s'/>"
                              "<target dev='vdg' bus='virtio'/></disk>",
                              fixture->loop);
    g_autofree char *devices = g_strconcat(DISKS, block, NULL);

    define(fixture, "web1", "", devices);
}

static void
start_network_disk(Fixture *fixture)
{
    g_autofree char *socket = path_of(fixture, "nbd");
    g_autofree char *image = path_of(fixture, "n.raw");
    char *words[] = {(char *)"qemu-nbd",
                     (char *)"--format=raw",
                     (char *)"--persistent",
                     (char *)"--fork",
                     (char *)"--socket",
                     socket,
                     image,
                     NULL};

    g_assert_cmpint(run(words, NULL), ==, 0);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->dir = firn_test_scratch_dir_new();
    fixture->folder = firn_test_scratch_dir_get_path(fixture->dir);
    make_image(fixture, "a.qcow2", "qcow2");
    make_image(fixture, "t.qcow2", "qcow2");
    make_image(fixture, "r.qcow2", "qcow2");
    make_image(fixture, "s.raw", "raw");
    make_image(fixture, "n.raw", "raw");
    make_image(fixture, "f.img", "raw");
    make_image(fixture, "cd.iso", "raw");
    make_pool(fixture);
    fixture->loop_open = -1;
    lend_block_device(fixture);
    start_network_disk(fixture);
    define_web1(fixture);
    fixture->firnd = firn_test_firnd_new();
    firn_test_firnd_start(fixture->firnd);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_domain_virsh(NULL, "destroy", "web1", NULL);
    firn_test_firnd_free(fixture->firnd);
    virsh("undefine", "web1", "--snapshots-metadata");
    firn_test_domain_virsh(NULL, "pool-destroy", "images", NULL);
    virsh("pool-undefine", "images", NULL);
    if (fixture->loop_open >= 0)
        close(fixture->loop_open);
    g_free(fixture->loop);
    firn_test_scratch_dir_free(fixture->dir);
}

static char *
firn(Fixture *fixture, int status, const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(fixture->firnd, &outcome, line);
    if (outcome.status != status)
        g_error("firn %s: %d: %s%s", line, outcome.status, outcome.out, outcome.err);
    return g_steal_pointer(&outcome.out);
}

static void
assert_says(Fixture *fixture, int status, const char *line, const char *part)
{
    g_autofree char *text = firn(fixture, status, line);

    if (strstr(text, part) == NULL)
        g_error("no \"%s\" in what firn %s says:\n%s", part, line, text);
}

static void
wait_for_state(Fixture *fixture, const char *state)
{
    gint64 deadline_us = firn_test_give_up_us();
    g_autofree char *line = g_strdup_printf("web1  %s", state);

    for (;;) {
        g_autofree char *text = firn(fixture, 0, "status --no-legend");

        if (strstr(text, line) != NULL)
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
assert_count(Fixture *fixture, const char *image, guint count)
{
    g_autofree char *path = g_path_is_absolute(image) ? g_strdup(image) : path_of(fixture, image);
    g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(path);

    g_assert_cmpuint(g_strv_length(tags), ==, count);
}

static void
assert_cut(Fixture *fixture, guint count)
{
    assert_count(fixture, "a.qcow2", count);
    assert_count(fixture, "pool/v.qcow2", count);
    assert_count(fixture, "t.qcow2", 0);
    assert_count(fixture, "r.qcow2", 0);
    if (fixture->loop != NULL)
        assert_count(fixture, fixture->loop, count);
}

static void
assert_blocked(Fixture *fixture)
{
    const char *line = "create web1 s1 --quiesce=never --dry-run";

    assert_says(fixture, 1, line, "disk vde: it is shareable: other VMs may write to it [DiskNot");
    assert_says(fixture, 1, line, "-> remove <shareable/> from its definition; or exclude it");
    assert_says(fixture, 1, line, "disk vdf: it is a network disk (nbd ");
    assert_says(fixture, 1, line, "firn quiesce VM --exec COMMAND; or exclude it with --exclude");
}

/* The same disks, whether QEMU reports them or the definition. */
static void
make_and_check(Fixture *fixture)
{
    g_autofree char *listed = NULL;

    assert_blocked(fixture);
    g_free(firn(fixture, 0, "create web1 s1 --quiesce=never" LEAVE_OUT));
    assert_says(fixture, 0, "show web1 s1", "Excluded      vde, vdf, vdc\n");
    assert_says(fixture, 0, "show web1 s1", "PartialSnapshot, TransientDisk");
    assert_says(fixture, 0, "verify web1", "vda has it, vdb has it");
    g_assert_cmpint(firn_test_domain_virsh(&listed, "snapshot-list", "web1", "--name", NULL),
                    ==,
                    0);
    g_assert_true(g_str_has_prefix(listed, "s1."));
}

static void
test_off(Fixture *fixture, gconstpointer data)
{
    make_and_check(fixture);
    assert_cut(fixture, 1);
    g_free(firn(fixture, 0, "delete web1 --all --yes"));
    assert_cut(fixture, 0);
}

static void
test_running(Fixture *fixture, gconstpointer data)
{
    virsh("start", "web1", NULL);
    wait_for_state(fixture, "running");
    make_and_check(fixture);
    assert_says(fixture, 0, "status web1", "Snapshots     1 of 3\n");
    virsh("destroy", "web1", NULL);
    wait_for_state(fixture, "off");
    assert_cut(fixture, 1);
    assert_says(fixture, 0, "show web1 s1", "Configuration unchanged\n");
}

static void
test_block_device(Fixture *fixture, gconstpointer data)
{
    if (fixture->loop == NULL) {
        g_test_skip("losetup cannot lend a block device here; load the loop module");
        return;
    }
    g_free(firn(fixture, 0, "create web1 s1" LEAVE_OUT));
    assert_says(fixture, 0, "show web1 s1", fixture->loop);
    assert_count(fixture, fixture->loop, 1);
}

/* Nothing is concluded about a disk that cannot be read, and it does not block the others. */
static void
test_inactive_pool(Fixture *fixture, gconstpointer data)
{
    g_free(firn(fixture, 0, "create web1 s1" LEAVE_OUT));
    virsh("pool-destroy", "images", NULL);
    assert_says(fixture,
                1,
                "create web1 s2 --dry-run" LEAVE_OUT,
                "disk vdb: libvirt cannot find volume v.qcow2 of pool images: ");
    assert_says(fixture,
                1,
                "create web1 s2 --dry-run" LEAVE_OUT,
                "-> start its pool: virsh pool-start images");
    g_free(firn(fixture, 0, "create web1 s2 --exclude-disk=vdb" LEAVE_OUT));
    assert_count(fixture, "a.qcow2", 2);
    g_free(firn(fixture, 0, "show web1 s1"));
    virsh("pool-start", "images", NULL);
    assert_says(fixture, 0, "verify web1", "vda has it, vdb has it");
}

static void
test_inactive_pool_running(Fixture *fixture, gconstpointer data)
{
    virsh("start", "web1", NULL);
    virsh("pool-destroy", "images", NULL);
    wait_for_state(fixture, "running");
    g_free(firn(fixture, 0, "create web1 s1 --quiesce=never" LEAVE_OUT));
    virsh("destroy", "web1", NULL);
    assert_count(fixture, "pool/v.qcow2", 1);
}

/* As a backup tool leaves it. The test runs the remedy. */
static void
test_overlay(Fixture *fixture, gconstpointer data)
{
    const char *line = "create web1 s1 --quiesce=never" LEAVE_OUT;
    g_autofree char *dry = g_strconcat(line, " --dry-run", NULL);
    g_autofree char *overlay = path_of(fixture, "overlay.qcow2");
    g_autofree char *spec = g_strdup_printf("vda,snapshot=external,file=%s", overlay);

    virsh("start", "web1", NULL);
    wait_for_state(fixture, "running");
    g_assert_cmpint(
        firn_test_domain_virsh(NULL,
                               "snapshot-create-as",
                               "web1",
                               "--disk-only",
                               "--no-metadata",
                               "--diskspec",
                               spec,
                               "--diskspec=vdb,snapshot=no",
                               "--diskspec=vdc,snapshot=no",
                               "--diskspec=vde,snapshot=no",
                               "--diskspec=vdf,snapshot=no",
                               "--diskspec=fda,snapshot=no",
                               fixture->loop == NULL ? NULL : "--diskspec=vdg,snapshot=no",
                               NULL),
        ==,
        0);
    assert_says(fixture, 1, dry, "disk vda: its image ");
    assert_says(fixture, 1, dry, " is an overlay on ");
    assert_says(fixture, 1, dry, "virsh blockcommit web1 vda --active --pivot");
    g_assert_cmpint(firn_test_domain_virsh(NULL,
                                           "blockcommit",
                                           "web1",
                                           "vda",
                                           "--active",
                                           "--pivot",
                                           "--wait",
                                           NULL),
                    ==,
                    0);
    g_free(firn(fixture, 0, line));
}

/* State outside the snapshots is reported for a domain that is off, too; its files need not
 * exist. */
static void
test_other_state(Fixture *fixture, gconstpointer data)
{
    define(fixture,
           "uefi1",
           "<loader readonly='yes' type='pflash'>/usr/share/code.fd</loader>"
           "<nvram>/var/lib/vars.fd</nvram>",
           "<disk type='file'><driver type='qcow2'/><source file='FOLDER/r.qcow2'/>"
           "<target dev='vda' bus='virtio'/></disk><tpm model='tpm-tis'>"
           "<backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>");
    assert_says(fixture, 0, "create uefi1 s1 --dry-run", "NvramLeftOut, TpmLeftOut");
    g_free(firn(fixture, 0, "create uefi1 s1"));
    assert_says(fixture, 0, "show uefi1 s1", "NvramLeftOut, TpmLeftOut");
    assert_says(fixture,
                1,
                "doctor uefi1",
                "UEFI variables would not be part of snapshots: /var/lib/vars.fd");
    assert_says(fixture, 1, "doctor uefi1", "its state is not part of snapshots: after a restore");
    g_free(firn(fixture, 0, "delete uefi1 --all --yes"));
    g_assert_cmpint(firn_test_domain_virsh(NULL, "undefine", "uefi1", "--nvram", NULL), ==, 0);
}

/* The question and libvirt's event wait for firnd together. */
static void
test_defined_just_now(Fixture *fixture, gconstpointer data)
{
    GPid asking;
    int status = -1;

    firn_test_firnd_signal(fixture->firnd, SIGSTOP);
    define(fixture, "new1", "", "");
    asking = firn_test_firnd_spawn(fixture->firnd, "status", "new1", NULL);
    firn_test_firnd_signal(fixture->firnd, SIGCONT);
    g_assert_cmpint(waitpid(asking, &status, 0), ==, asking);
    g_assert_cmpint(status, ==, 0);
    virsh("undefine", "new1", NULL);
}

#define ADD(name, function)                                                                        \
    g_test_add("/libvirt/disks/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("off", test_off);
    ADD("running", test_running);
    ADD("block-device", test_block_device);
    ADD("inactive-pool", test_inactive_pool);
    ADD("inactive-pool-while-it-runs", test_inactive_pool_running);
    ADD("overlay-of-others", test_overlay);
    ADD("tpm-and-nvram", test_other_state);
    ADD("defined-just-now", test_defined_just_now);
    return g_test_run();
}
