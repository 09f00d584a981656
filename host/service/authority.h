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
 * Decides who may do what. On the system bus: root, and users whom polkit allows the action for
 * this VM; without polkit only root. On any other bus: root, and the user who runs firnd.
 */
#define FIRN_TYPE_AUTHORITY (firn_authority_get_type())
G_DECLARE_FINAL_TYPE(FirnAuthority, firn_authority, FIRN, AUTHORITY, GObject)

/**
 * firn_authority_new:
 * @connection: the bus of the callers
 * @is_system_bus: whether to ask polkit about callers other than root
 * @vms: (element-type FirnVm): the set of existing VMs
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
 * @free_for_uid: a user who is always allowed, because the object belongs to them; 0: only root
 * @also: (nullable): a second FIRN_ACTION_... that the call needs
 * @may_be_gone: the call also works when the definition of @vm is gone
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
 * @object: the called object
 * @invocation: (transfer full): the call, to be answered; its arguments are not parsed yet
 * @uid: the caller
 * @data: as given to firn_authority_ask()
 *
 * Continues a call that is allowed.
 */
typedef void (*FirnAllowedFunc)(gpointer object,
                                GDBusMethodInvocation *invocation,
                                guint uid,
                                gconstpointer data);

/**
 * firn_authority_ask:
 * @question: what the caller wants to do; copied
 * @object: the called object; referenced until the answer
 * @invocation: (transfer full): the call
 * @then: called on the main loop if the caller is allowed
 * @data: for @then; constant
 *
 * Passes the details vm.name, vm.uuid, vm.source ("libvirt", "direct"; "none" without definition)
 * and snapshot.name to polkit's rules, as far as known.
 *
 * If the caller is not allowed, answers the call with NotAuthorized or
 * InteractiveAuthorizationRequired.
 */
void firn_authority_ask(FirnAuthority *self,
                        const FirnQuestion *question,
                        gpointer object,
                        GDBusMethodInvocation *invocation,
                        FirnAllowedFunc then,
                        gconstpointer data);

/**
 * firn_authority_check_there:
 *
 * firn_authority_ask() checks this with the answer, which may take as long as a user needs to type
 * a password. For callers that wait for something else after that.
 *
 * Errors: %FIRN_HOST_ERROR_NOT_FOUND.
 *
 * Returns: whether @vm still exists
 */
gboolean firn_authority_check_there(FirnAuthority *self, FirnVm *vm, GError **error);

/**
 * firn_authority_describe:
 * @out_text: (out) (transfer full): one clause: who may make changes
 *
 * Returns: %FALSE if polkit is needed but not available
 */
gboolean firn_authority_describe(FirnAuthority *self, char **out_text);
