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

static char *
capture(const char *then, const char *now, const char *from, const char *to)
{
    g_autoptr(GHashTable) moved = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GError) error = NULL;
    char *text;

    if (from != NULL)
        g_hash_table_insert(moved, (char *)from, (char *)to);
    text = firn_domain_definition_capture(then, now, moved, &error);
    g_assert_no_error(error);
    return text;
}

/* All of it is unchanged, except what says where its files are. */
static void
test_captured(void)
{
    g_autofree char *text = capture(THEN, NOW, NULL, NULL);
    g_autofree char *name = firn_domain_definition_dup_name(text);

    g_assert_cmpstr(name, ==, "shop & co");
    assert_has(text, "<memory>4</memory>");
    assert_has(text, "<kernel>/old/vmlinuz</kernel>");
    assert_has(text, "<nvram>/new/vars</nvram>");
    assert_has(text, "<source file=\"/old/a\" index=\"2\"/>");
    assert_has(text, "<source file=\"/old/cd.iso\"/>");
    assert_has(text, "<source network=\"old\"/>");
    assert_has(text, "path=\"/old/qga\"");
}

static void
test_captured_moved(void)
{
    g_autofree char *text = capture(THEN, NOW, "vda", "vda");

    assert_has(text, "<disk type=\"block\" device=\"disk\">");
    assert_has(text, "<source dev=\"/dev/vg/a\"/>");
    assert_has(text, "<source file=\"/old/cd.iso\"/>");
}

/* A disk that the captured definition lacks comes from the current one. */
static void
test_captured_added(void)
{
    static const char then[] = "<domain><name>a</name><devices/></domain>";
    static const char now[] = "<domain><name>a</name><devices><disk type='file'>"
                              "<source file='/b'/><target dev='vdb'/><address type='pci'/>"
                              "</disk></devices></domain>";
    g_autofree char *text = capture(then, now, "vdb", "vdb");
    g_autofree char *without = capture(then, now, NULL, NULL);

    assert_has(text, "<source file=\"/b\"/>");
    g_assert_null(strstr(text, "address"));
    g_assert_null(strstr(without, "/b"));
}

/* A domain that has UEFI by now had none: it gets none. */
static void
test_captured_firmware(void)
{
    g_autofree char *text =
        capture("<domain><name>a</name><os><type>hvm</type></os></domain>", NOW, NULL, NULL);

    g_assert_null(strstr(text, "nvram"));
}

#define MARKED(count, more)                                                                        \
    "<domain><name>a</name><metadata>"                                                             \
    "<firn:snapshots xmlns:firn='urn:firn:snapshots:1' count='" count "'/>" more                   \
    "</metadata></domain>"

/* The number of snapshots is that of now. Other programs' metadata are restored. */
static void
test_captured_mark(void)
{
    g_autofree char *text =
        capture(MARKED("1", "<x:a xmlns:x='u'/>"), MARKED("2", "<x:b xmlns:x='u'/>"), NULL, NULL);
    g_autofree char *first =
        capture("<domain><name>a</name></domain>", MARKED("3", ""), NULL, NULL);

    assert_has(text, "count=\"2\"");
    assert_has(text, "<x:a ");
    g_assert_null(strstr(text, "count=\"1\""));
    g_assert_null(strstr(text, "<x:b "));
    assert_has(first, "count=\"3\"");
}

static void
test_same(void)
{
    static const char plain[] = "<domain><name>a</name></domain>";

    g_assert_true(firn_domain_definition_is_same(THEN, THEN));
    g_assert_false(firn_domain_definition_is_same(THEN, NOW));
    g_assert_true(firn_domain_definition_is_same(MARKED("1", ""), MARKED("2", "")));
    g_assert_true(firn_domain_definition_is_same(plain, MARKED("2", "")));
    g_assert_true(firn_domain_definition_is_same(plain, "<domain>\n  <name>a</name>\n</domain>"));
    g_assert_false(firn_domain_definition_is_same(plain, "<domain><name>b</name></domain>"));
    g_assert_false(firn_domain_definition_is_same(plain, "<domain id='1'><name>a</name></domain>"));
    g_assert_false(firn_domain_definition_is_same("<domain id='1'><name>a</name></domain>", plain));
    g_assert_false(
        firn_domain_definition_is_same(plain, "<domain><name>a</name><title>t</title></domain>"));
    g_assert_false(firn_domain_definition_is_same(plain, MARKED("2", "<x:a xmlns:x='u'/>")));
    g_assert_false(firn_domain_definition_is_same(plain, "<domain"));
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
    g_test_add_func("/vm/domain-definition/captured", test_captured);
    g_test_add_func("/vm/domain-definition/captured/moved", test_captured_moved);
    g_test_add_func("/vm/domain-definition/captured/added", test_captured_added);
    g_test_add_func("/vm/domain-definition/captured/firmware", test_captured_firmware);
    g_test_add_func("/vm/domain-definition/captured/mark", test_captured_mark);
    g_test_add_func("/vm/domain-definition/same", test_same);
    return g_test_run();
}
