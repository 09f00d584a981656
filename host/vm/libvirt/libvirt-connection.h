/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <libvirt/libvirt.h>

/**
 * FirnLibvirtConnection:
 *
 * A connection to libvirt that is restored when libvirtd was restarted, killed, or has exited. It
 * lives on the main loop, which receives libvirt's events; calls of libvirt block, so they are made
 * in threads.
 *
 * Signal "opened" (): connected; events arrive from now on. Signal "failed" (): an attempt to
 * connect failed; the link keeps trying.
 *
 * Signal "closed" (): the connection was lost; the link tries to reconnect. Signal "domain-changed"
 * (const char *uuid, int event, int detail): a lifecycle event of a domain; @event is a
 * virDomainEventType, @detail its detail. Signal "devices-changed" (const char *uuid): a device was
 * attached to or detached from a running domain. Signal "monitor-event" (const char *uuid, const
 * char *name, JsonObject *data): an event of a domain's QEMU; @data is (nullable). Signal
 * "agent-changed" (const char *uuid, gboolean is_connected): the guest agent connected or
 * disconnected.
 */
#define FIRN_TYPE_LIBVIRT_CONNECTION (firn_libvirt_connection_get_type())
G_DECLARE_FINAL_TYPE(FirnLibvirtConnection,
                     firn_libvirt_connection,
                     FIRN,
                     LIBVIRT_CONNECTION,
                     GObject)

/**
 * firn_libvirt_connection_new:
 * @uri: libvirt URI, "qemu:///system"
 *
 * Returns: (transfer full): a link that is not connected
 */
FirnLibvirtConnection *firn_libvirt_connection_new(const char *uri);

/**
 * firn_libvirt_connection_start:
 *
 * Connects, now and whenever the connection was lost. Main loop only, once.
 */
void firn_libvirt_connection_start(FirnLibvirtConnection *self);

/**
 * firn_libvirt_connection_stop:
 *
 * Disconnects and does not reconnect. Main loop only.
 */
void firn_libvirt_connection_stop(FirnLibvirtConnection *self);

/**
 * firn_libvirt_connection_get_uri:
 *
 * Returns: (transfer none): its libvirt URI
 */
const char *firn_libvirt_connection_get_uri(FirnLibvirtConnection *self);

/**
 * firn_libvirt_connection_is_open:
 *
 * Any thread.
 *
 * Returns: whether it is connected, as far as firnd has noticed
 */
gboolean firn_libvirt_connection_is_open(FirnLibvirtConnection *self);

/**
 * firn_libvirt_connection_dup_detail:
 *
 * Any thread; does not call libvirt.
 *
 * Returns: (transfer full): versions of the connected libvirt, "libvirt 9.0.0, QEMU 7.2.22", or why
 * there is no connection
 */
char *firn_libvirt_connection_dup_detail(FirnLibvirtConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virConnect, virConnectClose)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomain, virDomainFree)

/**
 * FirnLibvirtLoan:
 * @connection: for one thread at a time
 *
 * A connection for calls. libvirt 9.0 does not support two threads in one connection: one may wait
 * without limit, or the process may crash (CVE-2024-4418).
 */
typedef struct {
    virConnectPtr connection;    /* (owned) */
    FirnLibvirtConnection *link; /* (owned) */
    guint run;                   /* the number of the link's connection at that time */
} FirnLibvirtLoan;

/**
 * firn_libvirt_connection_acquire:
 *
 * Takes an idle connection, or opens one. Blocks: not on the main loop. A call through it fails
 * when libvirtd has been silent for 15 s.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE, immediately while the link is not connected, or while 16
 * threads wait for connections.
 *
 * Returns: (transfer full): a connection; %NULL with @error set
 */
FirnLibvirtLoan *firn_libvirt_connection_acquire(FirnLibvirtConnection *self, GError **error);

/**
 * firn_libvirt_loan_end:
 * @self: (nullable): a connection for calls, no longer used
 *
 * Not on the main loop.
 */
void firn_libvirt_loan_end(FirnLibvirtLoan *self);

/**
 * firn_libvirt_loan_dup_domain:
 *
 * Blocks: not on the main loop.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE; %FIRN_HOST_ERROR_NOT_FOUND.
 *
 * Returns: (transfer full): the domain, to be freed before firn_libvirt_loan_end(); %NULL with
 * @error set
 */
virDomainPtr firn_libvirt_loan_dup_domain(FirnLibvirtLoan *self, const char *uuid, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnLibvirtLoan, firn_libvirt_loan_end)
