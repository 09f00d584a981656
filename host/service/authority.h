/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

#define FIRN_ACTION_SNAPSHOT_CREATE  "snapshot-create"
#define FIRN_ACTION_SNAPSHOT_DELETE  "snapshot-delete"
#define FIRN_ACTION_SNAPSHOT_RESTORE "snapshot-restore"
#define FIRN_ACTION_POLICY_MODIFY    "policy-modify"
#define FIRN_ACTION_MAINTAIN         "maintain"
#define FIRN_ACTION_FREEZE           "freeze"

/**
 * FirnAuthority:
 *
 * Says who may do what. On the system bus: root, and whom polkit allows the action for this VM;
 * without polkit root only. On any other bus: root, and whoever runs firnd.
 */
#define FIRN_TYPE_AUTHORITY (firn_authority_get_type())
G_DECLARE_FINAL_TYPE(FirnAuthority, firn_authority, FIRN, AUTHORITY, GObject)

/**
 * firn_authority_new:
 * @connection: the bus that knows the callers
 * @is_system_bus: whether callers are strangers, for whom polkit is asked
 * @vms: (element-type FirnVm): a set of those that are there
 *
 * Returns: (transfer full): an authority
 */
FirnAuthority *firn_authority_new(GDBusConnection *connection,
                                  gboolean is_system_bus,
                                  GHashTable *vms);

/**
 * FirnQuestion:
 * @action: FIRN_ACTION_...
 * @vm: (nullable): the VM concerned
 * @snapshot_name: (nullable): name of the snapshot concerned
 * @free_for_uid: whose own affair it is, who is allowed without asking; 0: nobody's but root's
 * @also: (nullable): another FIRN_ACTION_... that the caller needs, too, for a call that does both
 * @may_be_gone: it can be done also when the definition of @vm is gone
 *
 * What a caller wants to do.
 */
typedef struct {
    const char *action;
    FirnVm *vm;
    const char *snapshot_name;
    guint free_for_uid;
    const char *also; /* (nullable) */
    gboolean may_be_gone;
} FirnQuestion;

/**
 * FirnAllowedFunc:
 * @object: what was called
 * @invocation: (transfer full): the call, to be answered; nothing of it has been looked at yet
 * @uid: the caller
 *
 * Goes on with a call that is allowed.
 */
typedef void (*FirnAllowedFunc)(GObject *object, GDBusMethodInvocation *invocation, guint uid);

/**
 * firn_authority_ask:
 * @self: an authority
 * @question: what the caller wants; copied
 * @object: what was called; kept until the answer
 * @invocation: (transfer full): the call
 * @then: called on the main loop if the caller may
 *
 * polkit's rules get the details vm.name, vm.uuid, vm.source ("libvirt", "direct"; "none" if
 * nothing defines it any more) and snapshot.name, as far as they are known.
 *
 * Answers the call with NotAuthorized or InteractiveAuthorizationRequired if the caller may not.
 */
void firn_authority_ask(FirnAuthority *self,
                        const FirnQuestion *question,
                        gpointer object,
                        GDBusMethodInvocation *invocation,
                        FirnAllowedFunc then);

/**
 * firn_authority_check_there:
 * @self: an authority
 * @vm: a VM
 * @error: return location for a #GError
 *
 * firn_authority_ask() does it with the answer, which may take as long as somebody types a
 * password. This is for whoever waits for something else after that.
 *
 * Errors: %FIRN_HOST_ERROR_NOT_FOUND.
 *
 * Returns: whether @vm is still there
 */
gboolean firn_authority_check_there(FirnAuthority *self, FirnVm *vm, GError **error);

/**
 * firn_authority_describe:
 * @self: an authority
 * @out_text: (out) (transfer full): one clause: who may change something
 *
 * Returns: %FALSE if polkit should be there and is not
 */
gboolean firn_authority_describe(FirnAuthority *self, char **out_text);
