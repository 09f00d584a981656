/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-change.h"

#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <stdlib.h>

/* Clears an error left by an earlier call, which would hide that no call was made. */
static gboolean
may_send(FirnSendPermit *permit)
{
    virResetLastError();
    return firn_send_permit_use(permit);
}

/* Another client's job kept libvirt from starting ours: neither QEMU nor the guest has seen the
 * call. */
static gboolean
was_kept_out(void)
{
    return virGetLastErrorCode() == VIR_ERR_OPERATION_TIMEOUT;
}

/* An error from the client library is no reply: libvirtd may have read the call, and may still
 * execute it after its client has disconnected. */
static gboolean
was_lost(void)
{
    return virGetLastErrorDomain() == VIR_FROM_RPC || virGetLastErrorCode() == VIR_ERR_RPC;
}

/* Returns @ok. */
static gboolean
put_back(FirnSendPermit *permit, gboolean ok)
{
    FirnSendOutcome outcome = FIRN_SEND_OUTCOME_ANSWERED;

    if (!ok && was_kept_out())
        outcome = FIRN_SEND_OUTCOME_NOT_SENT;
    else if (!ok && was_lost())
        outcome = FIRN_SEND_OUTCOME_LOST;
    firn_send_permit_put_back(permit, outcome);
    return ok;
}

int
firn_libvirt_change_freeze(FirnSendPermit *permit, virDomainPtr domain)
{
    int count;

    if (!may_send(permit))
        return -1;
    count = virDomainFSFreeze(domain, NULL, 0, 0);
    put_back(permit, count >= 0);
    return count;
}

int
firn_libvirt_change_thaw(FirnSendPermit *permit, virDomainPtr domain)
{
    int count;

    if (!may_send(permit))
        return -1;
    count = virDomainFSThaw(domain, NULL, 0, 0);
    put_back(permit, count >= 0);
    return count;
}

/* libvirt allocates with malloc(), firn with g_malloc(). */
static char *
take_text(char *text)
{
    char *copy = g_strdup(text);

    free(text);
    return copy;
}

char *
firn_libvirt_change_by_agent(FirnSendPermit *permit,
                             virDomainPtr domain,
                             const char *message,
                             int wait_s)
{
    char *text;

    if (!may_send(permit))
        return NULL;
    text = virDomainQemuAgentCommand(domain, message, wait_s, 0);
    put_back(permit, text != NULL);
    return take_text(text);
}

static int
call_monitor(virDomainPtr domain, const char *message, int file, char **out_text)
{
    if (file < 0)
        return virDomainQemuMonitorCommand(domain, message, out_text, 0);
    return virDomainQemuMonitorCommandWithFiles(domain, message, 1, &file, NULL, NULL, out_text, 0);
}

char *
firn_libvirt_change_by_monitor(FirnSendPermit *permit,
                               virDomainPtr domain,
                               const char *message,
                               int file)
{
    char *text = NULL;
    int result;

    if (!may_send(permit))
        return NULL;
    result = call_monitor(domain, message, file, &text);
    put_back(permit, result >= 0);
    return result < 0 ? NULL : take_text(text);
}

gboolean
firn_libvirt_change_shut_down(FirnSendPermit *permit, virDomainPtr domain)
{
    return may_send(permit) && put_back(permit, virDomainShutdownFlags(domain, 0) == 0);
}

gboolean
firn_libvirt_change_destroy(FirnSendPermit *permit, virDomainPtr domain, unsigned int flags)
{
    return (may_send(permit) && put_back(permit, virDomainDestroyFlags(domain, flags) == 0)) ||
           virGetLastErrorCode() == VIR_ERR_OPERATION_INVALID;
}

/* A persistent domain keeps its definition; the XML given here applies to this run only. */
static gboolean
start(virDomainPtr domain, const char *definition)
{
    virDomainPtr started;

    if (definition == NULL)
        return virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0;
    started = virDomainCreateXML(virDomainGetConnect(domain), definition, VIR_DOMAIN_START_PAUSED);
    if (started == NULL)
        return FALSE;
    virDomainFree(started);
    return TRUE;
}

gboolean
firn_libvirt_change_start(FirnSendPermit *permit, virDomainPtr domain, const char *definition)
{
    return may_send(permit) && put_back(permit, start(domain, definition));
}

gboolean
firn_libvirt_change_start_from_memory(FirnSendPermit *permit,
                                      virDomainPtr domain,
                                      const char *path,
                                      const char *definition)
{
    virConnectPtr connection = virDomainGetConnect(domain);

    return may_send(permit) &&
           put_back(permit,
                    virDomainRestoreFlags(connection, path, definition, VIR_DOMAIN_SAVE_PAUSED) ==
                        0);
}

static gboolean
define(virDomainPtr domain, const char *definition)
{
    virDomainPtr defined = virDomainDefineXMLFlags(virDomainGetConnect(domain), definition, 0);

    if (defined == NULL)
        return FALSE;
    virDomainFree(defined);
    return TRUE;
}

gboolean
firn_libvirt_change_define(FirnSendPermit *permit, virDomainPtr domain, const char *definition)
{
    return may_send(permit) && put_back(permit, define(domain, definition));
}

gboolean
firn_libvirt_change_resume(FirnSendPermit *permit, virDomainPtr domain)
{
    return may_send(permit) && put_back(permit, virDomainResume(domain) == 0);
}

gboolean
firn_libvirt_change_list(FirnSendPermit *permit,
                         virDomainPtr domain,
                         const char *xml,
                         gboolean is_current)
{
    unsigned int current = is_current ? VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT : 0;
    virDomainSnapshotPtr listed;

    if (!may_send(permit))
        return FALSE;
    listed = virDomainSnapshotCreateXML(domain, xml, VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE | current);
    put_back(permit, listed != NULL);
    if (listed != NULL)
        virDomainSnapshotFree(listed);
    return listed != NULL;
}

gboolean
firn_libvirt_change_unlist(FirnSendPermit *permit, virDomainSnapshotPtr snapshot)
{
    return may_send(permit) &&
           put_back(permit,
                    virDomainSnapshotDelete(snapshot, VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY) ==
                        0);
}

gboolean
firn_libvirt_change_mark(FirnSendPermit *permit, virDomainPtr domain, const FirnLibvirtMark *mark)
{
    return may_send(permit) && put_back(permit,
                                        virDomainSetMetadata(domain,
                                                             VIR_DOMAIN_METADATA_ELEMENT,
                                                             mark->element,
                                                             mark->prefix,
                                                             mark->uri,
                                                             mark->flags) == 0);
}
