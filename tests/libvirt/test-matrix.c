/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Everything that makes a restore fail is reported before anything is changed: each row arranges
 * one problem for a guest with data to lose. Neither the guest nor its disks may change. */
#include <glib/gstdio.h>
#include <string.h>

#include "disk-image.h"
#include "domain.h"
#include "vm-rig.h"

#define GO_BACK "restore web1 s1 --stop --grace=1s"
#define OTHER   "5e0f7f1c-6a3e-4a7c-9a35-2f3e7f3c1b01"

static FirnVmRig rig; /* one guest for all rows: each leaves it unchanged */

/* State that must not change. */
typedef struct {
    guint n_boots;
    char *run;      /* (owned) libvirt's id of the domain, and its state */
    char *disks[2]; /* (owned) checksums of the images */
} Present;

/* FOLDER, DISK0 and DISK1 stand for the guest's folder and images. */
static char *
place(const char *text)
{
    GString *placed = g_string_new(text);

    g_string_replace(placed, "DISK0", firn_test_guest_get_disk(rig.guest, 0), 0);
    g_string_replace(placed, "DISK1", firn_test_guest_get_disk(rig.guest, 1), 0);
    g_string_replace(placed, "FOLDER", firn_test_guest_get_path(rig.guest, "."), 0);
    g_string_replace(placed, "UUID", firn_test_guest_get_uuid(rig.guest), 0);
    return g_string_free(placed, FALSE);
}

static char *
shell(const char *line)
{
    g_autofree char *placed = place(line);
    g_autofree char *out = NULL;
    g_autofree char *errors = NULL;
    const char *argv[] = {"sh", "-ec", placed, NULL};
    int status = -1;

    g_assert_true(g_spawn_sync(NULL,
                               (char **)argv,
                               NULL,
                               G_SPAWN_SEARCH_PATH,
                               NULL,
                               NULL,
                               &out,
                               &errors,
                               &status,
                               NULL));
    if (status != 0)
        g_error("%s: %s%s", placed, out, errors);
    return g_strstrip(g_steal_pointer(&out));
}

static void
look(Present *present)
{
    present->n_boots = firn_test_guest_count_boots(rig.guest);
    present->run = shell("virsh -qc qemu:///system domid UUID; "
                         "virsh -qc qemu:///system domstate UUID");
    present->disks[0] = shell("sha256sum DISK0");
    present->disks[1] = shell("sha256sum DISK1");
}

static void
forget(Present *present)
{
    g_free(present->run);
    g_free(present->disks[0]);
    g_free(present->disks[1]);
}

static void
assert_untouched(const Present *before)
{
    Present after;

    look(&after);
    g_assert_cmpuint(after.n_boots, ==, before->n_boots);
    g_assert_cmpstr(after.run, ==, before->run);
    g_assert_cmpstr(after.disks[0], ==, before->disks[0]);
    g_assert_cmpstr(after.disks[1], ==, before->disks[1]);
    forget(&after);
    g_free(firn_vm_rig_run(&rig, 0, "verify web1"));
}

/**
 * Row:
 * @name: name of the test
 * @arrange: shell command that causes the problem
 * @clear: shell command that removes it
 * @words: part of the message
 * @status: exit status of firn
 */
typedef struct {
    const char *name;
    const char *arrange;
    const char *clear;
    const char *words;
    int status;
} Row;

#define VIRSH "virsh -qc qemu:///system "
/* QEMU keeps the open file. */
#define SWAP_BACK "mv DISK0.away DISK0"
#define DEVICE(name, xml)                                                                          \
    "echo \"" xml "\" >FOLDER/" name ".xml; " VIRSH "attach-device UUID FOLDER/" name              \
    ".xml --config"
#define NO_DEVICE(name) VIRSH "detach-device UUID FOLDER/" name ".xml --config"

