/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnServiceManager:
 *
 * systemd, as a bus has it: it starts what is to run outside firnd's own unit. The connection is
 * its own, so that units it holds are let go with it, also when firnd dies. All of it blocks: for
 * job threads.
 * Source: org.freedesktop.systemd1(5).
 */
typedef struct _FirnServiceManager FirnServiceManager;

/**
 * firn_service_manager_new:
 * @bus: (nullable): the bus that firnd serves: "system", "session" or an address; %NULL: none
 *
 * Returns: (transfer full) (nullable): the systemd of that bus; %NULL if there is none that knows
 * how to watch a service by its processes (systemd 250), so that firnd has to start programs itself
 */
FirnServiceManager *firn_service_manager_new(const char *bus);

/**
 * firn_service_manager_call:
 * @self: a systemd
 * @method: of its Manager interface
 * @parameters: (nullable): floating; consumed
 * @reply_type: what it answers, "(o)"
 * @error: return location for a #GError: of D-Bus
 *
 * Returns: (transfer full): the answer; %NULL with @error set
 */
GVariant *firn_service_manager_call(FirnServiceManager *self,
                                    const char *method,
                                    GVariant *parameters,
                                    const char *reply_type,
                                    GError **error);

/**
 * firn_service_manager_get:
 * @self: a systemd
 * @unit: object path of a unit
 * @interface: "Unit" or "Service"
 * @property: of that interface
 * @type: of the value, "s"
 *
 * Returns: (transfer full) (nullable): its value; %NULL if nobody tells
 */
GVariant *firn_service_manager_get(FirnServiceManager *self,
                                   const char *unit,
                                   const char *interface,
                                   const char *property,
                                   const char *type);

/**
 * firn_service_manager_is_refusal:
 * @error: of firn_service_manager_call()
 *
 * Returns: whether it was answered with a no; otherwise it may have been done all the same
 */
gboolean firn_service_manager_is_refusal(const GError *error);

/**
 * firn_service_manager_free:
 * @self: (nullable): a systemd
 */
void firn_service_manager_free(FirnServiceManager *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnServiceManager, firn_service_manager_free)
