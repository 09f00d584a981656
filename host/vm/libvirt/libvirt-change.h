/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "send-order.h"

/* All calls of libvirt that change something go through here. Each takes the caller's permit
 * immediately before the call and returns it with the outcome of the call. If the caller no longer
 * waits, the call is not made; the function fails, and libvirt has no error set. All of them block:
 * not on the main loop. */

/**
 * FIRN_LIBVIRT_LOST_MS:
 *
 * How long libvirtd, once it responds, may still execute a call whose client has disconnected: it
 * waits 30 s for its turn with a domain.
 */
#define FIRN_LIBVIRT_LOST_MS 35000

/**
 * firn_libvirt_change_freeze:
 * @permit: the caller's permit to send
 * @domain: a running domain
 *
 * Source: virDomainFSFreeze, since 1.2.5.
 *
 * Returns: file systems frozen; -1 if libvirt refuses, or the permit is withdrawn
 */
int firn_libvirt_change_freeze(FirnSendPermit *permit, virDomainPtr domain);

/**
 * firn_libvirt_change_thaw:
 * @permit: the caller's permit to send
 * @domain: a running domain
 *
 * Source: virDomainFSThaw, since 1.2.5.
 *
 * Returns: file systems thawed; -1 if libvirt refuses, or the permit is withdrawn
 */
int firn_libvirt_change_thaw(FirnSendPermit *permit, virDomainPtr domain);

/**
 * firn_libvirt_change_by_agent:
 * @permit: the caller's permit to send
 * @domain: a running domain
 * @message: an agent command, JSON
 * @wait_s: how long libvirt waits for the agent, seconds
 *
 * Source: virDomainQemuAgentCommand, since 0.10.0.
 *
 * Returns: (transfer full): the reply, JSON; %NULL if libvirt refuses, or the permit is withdrawn
 */
char *firn_libvirt_change_by_agent(FirnSendPermit *permit,
                                   virDomainPtr domain,
                                   const char *message,
                                   int wait_s);

/**
 * firn_libvirt_change_by_monitor:
 * @permit: the caller's permit to send
 * @domain: a running domain
 * @message: a QMP command, JSON
 * @file: a file descriptor to pass with it; -1: none
 *
 * Source: virDomainQemuMonitorCommandWithFiles, since 8.2.0.
 *
 * Returns: (transfer full): the reply, JSON; %NULL if libvirt refuses, or the permit is withdrawn
 */
char *firn_libvirt_change_by_monitor(FirnSendPermit *permit,
                                     virDomainPtr domain,
                                     const char *message,
                                     int file);

/**
 * firn_libvirt_change_shut_down:
 * @permit: the caller's permit to send
 * @domain: a running domain
 *
 * Asks the guest to shut down.
 *
 * Returns: %TRUE if the request was sent
 */
gboolean firn_libvirt_change_shut_down(FirnSendPermit *permit, virDomainPtr domain);

/**
 * firn_libvirt_change_destroy:
 * @permit: the caller's permit to send
 * @flags: virDomainDestroyFlagsValues
 *
 * Stops its QEMU.
 *
 * Returns: %TRUE if it is off
 */
gboolean firn_libvirt_change_destroy(FirnSendPermit *permit,
                                     virDomainPtr domain,
                                     unsigned int flags);

/**
 * firn_libvirt_change_start:
 * @permit: the caller's permit to send
 * @domain: a domain that is off
 * @definition: (nullable): XML to start it from; %NULL: its persistent definition
 *
 * Starts its QEMU with the guest paused.
 *
 * Returns: %TRUE if it was started
 */
gboolean firn_libvirt_change_start(FirnSendPermit *permit,
                                   virDomainPtr domain,
                                   const char *definition);

/**
 * firn_libvirt_change_start_from_memory:
 * @permit: the caller's permit to send
 * @domain: a domain that is off
 * @path: a save image
 * @definition: (nullable): XML to start it from; %NULL: the image's own
 *
 * Starts its QEMU with saved RAM and the guest paused.
 *
 * Returns: %TRUE if it was started
 */
gboolean firn_libvirt_change_start_from_memory(FirnSendPermit *permit,
                                               virDomainPtr domain,
                                               const char *path,
                                               const char *definition);

/**
 * firn_libvirt_change_define:
 * @permit: the caller's permit to send
 * @definition: XML with the UUID and the name of @domain
 *
 * Replaces its persistent definition. libvirt's list of its snapshots stays.
 *
 * Source: virDomainDefineXMLFlags, since 1.2.12.
 *
 * Returns: %TRUE if it is defined
 */
gboolean firn_libvirt_change_define(FirnSendPermit *permit,
                                    virDomainPtr domain,
                                    const char *definition);

/**
 * firn_libvirt_change_resume:
 * @permit: the caller's permit to send
 * @domain: a running domain
 *
 * Resumes its guest.
 *
 * Returns: %TRUE on success
 */
gboolean firn_libvirt_change_resume(FirnSendPermit *permit, virDomainPtr domain);

/**
 * firn_libvirt_change_list:
 * @permit: the caller's permit to send
 * @xml: a `<domainsnapshot>`
 * @is_current: make it the domain's current snapshot
 *
 * Creates or redefines snapshot metadata in libvirt; touches no disk.
 *
 * Returns: %TRUE if libvirt lists the snapshot
 */
gboolean firn_libvirt_change_list(FirnSendPermit *permit,
                                  virDomainPtr domain,
                                  const char *xml,
                                  gboolean is_current);

/**
 * firn_libvirt_change_unlist:
 * @permit: the caller's permit to send
 * @snapshot: a snapshot that libvirt lists
 *
 * Deletes its metadata in libvirt; touches no disk.
 *
 * Returns: %TRUE if libvirt does not list it
 */
gboolean firn_libvirt_change_unlist(FirnSendPermit *permit, virDomainSnapshotPtr snapshot);

/**
 * FirnLibvirtMark:
 * @element: (nullable): XML; %NULL: remove the element
 * @prefix: its namespace prefix
 * @uri: its namespace
 * @flags: virDomainModificationImpact
 *
 * An element in the <metadata> of a domain.
 */
typedef struct {
    const char *element; /* (unowned) (nullable) */
    const char *prefix;  /* (unowned) */
    const char *uri;     /* (unowned) */
    unsigned int flags;
} FirnLibvirtMark;

/**
 * firn_libvirt_change_mark:
 * @permit: the caller's permit to send
 * @mark: the element to set
 *
 * Source: virDomainSetMetadata, since 0.9.10.
 *
 * Returns: %TRUE if it is set
 */
gboolean firn_libvirt_change_mark(FirnSendPermit *permit,
                                  virDomainPtr domain,
                                  const FirnLibvirtMark *mark);