/* clang-format off */
static const Row rows[] = {
    {"persistent-bitmap",
     VIRSH "qemu-monitor-command UUID '{\"execute\": \"query-named-block-nodes\"}' >FOLDER/nodes; "
     "node=$(python3 -c 'import json; print([n[\"node-name\"] for n in "
     "json.load(open(\"FOLDER/nodes\"))[\"return\"] if n[\"drv\"] == \"qcow2\"][0])'); "
     VIRSH "qemu-monitor-command UUID '{\"execute\": \"block-dirty-bitmap-add\", \"arguments\": "
     "{\"node\": \"'$node'\", \"name\": \"nightly\", \"persistent\": true}}' >FOLDER/added; "
     "grep -q '\"return\"' FOLDER/added; echo $node >FOLDER/node",
     VIRSH "qemu-monitor-command UUID '{\"execute\": \"block-dirty-bitmap-remove\", \"arguments\": "
     "{\"node\": \"'$(cat FOLDER/node)'\", \"name\": \"nightly\"}}' >FOLDER/removed; "
     "grep -q '\"return\"' FOLDER/removed",
     "dirty bitmap nightly", 5},
    {"media-gone",
     "truncate -s 1M FOLDER/cd.iso; "
     DEVICE("cd", "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>"
                  "<source file='FOLDER/cd.iso'/><target dev='sdz' bus='sata'/><readonly/></disk>")
     "; rm FOLDER/cd.iso",
     NO_DEVICE("cd"), "drive sdz: its medium", 1},
    {"network-inactive",
     "echo '<network><name>lan</name></network>' >FOLDER/lan.xml; "
     VIRSH "net-define FOLDER/lan.xml; "
     DEVICE("nic", "<interface type='network'><mac address='52:54:00:11:22:33'/>"
                   "<source network='lan'/></interface>"),
     NO_DEVICE("nic") "; " VIRSH "net-undefine lan", "network: lan is not active", 1},
    {"pool-inactive",
     "mkdir -p FOLDER/pool; " VIRSH "pool-define-as store dir --target FOLDER/pool; "
     VIRSH "pool-start store; " VIRSH "vol-create-as store v 1M; "
     DEVICE("volume", "<disk type='volume' device='disk'><driver name='qemu' type='raw'/>"
                      "<source pool='store' volume='v'/><target dev='vdy' bus='virtio'/><readonly/>"
                      "</disk>")
     "; " VIRSH "pool-destroy store",
     NO_DEVICE("volume") "; " VIRSH "pool-undefine store", "store", 1},
    {"host-device-absent",
     DEVICE("host", "<hostdev mode='subsystem' type='pci' managed='yes'><source>"
                    "<address domain='0' bus='0xfe' slot='0x1e' function='0x7'/></source>"
                    "</hostdev>"),
     NO_DEVICE("host"), "0000:fe:1e.7", 1},
    {"image-encrypted",
     "mv DISK0 DISK0.away; qemu-img create -q -f qcow2 --object secret,id=s,data=word "
     "-o encrypt.format=luks,encrypt.key-secret=s DISK0 64M",
     SWAP_BACK, "encrypted", 1},
    {"refcount-width-too-small",
     "mv DISK0 DISK0.away; qemu-img create -q -f qcow2 -o refcount_bits=1 DISK0 64M",
     SWAP_BACK, "disk vda", 1},
    {"image-gone-with-its-file-system",
     "mv DISK0 DISK0.away",
     SWAP_BACK, "disk vda", 1},
    {"disk-no-longer-defined",
     VIRSH "dumpxml --inactive --security-info UUID >FOLDER/whole.xml; "
     VIRSH "detach-disk UUID vdb --config",
     VIRSH "define FOLDER/whole.xml", "disk vdb: it is not in the persistent definition", 1},
    {"no-room",
     "mount -o remount,size=$(($(df -k --output=used FOLDER | tail -n 1) + 128))k "
     "$(df --output=target FOLDER | tail -n 1)",
     "mount -o remount,size=50% $(df --output=target FOLDER | tail -n 1)",
     "the file system has ", 7},
    {"disk-also-in-another-domain",
     "echo \"<domain type='qemu'><name>other</name><uuid>" OTHER "</uuid><memory unit='MiB'>32"
     "</memory><os><type machine='q35'>hvm</type></os><devices><disk type='file'>"
     "<driver name='qemu' type='qcow2'/><source file='DISK1'/><target dev='vda' bus='virtio'/>"
     "</disk></devices></domain>\" >FOLDER/other.xml; " VIRSH "define FOLDER/other.xml",
     VIRSH "undefine other", "VM other", 5},
};
/* clang-format on */

static void
test_row(gconstpointer data)
{
    const Row *row = data;
    Present before;
    g_autofree char *arranged = NULL;
    g_autofree char *dry = NULL;
    g_autofree char *said = NULL;
    g_autofree char *cleared = NULL;

    look(&before);
    arranged = shell(row->arrange);
    dry = firn_vm_rig_run(&rig, row->status, GO_BACK " --dry-run");
    g_test_message("%s", dry);
    said = firn_vm_rig_run(&rig, row->status, GO_BACK);
    g_assert_nonnull(strstr(dry, row->words));
    g_assert_nonnull(strstr(said, row->words));
    cleared = shell(row->clear);
    assert_untouched(&before);
    forget(&before);
}

/* A paused guest writes nothing. */
static void
begin(void)
{
    firn_vm_rig_set_up(&rig, NULL);
    g_free(firn_vm_rig_run(&rig, 0, "create web1 s1"));
    g_free(firn_test_guest_run(rig.guest, "echo now >/mnt/a/word; sync"));
    g_free(shell(VIRSH "suspend UUID"));
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/libvirt/matrix/%s", rows[i].name);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    begin();
    status = g_test_run();
    firn_vm_rig_tear_down(&rig, NULL);
    return status;
}
