/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnServiceManager:
 *
 * systemd, reached through a bus: it starts what must run outside firnd's own unit. It has a
 * connection of its own, so that systemd releases the units it refers to when the connection ends,
 * also if firnd dies. All functions block: for job threads.
 * Source: org.freedesktop.systemd1(5).
 */
typedef struct _FirnServiceManager FirnServiceManager;

/**
 * firn_service_manager_new:
 * @bus: (nullable): the bus that firnd serves: "system", "session" or an address; %NULL: none
 *
 * Returns: (transfer full) (nullable): the systemd of that bus; %NULL if there is none with
 * ExitType=cgroup (systemd 250), so that firnd must start programs itself
 */
FirnServiceManager *firn_service_manager_new(const char *bus);

/**
 * firn_service_manager_get_address:
 *
 * Returns: (transfer none): the D-Bus address of its bus
 */
const char *firn_service_manager_get_address(FirnServiceManager *self);

/**
 * firn_service_manager_call:
 * @method: a method of its Manager interface
 * @parameters: (nullable): floating; consumed
 * @reply_type: type of the reply, "(o)"
 * @error: return location for a #GError: of D-Bus
 *
 * Returns: (transfer full): the reply; %NULL with @error set
 */
GVariant *firn_service_manager_call(FirnServiceManager *self,
                                    const char *method,
                                    GVariant *parameters,
                                    const char *reply_type,
                                    GError **error);

/**
 * firn_service_manager_get:
 * @unit: object path of a unit
 * @interface: "Unit" or "Service"
 * @property: a property of that interface
 * @type: type of the value, "s"
 *
 * Returns: (transfer full) (nullable): its value; %NULL on failure
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
 * Returns: whether systemd has refused; otherwise the call may have taken effect in spite of the
 * error
 */
gboolean firn_service_manager_is_refusal(const GError *error);

void firn_service_manager_free(FirnServiceManager *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnServiceManager, firn_service_manager_free)
