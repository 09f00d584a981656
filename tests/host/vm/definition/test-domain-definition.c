/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-definition.h"

#include <string.h>

#include "host-error.h"

#define THEN                                                                                       \
    "<domain type='kvm'><name>web1</name><memory>4</memory>"                                       \
    "<os><type>hvm</type><kernel>/old/vmlinuz</kernel><nvram>/old/vars</nvram></os><devices>"      \
    "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"                           \
    "<source file='/old/a' index='2'/><backingStore/><target dev='vda' bus='virtio'/></disk>"      \
    "<disk type='file' device='cdrom'><source file='/old/cd.iso'/><target dev='sda' bus='sata'/>"  \
    "<readonly/></disk>"                                                                           \
    "<disk type='file' device='disk'><source file='/old/c'/><target dev='vdc'/></disk>"            \
    "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='old'/>"          \
    "<target dev='vnet7'/><model type='virtio'/></interface>"                                      \
    "<channel type='unix'><source mode='bind' path='/old/qga'/>"                                   \
    "<target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices></domain>"
#define NOW                                                                                        \
    "<domain type='kvm'><name>shop &amp; co</name><memory>8</memory>"                              \
    "<os><type>hvm</type><kernel>/new/vmlinuz</kernel><nvram>/new/vars</nvram></os><devices>"      \
    "<disk type='block' device='disk'><driver name='qemu' type='qcow2'/><source dev='/dev/vg/a'/>" \
    "<target dev='vda' bus='virtio'/></disk>"                                                      \
    "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>"            \
    "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/>"            \
    "<model type='virtio'/></interface>"                                                           \
    "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"         \
    "</devices></domain>"

static void
assert_has(const char *text, const char *piece)
{
    g_test_message("%s", text);
    g_assert_nonnull(strstr(text, piece));
}

/* The guest sees the saved machine; the host's files and networks are the current ones. */
static void
test_today(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = firn_domain_definition(THEN, NOW, &error);
    g_autofree char *name = firn_domain_definition_dup_name(text);

    g_assert_no_error(error);
    g_assert_cmpstr(name, ==, "shop & co");
    assert_has(text, "<memory>4</memory>");
    assert_has(text, "<kernel>/new/vmlinuz</kernel>");
    assert_has(text, "<nvram>/new/vars</nvram>");
    assert_has(text, "<disk type=\"block\" device=\"disk\">");
    assert_has(text, "<source dev=\"/dev/vg/a\"/>");
    assert_has(text, "<interface type=\"bridge\">");
    assert_has(text, "<source bridge=\"br0\"/>");
    g_assert_null(strstr(text, "vnet7"));
    g_assert_null(strstr(text, "/old/a"));
    g_assert_null(strstr(text, "/old/qga"));
    g_assert_null(strstr(text, "backingStore"));
}

/* A drive that is empty now stays empty; a disk that is missing now is reported by the comparison
 * of the machines. */
static void
test_media(void)
{
    g_autofree char *text = firn_domain_definition(THEN, NOW, NULL);

    g_assert_null(strstr(text, "cd.iso"));
    assert_has(text, "<source file=\"/old/c\"/>");
}

static void
test_unreadable(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_domain_definition("<domain", NOW, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
    g_assert_null(firn_domain_definition_dup_name("<domain"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/domain-today/what-it-is-connected-with", test_today);
    g_test_add_func("/vm/domain-today/media", test_media);
    g_test_add_func("/vm/domain-today/unreadable", test_unreadable);
    return g_test_run();
}
