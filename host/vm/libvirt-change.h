/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "send-order.h"

/* The one way to every call of libvirt that changes something: each takes the permit of who waits
 * for it, uses it immediately before the call, and puts it back with what became of the call. A
 * call for which nobody waits any more is not made; it fails, and libvirt knows no error. All of
 * them block: not on the main loop. */

/**
 * FIRN_LIBVIRT_LOST_MS:
 *
 * For how long libvirtd may still obey a call whose client is gone, once it answers: it waits 30 s
 * for its turn with a domain.
 */
#define FIRN_LIBVIRT_LOST_MS 35000

/**
 * firn_libvirt_change_freeze:
 * @permit: of who waits for it
 * @domain: a running domain
 *
 * Source: virDomainFSFreeze, since 1.2.5.
 *
 * Returns: file systems frozen; -1 if libvirt says no, or nobody waits
 */
int firn_libvirt_change_freeze(FirnSendPermit *permit, virDomainPtr domain);

/**
 * firn_libvirt_change_thaw:
 * @permit: of who waits for it
 * @domain: a running domain
 *
 * Source: virDomainFSThaw, since 1.2.5.
 *
 * Returns: file systems thawed; -1 if libvirt says no, or nobody waits
 */
int firn_libvirt_change_thaw(FirnSendPermit *permit, virDomainPtr domain);

/**
 * firn_libvirt_change_by_agent:
 * @permit: of who waits for it
 * @domain: a running domain
 * @message: a command of the agent's, JSON
 * @wait_s: how long libvirt waits for the agent, seconds
 *
 * Source: virDomainQemuAgentCommand, since 0.10.0.
 *
 * Returns: (transfer full): the answer, JSON; %NULL if libvirt says no, or nobody waits
 */
char *firn_libvirt_change_by_agent(FirnSendPermit *permit,
                                   virDomainPtr domain,
                                   const char *message,
                                   int wait_s);

/**
 * firn_libvirt_change_by_monitor:
 * @permit: of who waits for it
 * @domain: a running domain
 * @message: a command of QEMU's monitor, JSON
 * @file: a file descriptor that goes with it; -1: none
 *
 * Source: virDomainQemuMonitorCommandWithFiles, since 8.2.0.
 *
 * Returns: (transfer full): the answer, JSON; %NULL if libvirt says no, or nobody waits
 */
char *firn_libvirt_change_by_monitor(FirnSendPermit *permit,
                                     virDomainPtr domain,
                                     const char *message,
                                     int file);

/**
 * firn_libvirt_change_shut_down:
 * @permit: of who waits for it
 * @domain: a running domain
 *
 * Asks the guest to shut down.
 *
 * Returns: %TRUE if it was asked
 */
gboolean firn_libvirt_change_shut_down(FirnSendPermit *permit, virDomainPtr domain);

/**
 * firn_libvirt_change_destroy:
 * @permit: of who waits for it
 * @domain: a domain
 * @flags: virDomainDestroyFlagsValues
 *
 * Ends its QEMU.
 *
 * Returns: %TRUE if it is off
 */
gboolean firn_libvirt_change_destroy(FirnSendPermit *permit,
                                     virDomainPtr domain,
                                     unsigned int flags);

/**
 * firn_libvirt_change_start:
 * @permit: of who waits for it
 * @domain: a domain that is off
 * @definition: (nullable): XML to start it from; %NULL: as it is defined
 *
 * Starts its QEMU, whose guest stands still.
 *
 * Returns: %TRUE if it was started
 */
gboolean firn_libvirt_change_start(FirnSendPermit *permit,
                                   virDomainPtr domain,
                                   const char *definition);

/**
 * firn_libvirt_change_start_from_memory:
 * @permit: of who waits for it
 * @domain: a domain that is off
 * @path: a save image
 * @definition: (nullable): XML to start it from; %NULL: the image's own
 *
 * Starts its QEMU with saved RAM; the guest stands still.
 *
 * Returns: %TRUE if it was started
 */
gboolean firn_libvirt_change_start_from_memory(FirnSendPermit *permit,
                                               virDomainPtr domain,
                                               const char *path,
                                               const char *definition);

/**
 * firn_libvirt_change_resume:
 * @permit: of who waits for it
 * @domain: a running domain
 *
 * Lets its guest go on.
 *
 * Returns: %TRUE if libvirt says so
 */
gboolean firn_libvirt_change_resume(FirnSendPermit *permit, virDomainPtr domain);

/**
 * firn_libvirt_change_list:
 * @permit: of who waits for it
 * @domain: a domain
 * @xml: a snapshot
 * @is_current: the domain is where that one was made
 *
 * Puts a snapshot on libvirt's list, or changes what is listed of it; touches no disk.
 *
 * Returns: %TRUE if it is listed
 */
gboolean firn_libvirt_change_list(FirnSendPermit *permit,
                                  virDomainPtr domain,
                                  const char *xml,
                                  gboolean is_current);

/**
 * firn_libvirt_change_unlist:
 * @permit: of who waits for it
 * @snapshot: one of libvirt's list
 *
 * Takes it off the list; touches no disk.
 *
 * Returns: %TRUE if it is not listed
 */
gboolean firn_libvirt_change_unlist(FirnSendPermit *permit, virDomainSnapshotPtr snapshot);

/**
 * FirnLibvirtMark:
 * @element: (nullable): XML; %NULL: none is left
 * @prefix: of its name space
 * @uri: its name space
 * @flags: virDomainModificationImpact
 *
 * What is noted in a domain's definition.
 */
typedef struct {
    const char *element; /* (unowned) (nullable) */
    const char *prefix;  /* (unowned) */
    const char *uri;     /* (unowned) */
    unsigned int flags;
} FirnLibvirtMark;

/**
 * firn_libvirt_change_mark:
 * @permit: of who waits for it
 * @domain: a domain
 * @mark: what to note
 *
 * Source: virDomainSetMetadata, since 0.9.10.
 *
 * Returns: %TRUE if it is noted
 */
gboolean firn_libvirt_change_mark(FirnSendPermit *permit,
                                  virDomainPtr domain,
                                  const FirnLibvirtMark *mark);
