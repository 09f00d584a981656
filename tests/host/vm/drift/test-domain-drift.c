/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-drift.h"

#include <string.h>

#include "host-error.h"

/* As libvirt 9.0 writes it, persistent and live: what libvirt fills in at a start is no drift. */
#define HEAD(attributes)                                                                           \
    "<domain type='kvm'" attributes "><name>web1</name>"                                           \
    "<uuid>11111111-1111-4222-8333-123456789abc</uuid>"
#define MEMORY "<memory unit='KiB'>524288</memory>"
#define VCPU   "<vcpu placement='static'>2</vcpu>"
#define OS     "<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>"
#define CPU    "<cpu mode='host-model' check='partial'/>"
#define VDA                                                                                        \
    "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"                           \
    "<source file='/a.qcow2'/><target dev='vda' bus='virtio'/></disk>"
#define CDROM                                                                                      \
    "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>"                            \
    "<target dev='sda' bus='sata'/><readonly/></disk>"
#define NET                                                                                        \
    "<interface type='network'><mac address='52:54:00:12:34:56'/><source network='default'/>"      \
    "<model type='virtio'/></interface>"
#define SCSI         "<controller type='scsi' index='0' model='virtio-scsi'/>"
#define DEVICES(all) "<devices>" all "</devices></domain>"
#define REST         VDA CDROM NET SCSI
#define DEFINED      HEAD("") MEMORY VCPU OS CPU DEVICES(REST)

static void
assert_drift(const char *then, const char *now, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) differences = firn_domain_drift_compare(then, now, &error);
    g_autofree char *list = NULL;

    g_assert_no_error(error);
    list = g_strjoinv("; ", differences);
    g_assert_cmpstr(list, ==, expected);
}

static void
test_same(void)
{
    assert_drift(DEFINED, DEFINED, "");
}

static void
test_live(void)
{
    const char *live = HEAD(
        " id='3'") "<memory unit='KiB'>524288</memory>"
                   "<currentMemory unit='KiB'>262144</currentMemory>" VCPU OS
                   "<cpu mode='custom' match='exact' check='full'>"
                   "<model fallback='forbid'>EPYC</model></cpu>" DEVICES(
                       "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                       "<source file='/a.qcow2' index='2'/><backingStore/>"
                       "<target dev='vda' bus='virtio'/><alias name='virtio-disk0'/></disk>"
                       "<disk type='file' device='cdrom'><driver name='qemu'/>"
                       "<target dev='sda' bus='sata'/><readonly/><alias name='sata0-0-0'/></disk>"
                       "<interface type='network'><mac address='52:54:00:12:34:56'/>"
                       "<source network='default' portid='x' bridge='virbr0'/><target dev='vnet4'/>"
                       "<model type='virtio'/><alias name='net0'/></interface>" SCSI);

    assert_drift(DEFINED, live, "");
    assert_drift(live, DEFINED, "");
}

/* Two explicit models are compared as they are. */
static void
test_processor_model(void)
{
    assert_drift(DEFINED,
                 HEAD("") MEMORY VCPU OS
                 "<cpu mode='custom'><model>EPYC</model></cpu>" DEVICES(REST),
                 "CPU host-model -> custom EPYC");
    assert_drift(HEAD("") MEMORY VCPU OS "<cpu mode='custom'><model>Snow</model></cpu>" DEVICES(""),
                 HEAD(" id='3'") MEMORY VCPU OS
                 "<cpu mode='custom'><model>EPYC</model></cpu>" DEVICES(""),
                 "CPU custom Snow -> custom EPYC");
}

static void
test_machine(void)
{
    assert_drift(
        DEFINED,
        HEAD("") "<memory unit='KiB'>1048576</memory>"
                 "<vcpu placement='static'>4</vcpu>"
                 "<os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type></os>" CPU DEVICES(
                     REST),
        "machine type pc-q35-7.2 -> pc-i440fx-7.2; vCPUs 2 -> 4; "
        "memory 512 MiB -> 1024 MiB");
}

static void
test_vcpus(void)
{
    const char *some =
        HEAD("") MEMORY "<vcpu placement='static' current='2'>4</vcpu>" OS CPU DEVICES(REST);

    assert_drift(DEFINED, some, "maximum vCPUs 2 -> 4");
    assert_drift(some,
                 HEAD("") MEMORY "<vcpu placement='static'>4</vcpu>" OS CPU DEVICES(REST),
                 "vCPUs 2 -> 4");
}

static void
test_memory_rounded(void)
{
    const char *odd = HEAD("") "<memory unit='KiB'>524287</memory>" VCPU OS CPU DEVICES(REST);

    assert_drift(odd, DEFINED, "");
}

