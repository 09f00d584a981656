/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-thaw.h"

#include <libvirt/virterror.h>

#include "host-error.h"
#include "libvirt-link.h"

static gboolean
fail(FirnHostError code, GError **error)
{
    g_set_error(error, FIRN_HOST_ERROR, code, "libvirt: %s", virGetLastErrorMessage());
    return FALSE;
}

gboolean
firn_libvirt_let_go_on(const char *uri, const char *uuid, GError **error)
{
    g_autoptr(virConnect) connection = virConnectOpen(uri);
    g_autoptr(virDomain) domain =
        connection == NULL ? NULL : virDomainLookupByUUIDString(connection, uuid);
    int state = VIR_DOMAIN_NOSTATE;

    if (domain == NULL)
        return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN ||
               fail(FIRN_HOST_ERROR_VM_UNREACHABLE, error);
    if (virDomainResume(domain) == 0 || virDomainIsActive(domain) == 0)
        return TRUE;
    /* It runs already. */
    return (virDomainGetState(domain, &state, NULL, 0) == 0 && state == VIR_DOMAIN_RUNNING) ||
           fail(FIRN_HOST_ERROR_VM_UNREACHABLE, error);
}

gboolean
firn_libvirt_thaw(const char *uri, const char *uuid, GError **error)
{
    g_autoptr(virConnect) connection = virConnectOpen(uri);
    g_autoptr(virDomain) domain =
        connection == NULL ? NULL : virDomainLookupByUUIDString(connection, uuid);

    if (domain == NULL)
        return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN ||
               fail(FIRN_HOST_ERROR_VM_UNREACHABLE, error);
    return virDomainFSThaw(domain, NULL, 0, 0) >= 0 || virDomainIsActive(domain) == 0 ||
           fail(FIRN_HOST_ERROR_AGENT_UNAVAILABLE, error);
}
