/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "libvirt-connection.h"
#include "send-order.h"
#include "vm.h"

/**
 * FirnLibvirtCallFunc:
 * @domain: the domain
 * @permit: the caller's permit to send, needed by libvirt-change for each call that changes
 * something
 * @data: as given to firn_libvirt_call(); receives the results
 *
 * Calls libvirt about a domain, in a thread of its own. If the caller stops waiting, @permit is
 * withdrawn.
 *
 * Returns: %TRUE on success
 */
typedef gboolean (*FirnLibvirtCallFunc)(virDomainPtr domain,
                                        FirnSendPermit *permit,
                                        gpointer data,
                                        GError **error);

/**
 * FirnLibvirtCall:
 * @uuid: the domain
 * @run: the function to call
 * @data: (type g_atomic_rc_box): for @run, which may outlive the caller: the thread holds a
 * reference
 * @clear: (nullable): clears @data when the last reference is dropped
 * @limit_ms: time limit; 0: 45 s
 * @order: (nullable): send order of the call; %NULL: it only queries
 * @what: (nullable): what the call does, for messages: "starting the VM". With it, the call has no
 * time limit once it is sent: only the end of the connection ends the wait, or
 * firn_vm_follow_give_up()
 * @overtakes: it supersedes earlier calls that were abandoned
 * @vm: (nullable): with @what: after @limit_ms the wait can be abandoned for this VM (vm-follow.h)
 *
 * One call of a function with a domain.
 */
typedef struct {
    const char *uuid; /* (unowned) */
    FirnLibvirtCallFunc run;
    gpointer data; /* (unowned) */
    GDestroyNotify clear;
    guint limit_ms;
    FirnSendOrder *order; /* (unowned) (nullable) */
    const char *what;     /* (unowned) (nullable) a constant */
    gboolean overtakes;
    FirnVm *vm; /* (unowned) (nullable) */
} FirnLibvirtCall;

/**
 * firn_libvirt_call:
 * @link: connection to libvirt
 * @visit: the call; copied
 *
 * libvirt's functions have no deadline, and some do not return when their connection ends; this
 * function returns then, and after 45 s, which is longer than libvirt waits for a busy domain. A
 * change ends like this only before it is sent. After a failure the data must not be read: the
 * thread may still be writing to it. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE, %FIRN_HOST_ERROR_NOT_FOUND, and those of the function.
 * @order tells whether the call may take effect after a failure.
 *
 * Returns: %TRUE if the function returned %TRUE in time
 */
gboolean firn_libvirt_call(FirnLibvirtConnection *link,
                           const FirnLibvirtCall *visit,
                           GError **error);