/* At a start, libvirt replaces firmware='efi' by the firmware it has selected. */
static void
test_firmware(void)
{
    const char *chosen = HEAD("") MEMORY VCPU
        "<os firmware='efi'><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>" CPU DEVICES(
            REST);
    const char *live = HEAD(" id='1'") MEMORY VCPU
        "<os firmware='efi'><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>"
        "<loader type='pflash'>/code.fd</loader><nvram>/vars.fd</nvram></os>" CPU DEVICES(REST);
    const char *other = HEAD("") MEMORY VCPU
        "<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>"
        "<loader type='pflash'>/code.fd</loader><nvram>/other.fd</nvram></os>" CPU DEVICES(REST);

    assert_drift(chosen, live, "");
    assert_drift(live, other, "NVRAM file /vars.fd -> /other.fd");
    assert_drift(DEFINED, chosen, "firmware bios -> efi");
}

static const char *
with_devices(const char *devices)
{
    static char *text;

    g_free(text);
    text =
        g_strconcat(HEAD("") MEMORY VCPU OS CPU "<devices>", devices, "</devices></domain>", NULL);
    return text;
}

static void
test_disks(void)
{
    assert_drift(DEFINED,
                 with_devices(REST "<disk type='volume'><driver type='qcow2'/>"
                                   "<source pool='p' volume='v'/>"
                                   "<target dev='vdb' bus='virtio'/></disk>"),
                 "disk vdb added (volume v of pool p)");
    assert_drift(DEFINED, with_devices(CDROM NET SCSI), "disk vda removed (/a.qcow2)");
    assert_drift(DEFINED,
                 with_devices("<disk type='file' device='disk'><driver type='raw'/>"
                              "<source file='/a.snap1'/><target dev='vda' bus='scsi'/><readonly/>"
                              "</disk>" CDROM NET SCSI),
                 "disk vda: bus virtio -> scsi; disk vda: read-only no -> yes; "
                 "disk vda: image /a.qcow2 -> /a.snap1; disk vda: format qcow2 -> raw");
}

/* Changing a CD does not change the machine. */
static void
test_medium(void)
{
    assert_drift(DEFINED,
                 with_devices(VDA "<disk type='file' device='cdrom'>"
                                  "<driver name='qemu' type='qcow2'/><source file='/cd.iso'/>"
                                  "<target dev='sda' bus='sata'/><readonly/></disk>" NET SCSI),
                 "");
}

/* While the domain runs, libvirt writes to its own overlay. */
static void
test_transient(void)
{
    const char *disk = "<disk type='file'><driver type='qcow2'/><source file='%s'/>"
                       "<target dev='vda' bus='virtio'/><transient/></disk>";
    g_autofree char *defined = g_strconcat(HEAD("") "<devices>", disk, "</devices></domain>", NULL);
    g_autofree char *live =
        g_strconcat(HEAD(" id='1'") "<devices>", disk, "</devices></domain>", NULL);
    g_auto(GStrv) parts = g_strsplit(live, "%s", 2);
    g_autofree char *overlay = g_strjoinv("/a.TRANSIENT-web1", parts);
    g_auto(GStrv) other_parts = g_strsplit(defined, "%s", 2);
    g_autofree char *other = g_strjoinv("/b", other_parts);

    assert_drift(defined, overlay, "");
    assert_drift(overlay, defined, "");
    assert_drift(defined, other, "disk vda: image %s -> /b");
}

static void
test_devices(void)
{
    assert_drift(DEFINED,
                 with_devices(VDA CDROM "<interface type='user'><mac address='52:54:00:12:34:56'/>"
                                        "<model type='e1000e'/></interface>"
                                        "<controller type='usb' index='0' model='qemu-xhci'/>"
                                        "<tpm model='tpm-crb'/>"),
                 "network interface 52:54:00:12:34:56: model virtio -> e1000e; "
                 "controller scsi 0 removed; TPM added; controller usb 0 added");
}

static void
test_printable(void)
{
    assert_drift(DEFINED,
                 with_devices(REST "<disk type='file'><source file='/x\xe2\x80\xaey'/>"
                                   "<target dev='vdb&#10;' bus='virtio'/></disk>"),
                 "disk vdb\\x0a added (/x\\u202ey)");
}

static void
test_unreadable(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_domain_drift_compare("<domain/>", DEFINED, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
    g_clear_error(&error);
    g_assert_null(firn_domain_drift_compare(DEFINED, "", &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/domain-drift/same", test_same);
    g_test_add_func("/vm/domain-drift/live-against-defined", test_live);
    g_test_add_func("/vm/domain-drift/processor-model", test_processor_model);
    g_test_add_func("/vm/domain-drift/machine", test_machine);
    g_test_add_func("/vm/domain-drift/vcpus", test_vcpus);
    g_test_add_func("/vm/domain-drift/memory-rounded-up", test_memory_rounded);
    g_test_add_func("/vm/domain-drift/firmware", test_firmware);
    g_test_add_func("/vm/domain-drift/disks", test_disks);
    g_test_add_func("/vm/domain-drift/medium", test_medium);
    g_test_add_func("/vm/domain-drift/transient", test_transient);
    g_test_add_func("/vm/domain-drift/devices", test_devices);
    g_test_add_func("/vm/domain-drift/printable", test_printable);
    g_test_add_func("/vm/domain-drift/unreadable", test_unreadable);
    return g_test_run();
}
