/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <glib.h>
#include <libvirt/libvirt.h>

/* libvirt's driver for tests has no data behind its snapshots, and does not know the flag that
 * spares them. So in a program that is linked with this, this is virDomainSnapshotDelete(), and
 * sees to it that the flag is there. */
int firn_test_list_only_delete(virDomainSnapshotPtr snapshot,
                               unsigned int flags) __asm__("virDomainSnapshotDelete");

int
firn_test_list_only_delete(virDomainSnapshotPtr snapshot, unsigned int flags)
{
    int (*real)(virDomainSnapshotPtr, unsigned int) = dlsym(RTLD_NEXT, "virDomainSnapshotDelete");

    g_assert_nonnull(real);
    g_assert_cmpuint(flags, ==, VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
    return real(snapshot, 0);
}
