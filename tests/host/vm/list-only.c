/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <glib.h>
#include <libvirt/libvirt.h>

/* libvirt's test driver has no data behind its snapshots, and rejects the flag that preserves them.
 * A program linked with this file calls it instead of virDomainSnapshotDelete(), and it checks that
 * the flag is set. */
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
