/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-version.h"

static char *
dup_version(unsigned long version)
{
    return g_strdup_printf("%lu.%lu.%lu", version / 1000000, version / 1000 % 1000, version % 1000);
}

char *
firn_libvirt_version_describe(virConnectPtr connection)
{
    const char *hypervisor = virConnectGetType(connection);
    unsigned long library = 0, version = 0;
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    virConnectGetLibVersion(connection, &library);
    virConnectGetVersion(connection, &version);
    first = dup_version(library);
    second = dup_version(version);
    return g_strdup_printf("libvirt %s, %s %s",
                           first,
                           hypervisor == NULL ? "hypervisor" : hypervisor,
                           second);
}
