/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "libvirt-link.h"
#include "send-order.h"
#include "vm.h"

/**
 * FirnLibvirtVisitFunc:
 * @domain: the domain
 * @permit: of who waits; libvirt-change wants it for everything that changes something
 * @data: what firn_libvirt_visit() was given; takes what was learned
 * @error: return location for a #GError
 *
 * Talks to libvirt about a domain, in a thread of its own. Nobody may be waiting for it any more:
 * then @permit lets nothing pass.
 *
 * Returns: %TRUE if it went well
 */
typedef gboolean (*FirnLibvirtVisitFunc)(virDomainPtr domain,
                                         FirnSendPermit *permit,
                                         gpointer data,
                                         GError **error);

/**
 * FirnLibvirtVisit:
 * @uuid: the domain
 * @run: what to do there
 * @data: (type g_atomic_rc_box): for @run, which may outlive the caller: the visit takes a
 * reference
 * @clear: (nullable): clears @data with its last reference
 * @limit_ms: how long it may take; 0: 45 s
 * @order: (nullable): among what it is sent; %NULL: it only asks
 * @what: (nullable): what it does, for people, if it takes as long as it takes once it is sent:
 * from then on only the end of the connection ends it, or somebody who gives it up; "starting it"
 * @overtakes: it ends what was given up before it
 * @vm: (nullable): of @what: once @limit_ms are over it can be given up (vm-follow.h)
 *
 * What somebody wants of a domain.
 */
typedef struct {
    const char *uuid; /* (unowned) */
    FirnLibvirtVisitFunc run;
    gpointer data; /* (unowned) */
    GDestroyNotify clear;
    guint limit_ms;
    FirnSendOrder *order; /* (unowned) (nullable) */
    const char *what;     /* (unowned) (nullable) a constant */
    gboolean overtakes;
    FirnVm *vm; /* (unowned) (nullable) */
} FirnLibvirtVisit;

/**
 * firn_libvirt_visit:
 * @link: the libvirt
 * @visit: what is wanted; copied
 * @error: return location for a #GError
 *
 * libvirt's calls have no deadline, and some do not end with their connection; a visit ends with
 * it, and after 45 s, which is longer than libvirt waits for a busy domain. One that changes
 * something ends so only before it is sent. Its data must not be read after a failure: its thread
 * may still be writing. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE, %FIRN_HOST_ERROR_NOT_FOUND, and those of the function.
 * Whether something may take effect after a failure, @order knows.
 *
 * Returns: %TRUE if the function came back in time, and said so
 */
gboolean firn_libvirt_visit(FirnLibvirtLink *link, const FirnLibvirtVisit *visit, GError **error);
