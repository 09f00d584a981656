/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "authority.h"
#include "jobs.h"
#include "options.h"

/**
 * FirnCall:
 * @invocation: the call
 * @parameters: its arguments
 * @options: (nullable): its options, if its last argument is "a{sv}"
 * @uid: the caller; G_MAXUINT if everybody may call the method
 *
 * One call that is allowed. Its arguments are not parsed yet. All fields are unowned.
 */
typedef struct {
    GDBusMethodInvocation *invocation;
    GVariant *parameters;
    FirnOptions *options;
    guint uid;
} FirnCall;

/**
 * FirnMethodFunc:
 * @object: the called object
 * @call: the call
 *
 * Parses the arguments of a call and does what it asks for. Main loop only; does not wait.
 *
 * Returns: (transfer floating) (nullable): the answer, a tuple; %NULL without an error if the
 * function has passed on the invocation, for firn_method_answer() later
 */
typedef GVariant *(*FirnMethodFunc)(gpointer object, const FirnCall *call, GError **error);

/**
 * FirnMethod:
 * @signal: "handle-" and the name of a method of an interface
 * @action: (nullable): FIRN_ACTION_... that a caller needs; %NULL: everybody may call it
 * @func: runs when the caller is allowed
 * @option: (nullable): a boolean option; when it is true, the call needs the two actions
 * @option_actions instead of @action
 * @asks_itself: @func asks for @action, once for each VM
 *
 * Who may call a method, and what runs then.
 */
typedef struct {
    const char *signal;
    const char *action;
    FirnMethodFunc func;
    const char *option;
    const char *option_actions[2];
    gboolean asks_itself;
} FirnMethod;

/**
 * FirnDescribeFunc:
 * @object: the called object
 * @question: (inout): gets what the call is about: the VM, the snapshot, the owner
 */
typedef void (*FirnDescribeFunc)(gpointer object, FirnQuestion *question);

/**
 * firn_methods_connect:
 * @iface: the skeleton of an interface
 * @methods: (array length=n_methods): constant; a row for each of its methods
 * @authority: outlives @iface
 * @describe: (nullable): describes what a call is about
 * @object: the object for @describe and the functions of @methods; not referenced
 *
 * Lets @methods handle all calls of an interface. A call is authorised before it is parsed.
 */
void firn_methods_connect(gpointer iface,
                          const FirnMethod *methods,
                          guint n_methods,
                          FirnAuthority *authority,
                          FirnDescribeFunc describe,
                          gpointer object);

/**
 * firn_method_answer:
 * @invocation: (transfer full): the call
 * @answer: (transfer floating) (nullable): a tuple
 * @error: (transfer full) (nullable): why there is no answer
 */
void firn_method_answer(GDBusMethodInvocation *invocation, GVariant *answer, GError *error);

/**
 * firn_method_answer_value:
 * @invocation: (transfer full): the call
 * @value: (transfer full) (nullable): the only value of the answer
 * @error: (transfer full) (nullable): why there is none
 */
void firn_method_answer_value(GDBusMethodInvocation *invocation, GVariant *value, GError *error);

/**
 * firn_method_on_done:
 * @user_data: (transfer full): the call
 *
 * A #GAsyncReadyCallback for a #GTask that returns a boolean: answers without values.
 */
void firn_method_on_done(GObject *source, GAsyncResult *result, gpointer user_data);

/**
 * firn_method_job_answer:
 * @job: (nullable): the job that a call has started
 *
 * Returns: (transfer floating) (nullable): the answer: the job's path; %NULL without job
 */
GVariant *firn_method_job_answer(FirnJob *job);
