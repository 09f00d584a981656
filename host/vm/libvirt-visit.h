/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "libvirt-link.h"

/**
 * FirnLibvirtVisitFunc:
 * @domain: the domain
 * @data: what firn_libvirt_visit() was given; takes what was learned
 * @error: return location for a #GError
 *
 * Talks to libvirt about a domain, in a thread of its own. Nobody may be waiting for it any more.
 *
 * Returns: %TRUE if it went well
 */
typedef gboolean (*FirnLibvirtVisitFunc)(virDomainPtr domain, gpointer data, GError **error);

/**
 * FirnLibvirtVisit:
 * @uuid: the domain
 * @run: what to do there
 * @data: (type g_atomic_rc_box): for @run, which may outlive the caller: the visit takes a
 * reference
 * @clear: (nullable): clears @data with its last reference
 * @is_long: it takes as long as it takes: only the end of the connection ends it
 * @limit_ms: how long it may take otherwise; 0: 45 s
 *
 * What somebody wants of a domain.
 */
typedef struct {
    const char *uuid; /* (unowned) */
    FirnLibvirtVisitFunc run;
    gpointer data; /* (unowned) */
    GDestroyNotify clear;
    gboolean is_long;
    guint limit_ms;
} FirnLibvirtVisit;

/**
 * firn_libvirt_visit:
 * @link: the libvirt
 * @visit: what is wanted; copied
 * @error: return location for a #GError
 *
 * libvirt's calls have no deadline, and some do not end with their connection; a visit ends with
 * it, and, unless it is a long one, after 45 s, which is longer than libvirt waits for a busy
 * domain. Its data must not be read after a failure: its thread may still be writing. Job threads
 * only.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE, %FIRN_HOST_ERROR_NOT_FOUND, and those of the function.
 *
 * Returns: %TRUE if the function came back in time, and said so
 */
gboolean firn_libvirt_visit(FirnLibvirtLink *link, const FirnLibvirtVisit *visit, GError **error);
