/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-xml.h"

#include "host-error.h"

#define UUID  "11111111-1111-4222-8333-123456789abc"
#define HEAD  "<domain type='qemu'><name>web &amp; 1</name><uuid>" UUID "</uuid>"
#define DISK  "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
#define AGENT "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"

static FirnDomainXml *
parse(const char *devices)
{
    g_autofree char *text = g_strconcat(HEAD, "<devices>", devices, "</devices></domain>", NULL);
    g_autoptr(GError) error = NULL;
    FirnDomainXml *xml = firn_domain_xml_parse(text, &error);

    g_assert_no_error(error);
    return xml;
}

static void
test_head(void)
{
    g_autoptr(FirnDomainXml) xml = parse(AGENT "<tpm model='tpm-crb'/>");
    g_autoptr(FirnDomainXml) bare = parse("");

    g_assert_cmpstr(xml->uuid, ==, UUID);
    g_assert_cmpstr(xml->name, ==, "web & 1");
    g_assert_cmpuint(xml->disks->len, ==, 0);
    g_assert_true(xml->has_agent_channel);
    g_assert_true(xml->has_tpm);
    g_assert_null(xml->nvram);
    g_assert_false(xml->has_varstore);
    g_assert_false(bare->has_agent_channel);
    g_assert_false(bare->has_tpm);
}

static void
test_uuid(void)
{
    g_autofree char *uuid = firn_domain_xml_dup_uuid("<domain><uuid>u1</uuid></domain>");

    g_assert_cmpstr(uuid, ==, "u1");
    g_assert_null(firn_domain_xml_dup_uuid("<domain/>"));
    g_assert_null(firn_domain_xml_dup_uuid("<uuid>u1</uuid>"));
    g_assert_null(firn_domain_xml_dup_uuid("<domain>"));
    g_assert_null(firn_domain_xml_dup_uuid(NULL));
}

static void
test_hardware(void)
{
    g_autoptr(FirnDomainXml) xml = firn_domain_xml_parse(
        "<domain type='kvm' id='7'><name>a</name><uuid>" UUID "</uuid>"
        "<memory unit='KiB'>524288</memory><vcpu placement='static' current='2'>4</vcpu>"
        "<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>"
        "<loader readonly='yes' type='pflash'>/code.fd</loader><nvram>/vars.fd</nvram></os>"
        "<cpu mode='custom'><model fallback='forbid'>EPYC</model></cpu>"
        "<devices><emulator>/usr/bin/qemu</emulator></devices></domain>",
        NULL);
    g_autoptr(FirnDomainXml) bare = parse("");

    g_assert_true(xml->is_live);
    g_assert_cmpstr(xml->arch, ==, "x86_64");
    g_assert_cmpstr(xml->machine, ==, "pc-q35-7.2");
    g_assert_cmpstr(xml->cpu_mode, ==, "custom");
    g_assert_cmpstr(xml->cpu_model, ==, "EPYC");
    g_assert_cmpstr(xml->emulator, ==, "/usr/bin/qemu");
    g_assert_null(bare->emulator);
    g_assert_cmpuint(xml->vcpus, ==, 4);
    g_assert_cmpuint(xml->vcpus_now, ==, 2);
    g_assert_cmpuint(xml->memory_kib, ==, 524288);
    g_assert_cmpstr(xml->firmware, ==, "efi");
    g_assert_cmpstr(xml->loader, ==, "/code.fd");
    g_assert_cmpstr(xml->nvram, ==, "/vars.fd");
    g_assert_false(bare->is_live);
    g_assert_cmpstr(bare->firmware, ==, "bios");
    g_assert_null(bare->cpu_mode);
}

/* libvirt 12.1 and later: the variables are not in a pflash. */
static void
test_varstore(void)
{
    g_autoptr(FirnDomainXml) xml = firn_domain_xml_parse(
        "<domain type='kvm'><name>a</name><uuid>" UUID "</uuid><os firmware='efi'>"
        "<type arch='x86_64'>hvm</type><varstore template='/t.json' path='/a.json'/></os></domain>",
        NULL);

    g_assert_true(xml->has_varstore);
    g_assert_null(xml->nvram);
}

/* Once the domain runs, libvirt adds the address of a USB device; with a <source>, it writes the
 * NVRAM path differently. */
static void
test_devices(void)
{
    static const char *const names[] = {
        "network interface 52:54:00:12:34:56",
        "host device pci 0x0000:0x01:0x00:0x0",
        "host device usb 0x1234:0xbeef",
        "host device usb 1:3",
        "TPM",
        "controller scsi 0",
    };
    g_autoptr(FirnDomainXml) xml =
        parse("<controller type='pci' index='0' model='pcie-root'/>"
              "<controller type='usb' index='0' model='none'/>"
              "<controller type='scsi' index='0' model='virtio-scsi'/>"
              "<hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x01'"
              " slot='0x00' function='0x0'/></source></hostdev>"
              "<hostdev mode='subsystem' type='usb'><source startupPolicy='optional'>"
              "<vendor id='0x1234'/><product id='0xbeef'/><address bus='1' device='9'/></source>"
              "</hostdev>"
              "<hostdev mode='subsystem' type='usb'><source><address bus='1' device='3'/></source>"
              "</hostdev>"
              "<tpm model='tpm-crb'/>"
              "<interface type='network'><mac address='52:54:00:12:34:56'/><model type='virtio'/>"
              "</interface>");

    g_assert_cmpuint(xml->devices->len, ==, G_N_ELEMENTS(names));
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const FirnDomainDevice *device = xml->devices->pdata[i];

        g_assert_cmpstr(device->name, ==, names[i]);
    }
    g_assert_cmpstr(((FirnDomainDevice *)xml->devices->pdata[0])->model, ==, "virtio");
    g_assert_null(((FirnDomainDevice *)xml->devices->pdata[1])->model);
    g_assert_cmpstr(((FirnDomainDevice *)xml->devices->pdata[4])->model, ==, "tpm-crb");
}

