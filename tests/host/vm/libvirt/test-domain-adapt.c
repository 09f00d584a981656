/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-adapt.h"

#include <string.h>

#include "host-error.h"

/* libvirt's test driver has a network "default" that is active, and no other. */
#define URI  "test:///default"
#define UUID "11111111-1111-4222-8333-123456789abc"

typedef struct {
    virConnectPtr connection; /* (owned) */
    GPtrArray *told;          /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->connection = virConnectOpen(URI);
    fixture->told = g_ptr_array_new_with_free_func(g_free);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    virConnectClose(fixture->connection);
    g_ptr_array_unref(fixture->told);
}

/* Returns the devices. */
static char *
adapt(Fixture *fixture, gboolean keeps_devices, const char *devices)
{
    g_autofree char *text =
        g_strdup_printf("<domain type='test'><name>web1</name><uuid>" UUID "</uuid>"
                        "<devices>%s</devices></domain>",
                        devices);
    g_autoptr(GError) error = NULL;
    g_autofree char *adapted =
        firn_domain_adapt(fixture->connection, text, keeps_devices, fixture->told, &error);
    const char *begin;

    g_assert_no_error(error);
    g_test_message("%s", adapted);
    begin = strstr(adapted, "<devices");
    return g_strndup(begin, strstr(begin, "</domain>") - begin);
}

static void
assert_told(Fixture *fixture, const char *sentence)
{
    g_assert_cmpuint(fixture->told->len, ==, sentence == NULL ? 0 : 1);
    if (sentence != NULL)
        g_assert_cmpstr(fixture->told->pdata[0], ==, sentence);
}

static void
assert_same(Fixture *fixture, gboolean keeps_devices, const char *devices)
{
    g_autofree char *adapted = adapt(fixture, keeps_devices, devices);
    g_autofree char *whole = g_strconcat("<devices>", devices, "</devices>", NULL);

    g_assert_cmpstr(adapted, ==, whole);
    assert_told(fixture, NULL);
}

#define DRIVE(more)                                                                                \
    "<disk type=\"file\" device=\"cdrom\">" more "<target dev=\"sda\"/><readonly/></disk>"
#define DISK                                                                                       \
    "<disk type=\"file\" device=\"disk\"><source file=\"/gone/a\"/><target dev=\"vda\"/></disk>"

static void
test_medium(Fixture *fixture, gconstpointer data)
{
    g_autofree char *adapted = adapt(fixture, TRUE, DISK DRIVE("<source file=\"/gone/cd.iso\"/>"));

    g_assert_cmpstr(adapted, ==, "<devices>" DISK DRIVE("") "</devices>");
    assert_told(fixture, "medium /gone/cd.iso does not exist: drive sda is left empty");
}

static void
test_medium_that_stays(Fixture *fixture, gconstpointer data)
{
    assert_same(fixture, FALSE, DRIVE("<source file=\"/etc/passwd\"/>"));
    assert_same(fixture, FALSE, DRIVE("<source file=\"/gone/cd\" startupPolicy=\"optional\"/>"));
}

#define NIC(type, more)                                                                            \
    "<interface type=\"" type "\"><mac address=\"52:54:00:00:00:01\"/>" more                       \
    "<model type=\"virtio\"/></interface>"
#define UNPLUGGED                                                                                  \
    "<interface type=\"ethernet\"><mac address=\"52:54:00:00:00:01\"/><model type=\"virtio\"/>"    \
    "<link state=\"down\"/></interface>"

static void
assert_unplugged(Fixture *fixture, const char *devices, const char *sentence)
{
    g_autofree char *adapted = adapt(fixture, TRUE, devices);

    g_assert_cmpstr(adapted, ==, "<devices>" UNPLUGGED "</devices>");
    assert_told(fixture, sentence);
    g_ptr_array_set_size(fixture->told, 0);
}

static void
test_network(Fixture *fixture, gconstpointer data)
{
    assert_unplugged(
        fixture,
        NIC("network", "<source network=\"lan\" portgroup=\"a\"/><vlan><tag id=\"4\"/></vlan>"),
        "network lan does not exist: its network interface is left unplugged");
    assert_unplugged(fixture,
                     NIC("bridge", "<source bridge=\"br-gone\"/><target dev=\"vnet0\"/>"),
                     "bridge br-gone does not exist: its network interface is left unplugged");
    assert_unplugged(fixture,
                     NIC("direct",
                         "<source dev=\"eth-gone\" mode=\"bridge\"/>"
                         "<link state=\"up\"/>"),
                     "network device eth-gone does not exist: its network interface is left "
                     "unplugged");
}

/* Its remedy is to start it. */
static void
test_network_that_stays(Fixture *fixture, gconstpointer data)
{
    virNetworkPtr network = virNetworkLookupByName(fixture->connection, "default");

    assert_same(fixture, FALSE, NIC("network", "<source network=\"default\"/>"));
    g_assert_cmpint(virNetworkDestroy(network), ==, 0);
    assert_same(fixture, FALSE, NIC("network", "<source network=\"default\"/>"));
    virNetworkFree(network);
}

#define HOSTDEV                                                                                    \
    "<hostdev mode=\"subsystem\" type=\"pci\"><source><address domain=\"0x0000\" bus=\"0xfe\" "    \
    "slot=\"0x1f\" function=\"0x7\"/></source></hostdev>"

static void
test_device(Fixture *fixture, gconstpointer data)
{
    g_autofree char *adapted = adapt(fixture, FALSE, DRIVE("") HOSTDEV);

    g_assert_cmpstr(adapted, ==, "<devices>" DRIVE("") "</devices>");
    assert_told(fixture, "PCI device 0000:fe:1f.7 does not exist: the VM does not get the device");
}

/* A guest whose RAM is loaded finds each device again. */
static void
test_device_with_ram(Fixture *fixture, gconstpointer data)
{
    assert_same(fixture, TRUE, HOSTDEV);
}

/* Without its disks, its shared folders or its firmware it would be another machine. */
static void
test_what_it_must_have(Fixture *fixture, gconstpointer data)
{
    assert_same(fixture,
                FALSE,
                DISK "<filesystem><source dir=\"/gone/share\"/><target dir=\"x\"/></filesystem>"
                     "<emulator>/gone/qemu</emulator>");
}

static void
test_unreadable(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_domain_adapt(fixture->connection, "<domain", FALSE, fixture->told, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
}

#define ADD(name, function)                                                                        \
    g_test_add("/vm/domain-adapt/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("medium", test_medium);
    ADD("medium-that-stays", test_medium_that_stays);
    ADD("network", test_network);
    ADD("network-that-stays", test_network_that_stays);
    ADD("device", test_device);
    ADD("device-with-ram", test_device_with_ram);
    ADD("what-it-must-have", test_what_it_must_have);
    ADD("unreadable", test_unreadable);
    return g_test_run();
}
