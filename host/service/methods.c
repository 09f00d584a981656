/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "methods.h"

#include "bus-error.h"
#include "bus-path.h"

/* The closure's data is the called object. */
typedef struct {
    GClosure closure;
    const FirnMethod *method;
    FirnAuthority *authority;  /* (unowned) */
    FirnDescribeFunc describe; /* (nullable) */
} MethodClosure;

void
firn_method_answer(GDBusMethodInvocation *invocation, GVariant *answer, GError *error)
{
    if (answer == NULL)
        firn_bus_error_return(invocation, error);
    else
        g_dbus_method_invocation_return_value(invocation, answer);
}

void
firn_method_answer_value(GDBusMethodInvocation *invocation, GVariant *value, GError *error)
{
    g_autoptr(GVariant) owned = value;

    firn_method_answer(invocation, value == NULL ? NULL : g_variant_new_tuple(&value, 1), error);
}

void
firn_method_on_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GError *error = NULL;
    gboolean is_done = g_task_propagate_boolean(G_TASK(result), &error);

    firn_method_answer(user_data, is_done ? g_variant_new("()") : NULL, error);
}

GVariant *
firn_method_job_answer(FirnJob *job)
{
    g_autofree char *path = job == NULL ? NULL : firn_bus_path_of_job(firn_job_get_id(job));

    return path == NULL ? NULL : g_variant_new("(o)", path);
}

/* Returns the last argument if it has options. */
static GVariant *
dup_vardict(GVariant *parameters)
{
    gsize n = g_variant_n_children(parameters);
    g_autoptr(GVariant) last = n == 0 ? NULL : g_variant_get_child_value(parameters, n - 1);

    if (last == NULL || !g_variant_is_of_type(last, G_VARIANT_TYPE_VARDICT))
        return NULL;
    return g_steal_pointer(&last);
}

static void
run_method(gpointer object, GDBusMethodInvocation *invocation, guint uid, gconstpointer data)
{
    const FirnMethod *method = data;
    GVariant *parameters = g_dbus_method_invocation_get_parameters(invocation);
    g_autoptr(GVariant) vardict = dup_vardict(parameters);
    g_autoptr(FirnOptions) options = vardict == NULL ? NULL : firn_options_new(vardict);
    const FirnCall call = {invocation, parameters, options, uid};
    GError *error = NULL;
    GVariant *answer = method->func(object, &call, &error);

    if (answer != NULL || error != NULL)
        firn_method_answer(invocation, answer, error);
}

static void
choose_actions(const FirnMethod *method, GVariant *parameters, FirnQuestion *question)
{
    g_autoptr(GVariant) vardict = method->option == NULL ? NULL : dup_vardict(parameters);
    gboolean is_set = FALSE;

    if (vardict != NULL)
        g_variant_lookup(vardict, method->option, "b", &is_set);
    question->action = is_set ? method->option_actions[0] : method->action;
    question->also = is_set ? method->option_actions[1] : NULL;
}

/* One marshaller serves the handlers of all methods, whatever their arguments: it reads only the
 * invocation. */
static void
on_handle(GClosure *closure,
          GValue *return_value,
          guint n_values,
          const GValue *values,
          gpointer hint,
          gpointer marshal_data)
{
    const MethodClosure *self = (MethodClosure *)closure;
    GDBusMethodInvocation *invocation = g_value_get_object(&values[1]);
    FirnQuestion question = {NULL};

    g_value_set_boolean(return_value, TRUE);
    if (self->method->action == NULL || self->method->asks_itself) {
        run_method(closure->data, invocation, G_MAXUINT, self->method);
        return;
    }
    choose_actions(self->method, g_dbus_method_invocation_get_parameters(invocation), &question);
    if (self->describe != NULL)
        self->describe(closure->data, &question);
    firn_authority_ask(self->authority,
                       &question,
                       closure->data,
                       invocation,
                       run_method,
                       self->method);
}

void
firn_methods_connect(gpointer iface,
                     const FirnMethod *methods,
                     guint n_methods,
                     FirnAuthority *authority,
                     FirnDescribeFunc describe,
                     gpointer object)
{
    for (guint i = 0; i < n_methods; i++) {
        GClosure *closure = g_closure_new_object(sizeof(MethodClosure), object);
        MethodClosure *self = (MethodClosure *)closure;

        self->method = &methods[i];
        self->authority = authority;
        self->describe = describe;
        g_closure_set_marshal(closure, on_handle);
        g_signal_connect_closure(iface, methods[i].signal, closure, FALSE);
    }
}