static void
test_file(void)
{
    g_autoptr(FirnDomainXml) xml =
        parse(DISK "<source file='/a b.qcow2'/><target dev='vda' bus='virtio'/>"
                   "<alias name='virtio-disk0'/></disk>");
    const FirnDomainDisk *disk = xml->disks->pdata[0];

    g_assert_cmpuint(xml->disks->len, ==, 1);
    g_assert_cmpstr(disk->target, ==, "vda");
    g_assert_cmpstr(disk->path, ==, "/a b.qcow2");
    g_assert_cmpstr(disk->format, ==, "qcow2");
    g_assert_cmpstr(disk->device, ==, "disk");
    g_assert_cmpstr(disk->bus, ==, "virtio");
    g_assert_false(disk->is_readonly || disk->is_shareable || disk->is_transient);
    g_assert_true(firn_domain_xml_find_alias(xml, "virtio-disk0") == disk);
    g_assert_null(firn_domain_xml_find_alias(xml, "virtio-disk1"));
}

static void
test_other_sources(void)
{
    g_autoptr(FirnDomainXml) xml =
        parse("<disk type='block'><source dev='/dev/vg/a'/><target dev='vda'/></disk>"
              "<disk type='volume'><source pool='p' volume='v'/><target dev='vdb'/></disk>"
              "<disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>"
              "<disk type='file'><source file='/x'/><target dev='vdc'/><shareable/><transient/>"
              "</disk>");
    const FirnDomainDisk *block = xml->disks->pdata[0];
    const FirnDomainDisk *volume = xml->disks->pdata[1];
    const FirnDomainDisk *cdrom = xml->disks->pdata[2];
    const FirnDomainDisk *shared = xml->disks->pdata[3];

    g_assert_cmpstr(block->path, ==, "/dev/vg/a");
    g_assert_null(block->format);
    g_assert_null(volume->path);
    g_assert_cmpstr(volume->pool, ==, "p");
    g_assert_cmpstr(volume->volume, ==, "v");
    g_assert_null(cdrom->path);
    g_assert_cmpstr(cdrom->device, ==, "cdrom");
    g_assert_true(cdrom->is_readonly);
    g_assert_true(shared->is_shareable && shared->is_transient);
}

static void
test_network(void)
{
    g_autoptr(FirnDomainXml) xml =
        parse("<disk type='network'><source protocol='rbd' name='vms/web1'><host name='mon1'/>"
              "</source><target dev='vda'/></disk>"
              "<disk type='network'><source protocol='nbd'><host transport='unix' "
              "socket='/run/nbd'/></source><target dev='vdb'/></disk>" DISK
              "<source file='/a'/><target dev='vdc'/></disk>");

    g_assert_cmpstr(((FirnDomainDisk *)xml->disks->pdata[0])->network, ==, "rbd vms/web1 mon1");
    g_assert_cmpstr(((FirnDomainDisk *)xml->disks->pdata[1])->network, ==, "nbd /run/nbd");
    g_assert_null(((FirnDomainDisk *)xml->disks->pdata[2])->network);
}

static void
test_refused(void)
{
    static const char *const texts[] = {
        "",
        "no XML",
        "<domain/>",
        "<domain><name>a</name></domain>",
        "<domain><name>a</name><uuid>1</uuid></domain>",
        "<network><name>a</name><uuid>" UUID "</uuid></network>",
        HEAD,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(firn_domain_xml_parse(texts[i], &error));
        g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
    }
}

/* An entity must not copy the content of a host file into a name. */
static void
test_entity(void)
{
    g_autoptr(FirnDomainXml) xml =
        firn_domain_xml_parse("<!DOCTYPE domain [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
                              "<domain><name>a&e;</name><uuid>" UUID "</uuid></domain>",
                              NULL);

    if (xml != NULL)
        g_assert_cmpstr(xml->name, ==, "a");
}

static void
test_nameless_disk(void)
{
    g_autoptr(FirnDomainXml) xml = parse("<disk type='file'><target dev=''/></disk>"
                                         "<disk type='file'><target/></disk>"
                                         "<disk type='file'><target dev='vda'/></disk>");

    g_assert_cmpuint(xml->disks->len, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/domain-xml/head", test_head);
    g_test_add_func("/vm/domain-xml/uuid", test_uuid);
    g_test_add_func("/vm/domain-xml/hardware", test_hardware);
    g_test_add_func("/vm/domain-xml/varstore", test_varstore);
    g_test_add_func("/vm/domain-xml/devices", test_devices);
    g_test_add_func("/vm/domain-xml/file", test_file);
    g_test_add_func("/vm/domain-xml/other-sources", test_other_sources);
    g_test_add_func("/vm/domain-xml/network", test_network);
    g_test_add_func("/vm/domain-xml/nameless-disk", test_nameless_disk);
    g_test_add_func("/vm/domain-xml/refused", test_refused);
    g_test_add_func("/vm/domain-xml/entity", test_entity);
    return g_test_run();
}
