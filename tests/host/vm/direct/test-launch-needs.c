/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch-needs.h"

#include <linux/capability.h>
#include <string.h>

#define NOTHING 0

static void
assert_needs(const char *command_line, guint64 capabilities, const char *name)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();

    firn_launch_needs_check(command_line, capabilities, blockers);
    g_assert_cmpuint(blockers->len, ==, name == NULL ? 0 : 1);
    if (name != NULL) {
        const FirnBlocker *blocker = blockers->pdata[0];

        g_assert_cmpstr(blocker->code, ==, "StartBlocked");
        g_assert_nonnull(strstr(blocker->message, name));
    }
}

static void
test_options(void)
{
    assert_needs("/q -netdev tap,id=n", NOTHING, "CAP_NET_ADMIN");
    assert_needs("/q -nic bridge,br=br0", NOTHING, "CAP_NET_ADMIN");
    assert_needs("/q --overcommit mem-lock=on", NOTHING, "CAP_IPC_LOCK");
    assert_needs("/q -device vfio-pci,host=01:00.0", NOTHING, "CAP_IPC_LOCK");
    assert_needs("/q -chroot /srv", NOTHING, "CAP_SYS_CHROOT");
    assert_needs("/q -netdev user,id=tap -device virtio-net-pci,netdev=tap", NOTHING, NULL);
}

static void
test_enough(void)
{
    assert_needs("/q -netdev tap,id=n", G_GUINT64_CONSTANT(1) << CAP_NET_ADMIN, NULL);
    assert_needs("/q -netdev tap,id=n,fd=3", NOTHING, NULL);
    assert_needs("/q -netdev tap,id=n,ifname=lo", NOTHING, NULL);
    assert_needs("/q -netdev tap,id=n,ifname=no-such-tap", NOTHING, "CAP_NET_ADMIN");
}

static void
test_own(void)
{
    g_assert_cmphex(firn_launch_needs_read_capabilities(), !=, G_MAXUINT64);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/launch-needs/options", test_options);
    g_test_add_func("/vm/launch-needs/enough", test_enough);
    g_test_add_func("/vm/launch-needs/own", test_own);
    return g_test_run();
}
