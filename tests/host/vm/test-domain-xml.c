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
    g_assert_false(bare->has_agent_channel);
    g_assert_false(bare->has_tpm);
}

static void
test_file(void)
{
    g_autoptr(FirnDomainXml) xml = parse(DISK "<source file='/a b.qcow2'/><target dev='vda'/>"
                                              "<alias name='virtio-disk0'/></disk>");
    const FirnDomainDisk *disk = xml->disks->pdata[0];

    g_assert_cmpuint(xml->disks->len, ==, 1);
    g_assert_cmpstr(disk->target, ==, "vda");
    g_assert_cmpstr(disk->path, ==, "/a b.qcow2");
    g_assert_cmpstr(disk->format, ==, "qcow2");
    g_assert_cmpstr(disk->device, ==, "disk");
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

/* What stands in a file of the host does not come into a name by way of an entity. */
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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/domain-xml/head", test_head);
    g_test_add_func("/vm/domain-xml/file", test_file);
    g_test_add_func("/vm/domain-xml/other-sources", test_other_sources);
    g_test_add_func("/vm/domain-xml/refused", test_refused);
    g_test_add_func("/vm/domain-xml/entity", test_entity);
    return g_test_run();
}
