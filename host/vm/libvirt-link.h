/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <libvirt/libvirt.h>

/**
 * FirnLibvirtLink:
 *
 * A connection to libvirt that comes back: libvirtd may be restarted, killed, or leave by itself.
 * Lives on the main loop, where libvirt's events are heard; libvirt's calls block, so they are made
 * in threads.
 *
 * Signal "opened" (): connected; events are heard from now on. Signal "failed" (): it was tried in
 * vain, and is tried again.
 * Signal "closed" (): the connection has ended; it is tried again.
 * Signal "domain-changed" (const char *uuid, int event, int detail): a domain's lifecycle has gone
 * on; @event is a virDomainEventType, @detail what belongs to it. Signal "devices-changed" (const
 * char *uuid): a running domain got a device or lost one. Signal "monitor-event" (const char *uuid,
 * const char *name, JsonObject *data): an event of a domain's QEMU; @data is (nullable). Signal
 * "agent-changed" (const char *uuid, gboolean is_connected): the guest's agent came or went.
 */
#define FIRN_TYPE_LIBVIRT_LINK (firn_libvirt_link_get_type())
G_DECLARE_FINAL_TYPE(FirnLibvirtLink, firn_libvirt_link, FIRN, LIBVIRT_LINK, GObject)

/**
 * firn_libvirt_link_new:
 * @uri: which libvirt, "qemu:///system"
 *
 * Returns: (transfer full): a link that is not connected
 */
FirnLibvirtLink *firn_libvirt_link_new(const char *uri);

/**
 * firn_libvirt_link_start:
 * @self: a link
 *
 * Connects, now and whenever the connection has ended. Main loop only, once.
 */
void firn_libvirt_link_start(FirnLibvirtLink *self);

/**
 * firn_libvirt_link_stop:
 * @self: a link
 *
 * Disconnects, for good. Main loop only.
 */
void firn_libvirt_link_stop(FirnLibvirtLink *self);

/**
 * firn_libvirt_link_get_uri:
 * @self: a link
 *
 * Returns: (transfer none): which libvirt
 */
const char *firn_libvirt_link_get_uri(FirnLibvirtLink *self);

/**
 * firn_libvirt_link_is_open:
 * @self: a link
 *
 * Any thread.
 *
 * Returns: whether it is connected, as far as anybody has noticed
 */
gboolean firn_libvirt_link_is_open(FirnLibvirtLink *self);

/**
 * firn_libvirt_link_dup_detail:
 * @self: a link
 *
 * Any thread; asks nobody.
 *
 * Returns: (transfer full): who is at the other end, "libvirt 9.0.0, QEMU 7.2.22", or why nobody is
 */
char *firn_libvirt_link_dup_detail(FirnLibvirtLink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virConnect, virConnectClose)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomain, virDomainFree)

/**
 * FirnLibvirtLoan:
 * @connection: for one thread alone, for as long as it has the loan
 *
 * A connection for calls. Two threads in one connection are what libvirt 9.0 does not bear: one may
 * be left waiting for ever, or the process crash (CVE-2024-4418).
 */
typedef struct {
    virConnectPtr connection; /* (owned) */
    FirnLibvirtLink *link;    /* (owned) */
    guint run;                /* which of the link's connections it belongs to */
} FirnLibvirtLoan;

/**
 * firn_libvirt_link_borrow:
 * @self: a link
 * @error: return location for a #GError
 *
 * Opens a connection if none is idle. Blocks: not on the main loop. A call in it ends with an error
 * when libvirtd has not answered for 15 s.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE, at once while the link is not connected, or while 16
 * threads wait for connections.
 *
 * Returns: (transfer full): a connection; %NULL with @error set
 */
FirnLibvirtLoan *firn_libvirt_link_borrow(FirnLibvirtLink *self, GError **error);

/**
 * firn_libvirt_loan_end:
 * @self: (nullable): a loan, of which nothing is used any more
 *
 * Not on the main loop.
 */
void firn_libvirt_loan_end(FirnLibvirtLoan *self);

/**
 * firn_libvirt_loan_dup_domain:
 * @self: a loan
 * @uuid: a domain
 * @error: return location for a #GError
 *
 * Blocks: not on the main loop.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE; %FIRN_HOST_ERROR_NOT_FOUND.
 *
 * Returns: (transfer full): the domain, to be freed before the loan ends; %NULL with @error set
 */
virDomainPtr firn_libvirt_loan_dup_domain(FirnLibvirtLoan *self, const char *uuid, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnLibvirtLoan, firn_libvirt_loan_end)
