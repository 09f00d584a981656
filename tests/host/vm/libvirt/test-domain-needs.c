/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-needs.h"

#include "xml-read.h"

/* libvirt's test driver has a network "default" that is active, and no other. */
#define URI "test:///default"

/* Each need as "WHAT VALUE WITHOUT", with "stopped" if it can be started. */
static void
note(const FirnDomainNeed *need, gpointer user_data)
{
    static const char *const ways[] = {
        [FIRN_DOMAIN_WITHOUT_NOT] = "not",
        [FIRN_DOMAIN_WITHOUT_CABLE] = "cable",
        [FIRN_DOMAIN_WITHOUT_DEVICE] = "device",
    };

    g_string_append_printf(user_data,
                           "%s %s %s%s\n",
                           need->what,
                           need->value,
                           ways[need->without],
                           need->is_stopped ? " stopped" : "");
}

static void
assert_missing(virConnectPtr connection, const char *devices, const char *expected)
{
    g_autofree char *text =
        g_strdup_printf("<domain><os><kernel>/gone/kernel</kernel></os><devices>%s</devices>"
                        "</domain>",
                        devices);
    g_autoptr(xmlDoc) document = firn_xml_read_document(text);
    g_autoptr(GString) found = g_string_new("");
    g_autofree char *whole = g_strconcat("kernel /gone/kernel not\n", expected, NULL);

    firn_domain_needs_each_missing(connection, document, note, found);
    g_assert_cmpstr(found->str, ==, whole);
}

static void
test_missing(void)
{
    virConnectPtr connection = virConnectOpen(URI);
    virNetworkPtr network = virNetworkLookupByName(connection, "default");
    const char *nic = "<interface type='network'><source network='default'/></interface>";

    assert_missing(connection, nic, "");
    g_assert_cmpint(virNetworkDestroy(network), ==, 0);
    assert_missing(connection, nic, "network default cable stopped\n");
    assert_missing(connection,
                   "<interface type='network'><source network='lan'/></interface>"
                   "<interface type='bridge'><source bridge='br-gone'/></interface>",
                   "network lan cable\nbridge br-gone cable\n");
    assert_missing(connection,
                   "<hostdev type='mdev'><source><address uuid='1-2'/></source></hostdev>"
                   "<input type='evdev'><source dev='/gone/event0'/></input>",
                   "mediated device 1-2 device\ninput device /gone/event0 device\n");
    virNetworkFree(network);
    virConnectClose(connection);
}

static void
test_medium(void)
{
    FirnDomainDisk drive = {.path = (char *)"/gone/cd.iso", .is_removable = TRUE};

    g_assert_true(firn_domain_needs_is_medium_missing(&drive));
    drive.is_optional = TRUE;
    g_assert_false(firn_domain_needs_is_medium_missing(&drive));
    drive.is_optional = FALSE;
    drive.path = (char *)"/etc/passwd";
    g_assert_false(firn_domain_needs_is_medium_missing(&drive));
    drive.path = NULL;
    g_assert_false(firn_domain_needs_is_medium_missing(&drive));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/domain-needs/missing", test_missing);
    g_test_add_func("/vm/domain-needs/medium", test_medium);
    return g_test_run();
}
