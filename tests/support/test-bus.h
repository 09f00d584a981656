/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTestBus:
 *
 * A message bus of the test's own, which dies with the test program. Other users may connect, so
 * that a test can call as another user. Used instead of GTestDBus, because g_test_dbus_up() was
 * observed to wait without limit for its daemon's address.
 */
typedef struct FirnTestBus FirnTestBus;

/**
 * firn_test_bus_new:
 * @folder: where its socket and configuration go
 *
 * Returns: (transfer full): a bus that serves
 */
FirnTestBus *firn_test_bus_new(const char *folder);

/**
 * firn_test_bus_new_of_others:
 * @address: of a bus that another process has started
 *
 * Returns: (transfer full): that bus
 */
FirnTestBus *firn_test_bus_new_of_others(const char *address);

/**
 * firn_test_bus_get_address:
 *
 * Returns: (transfer none): its address
 */
const char *firn_test_bus_get_address(FirnTestBus *self);

/**
 * firn_test_bus_call:
 * @name: the destination
 * @path: object path
 * @interface: interface
 * @method: method
 * @arguments: (nullable) (transfer floating): its arguments
 * @error: return location for an error, its own or a remote one
 *
 * Waits up to 10 s for the reply.
 *
 * Returns: (transfer full) (nullable): the reply; %NULL with @error set if there was none
 */
GVariant *firn_test_bus_call(FirnTestBus *self,
                             const char *name,
                             const char *path,
                             const char *interface,
                             const char *method,
                             GVariant *arguments,
                             GError **error);

/**
 * firn_test_bus_has_owner:
 * @name: a well-known name
 *
 * Returns: whether the name has an owner
 */
gboolean firn_test_bus_has_owner(FirnTestBus *self, const char *name);

/**
 * firn_test_bus_wait_owner:
 * @name: a well-known name
 * @patience_s: how long to wait
 *
 * Returns: whether the name has an owner by then
 */
gboolean firn_test_bus_wait_owner(FirnTestBus *self, const char *name, guint patience_s);

/**
 * firn_test_bus_leave_call:
 * @name: the destination
 * @path: object path
 * @interface: interface
 * @method: a method whose one argument is "a{sv}"
 *
 * Queues a call for a process that may be stopped, and returns once the bus has forwarded it: the
 * process reads it first when it continues.
 */
void firn_test_bus_leave_call(FirnTestBus *self,
                              const char *name,
                              const char *path,
                              const char *interface,
                              const char *method);

void firn_test_bus_free(FirnTestBus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestBus, firn_test_bus_free)
